package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Of a backup that somebody changed nothing is executed. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class TamperedBackupTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);
  private Artifact artifact;
  private Path raw;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    backups.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(99), b BLOB)",
        "INSERT INTO t VALUES (1, 'one', x'00'), (2, NULL, NULL), (3, 'three', x'0A09')",
        "CREATE TABLE u (id INT)",
        "INSERT INTO u VALUES (7)",
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'x'",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1");
    artifact = backups.backUp();
    raw = backups.unpacked(artifact);
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  private static List<Path> files(Path raw) throws Exception {
    try (Stream<Path> all = Files.list(raw)) {
      return all.sorted().toList();
    }
  }

  @Test
  void a_flipped_byte_or_a_cut_in_any_file_is_caught_before_the_target_is_touched()
      throws Exception {
    Random random = new Random(13);
    for (Path file : artifact.files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int round = 0; round < 3; round++) {
        byte[] changed = whole.clone();
        if (round == 0) {
          changed = Arrays.copyOf(whole, random.nextInt(whole.length));
        } else {
          changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, changed);
        assertThatThrownBy(() -> backups.unpacked(artifact)).as(file.toString()).isNotNull();
      }
      Files.write(file, whole);
    }
    assertThat(backups.drill(artifact)).isEmpty();
  }

  /** Past the hashes of the vault: what the dialect sees by itself. */
  @Test
  void rows_that_were_changed_behind_the_vault_are_caught_without_a_server() throws Exception {
    for (Path file : files(raw)) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(".tsv")) {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 1 + at / 8) {
          byte[] changed = whole.clone();
          changed[at] ^= 1;
          Files.write(raw.resolve(name), changed);
          assertThatThrownBy(() -> backups.drill(artifact, raw))
              .isInstanceOf(Refusal.class)
              .hasMessageContaining("artifact.not-whole");
        }
        Files.write(file, whole);
      }
    }
    Files.writeString(raw.resolve("rows-00002.tsv"), "7\n8\n");
    assertThatThrownBy(() -> backups.drill(artifact, raw)).hasMessageContaining("table u");
  }

  private void refused(String file, String from, String to, String code) throws Exception {
    String text = Files.readString(raw.resolve(file), StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    Files.writeString(raw.resolve(file), text.replace(from, to));
    try {
      List<Finding> differences = backups.drill(artifact, raw);
      assertThat(differences).as(to).extracting(Finding::code).contains(code);
    } catch (Refusal refused) {
      assertThat(refused.findings()).as(to).extracting(Finding::code).containsExactly(code);
      if (code.equals("artifact.hostile")) {
        assertThat(refused.getMessage()).as("the line").containsPattern(file + ":\\d+");
      }
    }
    Files.writeString(raw.resolve(file), text);
  }

  private void untouched() throws Exception {
    assertThat(backups.copies()).isEmpty();
    assertThat(artifact.manifest().content().differences(backups.content())).isEmpty();
  }

  @Test
  @Alternating.OnEach
  void sql_that_no_backup_writes_is_refused_with_its_line() throws Exception {
    String schema = "schema.sql";
    String programs = "programs.sql";
    String table = "CREATE TABLE `t` (";
    for (String hostile :
        List.of(
            "DROP TABLE t;",
            "DROP DATABASE " + backups.database.name() + ";",
            "INSERT INTO t VALUES (9, 'x', NULL);",
            "GRANT ALL ON *.* TO 'x'@'%';",
            "SET GLOBAL local_infile = 1;",
            "SET SESSION sql_log_bin = 0;",
            "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;",
            "SELECT 1 INTO OUTFILE '/tmp/x';",
            "CREATE TABLE x AS SELECT * FROM mysql.user;",
            "CREATE TABLE x LIKE mysql.user;",
            "CREATE TABLE x (i INT) DATA DIRECTORY = '/tmp';",
            "CREATE TABLE x (i INT) ENGINE = FEDERATED CONNECTION = 'mysql://h/d/t';",
            "CREATE FUNCTION sys_exec RETURNS INT SONAME 'x.so';",
            "CREATE VIEW w AS SELECT 1;",
            "CREATE USER x;",
            "/*!50000 DROP TABLE t */;",
            "/*!50000 CREATE TABLE x (i INT) */;",
            "BEGIN;",
            "XA START 'x';",
            "INSTALL PLUGIN x SONAME 'x.so';",
            "CREATE TABLE y (a INT /*! ) AS SELECT user FROM mysql.user */ );",
            "CALL p();",
            "DO SLEEP(1);",
            "HANDLER t OPEN;",
            "ALTER TABLE t ADD COLUMN x INT;",
            "ALTER TABLE t AUTO_INCREMENT = 1, DROP COLUMN a;")) {
      refused(schema, table, hostile + "\n" + table, "artifact.hostile");
    }
    for (String body :
        List.of(
            "SELECT 1 INTO DUMPFILE '/tmp/x'; SELECT 2;",
            "LOAD DATA INFILE '/etc/passwd' INTO TABLE t; SELECT 2;",
            "SELECT `load_file`('/etc/passwd'); SELECT 2;",
            "SELECT LOAD_FILE('/etc/passwd'); SELECT 2;")) {
      refused(programs, "SELECT 1; SELECT 2;", body, "artifact.hostile");
    }
    refused(programs, "DISABLE DO", "ENABLE DO", "artifact.hostile");
    refused(programs, "PROCEDURE `p`", "PROCEDURE /* x */ `q`", "content.definition");
    refused(programs, "SELECT 1; SELECT 2;", "SELECT 1; SELECT 3;", "content.definition");
    refused(programs, "SET NEW.a = 'x'", "SET NEW.a = 'y'", "content.definition");
    refused(schema, "`id` int", "`id` bigint", "content.definition");
    untouched();
  }

  @Test
  void commands_of_the_client_are_refused_with_their_line() throws Exception {
    String table = "CREATE TABLE `t` (";
    for (String command :
        List.of(
            "\\! id", "system id", "source /tmp/x.sql", "\\. /tmp/x", "tee /tmp/x", "use mysql")) {
      refused(
          "schema.sql",
          table,
          command + "\n" + table,
          command.startsWith("use") ? "artifact.hostile" : "script.client-command");
    }
    untouched();
  }

  @Test
  void other_definers_and_other_databases_are_refused() throws Exception {
    String definer = artifact.manifest().versions().get("definers");
    refused("programs.sql", "DEFINER=" + definer, "DEFINER=`root`@`elsewhere`", "artifact.hostile");
    refused("objects.jsonl", "DEFINER=" + definer, "DEFINER=`root`@`x`", "artifact.not-whole");
    refused(
        "programs.sql",
        "SET NEW.a = 'x'",
        "INSERT INTO mysql.user SELECT 1",
        "artifact.other-database");
    refused(
        "objects.jsonl", "\"CHARACTER SET", "\"ENCRYPTION='Y' CHARACTER SET", "artifact.not-whole");
    String own = backups.database.name();
    backups.execute(
        "CREATE TRIGGER h BEFORE DELETE ON t FOR EACH ROW DELETE FROM " + own + ".u WHERE id = 7");
    assertThatThrownBy(() -> backups.drill(backups.backUp()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("artifact.other-database")
        .hasMessageContaining(own + ".u");
    // Under ANSI_QUOTES double quotes are around names; one product prints the definer so, too.
    try (Connection session = backups.database.connect()) {
      Sql.run(session, "DROP TRIGGER h");
      Sql.run(session, "SET SESSION sql_mode = 'ANSI_QUOTES'");
      Sql.run(
          session,
          "CREATE TRIGGER h BEFORE DELETE ON t FOR EACH ROW DELETE FROM \"" + own + "\".\"u\"");
    }
    assertThatThrownBy(() -> backups.drill(backups.backUp()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("ANSI_QUOTES");
  }
}
