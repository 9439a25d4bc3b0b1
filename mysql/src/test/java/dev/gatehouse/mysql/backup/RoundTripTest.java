package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What databases in the field hold that few tests do: drilled, restored in place, asked again. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class RoundTripTest {

  /** A product or nothing, what is made (OWN: the database), and what is asked before and after. */
  private static final String FIELD =
      """
      | CREATE TABLE t (a INT); CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1; CREATE PROCEDURE p() SELECT 1; GRANT EXECUTE ON FUNCTION OWN.f TO WHO; GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE OWN.p TO WHO WITH GRANT OPTION | SHOW GRANTS FOR WHO
      | CREATE TABLE OWN (id INT, x INT); CREATE TABLE s (id INT); INSERT INTO OWN VALUES (1, 2); INSERT INTO s VALUES (1); CREATE VIEW v AS SELECT OWN.id, s.id AS other FROM OWN JOIN s ON s.id = OWN.id | SELECT * FROM v
      | ALTER DATABASE OWN CHARACTER SET binary; CREATE TABLE t (a VARCHAR(9), b TEXT); INSERT INTO t VALUES ('a', 'b'); CREATE PROCEDURE p(a VARCHAR(9)) SELECT a | SELECT data_type FROM information_schema.columns WHERE table_schema = DATABASE()
      MariaDB | CREATE TABLE t (a INT, j JSON, CONSTRAINT positive CHECK (a > 0)); SET check_constraint_checks = 0; INSERT INTO t VALUES (-1, 'none') | SELECT * FROM t
      """;

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void what_few_tests_hold_comes_back() throws Exception {
    SoftAssertions softly = new SoftAssertions();
    for (String line : FIELD.lines().toList()) {
      String[] parts = line.split(" ?\\| ");
      if (!parts[0].isEmpty() && !served.engine().toString().startsWith(parts[0])) {
        continue;
      }
      try (Backups backups = new Backups(served, directory)) {
        String who = "'" + backups.database.newAccount("who").name() + "'@'%'";
        String[] filled = line.replace("WHO", who).split(" ?\\| ");
        for (int i = 0; i < filled.length; i++) {
          filled[i] = filled[i].replace("OWN", backups.database.name());
        }
        backups.database.run(List.of(filled[1].split("; ")));
        List<String> before = asked(backups, filled[2]);
        Artifact artifact = backups.backUp();
        softly.assertThat(backups.drill(artifact)).as(line).isEmpty();
        restore(backups, artifact);
        softly.assertThat(asked(backups, filled[2])).as(line).isEqualTo(before);
      } catch (Exception e) {
        softly.fail(line + "\n" + e, e);
      }
    }
    softly.assertAll();
  }

  /** The server prints some of it otherwise once it was made again. */
  @Test
  void character_sets_and_collations_come_back_however_they_were_given() throws Exception {
    List<String> given =
        List.of(
            "",
            "CHARACTER SET utf8mb4",
            "COLLATE utf8mb4_bin",
            "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            "COLLATE utf8mb4_unicode_ci",
            "CHARACTER SET latin1",
            "COLLATE latin1_german1_ci",
            "CHARACTER SET binary",
            "CHARACTER SET ascii COLLATE ascii_bin");
    List<String> types =
        List.of("TEXT %s", "VARCHAR(9) %s NOT NULL", "ENUM('a', ' CHARACTER SET x COLLATE x_') %s");
    try (Backups backups = new Backups(served, directory)) {
      for (String whole : given) {
        List<String> columns = new ArrayList<>();
        for (String type : types) {
          given.forEach(own -> columns.add("c" + columns.size() + " " + type.formatted(own)));
        }
        String name = "t" + given.indexOf(whole);
        backups.execute(
            "CREATE TABLE %s (%s) %s".formatted(name, String.join(", ", columns), whole));
        if (whole.startsWith("COLLATE")) {
          backups.execute("ALTER TABLE " + name + " DEFAULT COLLATE utf8mb4_general_ci");
        }
      }
      Artifact artifact = backups.backUp();
      assertThat(backups.drill(artifact)).isEmpty();
      restore(backups, artifact);
      assertThat(backups.drill(artifact)).isEmpty();
    }
  }

  /** Nobody compares what the server computes again, so nobody says that it is equal. */
  @Test
  void columns_that_are_computed_anew_are_named() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute(
          "CREATE TABLE t (a INT, b INT AS (a + 1) STORED)",
          "CREATE TABLE u (a INT, b INT AS (a + 1) VIRTUAL, c VARCHAR(99) DEFAULT ') STORED')");
      assertThat(backups.backUp().manifest().versions().get(Manifest.CONTENT_OF))
          .isEqualTo(
              "the source, but for stored generated columns, which a restore computes anew: of t");
      backups.execute("DROP TABLE t");
      assertThat(backups.backUp().manifest().versions()).doesNotContainKey(Manifest.CONTENT_OF);
    }
  }

  /** A drill and a restore say the same, and nothing is touched. */
  @Test
  void a_foreign_key_to_nowhere_is_told_and_refused_before_anything_is_touched() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute(
          "SET foreign_key_checks = 0",
          "CREATE TABLE t (a INT PRIMARY KEY, CONSTRAINT q FOREIGN KEY (a) REFERENCES nowhere (id))",
          "INSERT INTO t VALUES (1)");
      Artifact artifact = backups.backUp();
      assertThat(backups.drill(artifact)).isEmpty();
      assertThatThrownBy(() -> restore(backups, artifact))
          .hasMessageContaining("restore.foreign-keys")
          .hasMessageContaining("table t refers to nowhere");
      assertThat(backups.database.one("SELECT a FROM t")).isEqualTo("1");
    }
  }

  private static void restore(Backups backups, Artifact artifact) throws Exception {
    String key = "run/" + backups.database.name();
    TableExchange.INSTANCE.restore(
        artifact, backups.unpacked(artifact), backups.target, key, Progress.SILENT);
    assertThat(artifact.manifest().content().differences(backups.content())).isEmpty();
    for (String left : backups.replaced(ExchangePlaces.of(backups.database.name(), key))) {
      backups.execute("DROP DATABASE " + left);
    }
  }

  private static List<String> asked(Backups backups, String question) throws SQLException {
    try (Connection session = backups.database.connect()) {
      return new ArrayList<>(Sql.rows(session, question));
    }
  }
}
