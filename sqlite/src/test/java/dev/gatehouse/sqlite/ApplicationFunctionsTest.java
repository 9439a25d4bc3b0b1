package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.Collation;
import org.sqlite.Function;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Databases whose schema uses what only the application gives its connections. */
class ApplicationFunctionsTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups plain = new SqliteBackups(Optional.empty());

  /** As an application would have them: an order that is not that of the bytes. */
  static void application(Connection connection) throws SQLException {
    Collation.create(
        connection,
        "german",
        new Collation() {
          @Override
          protected int xCompare(String one, String other) {
            return other.compareTo(one);
          }
        });
    Function.create(
        connection,
        "slug",
        new Function() {
          @Override
          protected void xFunc() throws SQLException {
            result(value_text(0).toLowerCase(java.util.Locale.ROOT));
          }
        },
        1,
        Function.FLAG_DETERMINISTIC);
  }

  private Path database(String... statements) throws SQLException {
    Path file = directory.resolve("shop.db");
    try (Connection connection = Databases.open(file)) {
      application(connection);
      for (String sql : statements) {
        Queries.run(connection, sql);
      }
    }
    return file;
  }

  private static final class Told implements Progress {
    final List<Finding> findings = new ArrayList<>();

    @Override
    public void noticed(Finding finding) {
      findings.add(finding);
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String point) {}

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {}
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "column | CREATE TABLE t (n TEXT COLLATE german, x) | true",
        "index | CREATE TABLE t (n TEXT, x); CREATE INDEX i ON t (n COLLATE german) | false",
        "key | CREATE TABLE t (n TEXT COLLATE german PRIMARY KEY, x) WITHOUT ROWID | false",
        "unique | CREATE TABLE t (n TEXT COLLATE german UNIQUE, x) | false",
        "stored | CREATE TABLE t (n TEXT, x, s TEXT AS (slug(n)) STORED) | true",
        "virtual | CREATE TABLE t (n TEXT, x, s TEXT AS (slug(n)) VIRTUAL) | false",
        "expression | CREATE TABLE t (n TEXT, x); CREATE INDEX i ON t (slug(n)) | false",
        "partial | CREATE TABLE t (n TEXT, x); CREATE INDEX i ON t (n) WHERE slug(n) > 'a' | false",
        "check | CREATE TABLE t (n TEXT CHECK (slug(n) <> ''), x) | true",
        "default | CREATE TABLE t (n TEXT, x DEFAULT (slug('x'))) | true"
      })
  void are_backed_up_drilled_and_restored_without_them(String kind, String schema, boolean checked)
      throws Exception {
    Path file = database(schema.split(";"));
    database(
        "INSERT INTO t (n, x) VALUES ('B', 1), ('a', 2), ('c', 3)",
        "CREATE TABLE other (id INTEGER PRIMARY KEY)",
        "INSERT INTO other VALUES (1)");
    Path copy = Files.createDirectory(directory.resolve("raw")).resolve("copy.db");
    Target target = Sqlite.file("shop", file);
    Produced produced = plain.backUp(target, copy, Options.DEFAULT, Progress.SILENT);
    assertThat(produced.content().rows()).isEqualTo(4);
    Artifact artifact = Artifacts.of(copy, produced);

    Told told = new Told();
    assertThat(plain.drill(artifact, copy, told)).isEqualTo(produced.content());
    if (checked) {
      assertThat(told.findings).isEmpty();
    } else {
      assertThat(told.findings).hasSize(1);
      assertThat(told.findings.get(0).code()).isEqualTo("sqlite.unchecked");
      assertThat(told.findings.get(0).found()).contains("t: ").doesNotContain("other");
    }

    database("UPDATE t SET x = 4", "DELETE FROM t WHERE n = 'a'");
    assertThat(plain.contentAs(produced.content(), target, Progress.SILENT))
        .isNotEqualTo(produced.content());
    plain.restoreFile(artifact, copy, target, "key", Progress.SILENT);
    assertThat(plain.state(target, "key")).isEqualTo(State.APPLIED);
    assertThat(plain.contentAs(produced.content(), target, Progress.SILENT))
        .isEqualTo(produced.content());
  }

  @Test
  void rows_without_rowid_are_compared_though_their_order_is_unknown() throws Exception {
    Path file = database("CREATE TABLE t (n TEXT COLLATE german PRIMARY KEY, x) WITHOUT ROWID");
    database("INSERT INTO t VALUES ('a', 1), ('b', 2)");
    Target target = Sqlite.file("shop", file);
    Path copy = directory.resolve("copy.db");
    Artifact artifact =
        Artifacts.of(copy, plain.backUp(target, copy, Options.DEFAULT.twice(), Progress.SILENT));
    try (Connection connection = Databases.open(copy)) {
      application(connection);
      Queries.run(connection, "UPDATE t SET x = 3 WHERE n = 'b'");
    }
    assertThat(artifact.manifest().content().differences(plain.drill(artifact, copy, new Told())))
        .hasSize(1);
  }

  @Test
  void given_to_the_target_all_is_checked_and_nothing_is_noticed() throws Exception {
    Path file =
        database("CREATE TABLE t (n TEXT COLLATE german PRIMARY KEY CHECK (slug(n) <> ''))");
    database("INSERT INTO t VALUES ('a'), ('b')");
    Target target = Sqlite.file("shop", file, ApplicationFunctionsTest::application);
    SqliteBackups method = new SqliteBackups(Optional.of(ApplicationFunctionsTest::application));
    for (Options options : List.of(Options.DEFAULT, new Options(true, false, 1))) {
      Path copy = directory.resolve("copy" + options.compacting() + ".db");
      Produced produced = method.backUp(target, copy, options, Progress.SILENT);
      Told told = new Told();
      assertThat(method.drill(Artifacts.of(copy, produced), copy, told))
          .isEqualTo(produced.content());
      assertThat(told.findings).isEmpty();
    }
    assertThat(ask(target).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void compacting_without_them_fails_with_both_ways_out_and_leaves_no_file() throws Exception {
    Target target =
        Sqlite.file("shop", database("CREATE TABLE t (n TEXT, s TEXT AS (slug(n)) STORED)"));
    Path copy = directory.resolve("copy.db");
    assertThatThrownBy(
            () -> plain.backUp(target, copy, new Options(true, false, 1), Progress.SILENT))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("without compacted()")
        .hasMessageContaining("no such function: slug");
    assertThat(copy).doesNotExist();
  }

  /** What is not looked at is never called sound, and damage elsewhere is still found. */
  @Test
  void the_search_for_damage_is_inconclusive_or_failed_and_never_passes() throws Exception {
    Path file =
        database(
            "CREATE TABLE t (n TEXT)",
            "CREATE INDEX i ON t (slug(n))",
            "CREATE TABLE u (n TEXT)",
            "CREATE INDEX j ON u (n)");
    database("INSERT INTO t VALUES ('a'), ('b')", "INSERT INTO u VALUES ('x')");
    Target target = Sqlite.file("shop", file);
    Outcome unknown = ask(target);
    assertThat(unknown.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(unknown.findings().get(0).found())
        .contains("the file as a whole: ", "t: ", "slug")
        .doesNotContain("u: ");
    try (Connection connection = Databases.open(file)) {
      application(connection);
      Queries.run(connection, "PRAGMA writable_schema = ON");
      Queries.run(
          connection,
          "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 't')"
              + " WHERE name = 'u'");
    }
    assertThat(ask(target).status()).isEqualTo(Status.FAILED);
  }

  /** SQLite says "malformed" of a sound file whose functions a distrusting session may not call. */
  @Test
  void a_pool_whose_connections_have_them_is_refused_with_the_way_and_not_called_damaged()
      throws Exception {
    Path file = database("CREATE TABLE t (n TEXT, s TEXT AS (slug(n)) STORED)");
    Properties reading = new Properties();
    reading.setProperty("open_mode", "1");
    reading.setProperty("limit_attached", "0");
    SQLiteDataSource pool =
        new SQLiteDataSource(new SQLiteConfig(reading)) {
          @Override
          public org.sqlite.SQLiteConnection getConnection(String user, String password)
              throws SQLException {
            org.sqlite.SQLiteConnection connection = super.getConnection(user, password);
            application(connection);
            return connection;
          }
        };
    pool.setUrl(DatabaseFile.url(file));
    assertThatThrownBy(() -> ask(Target.of("shop", pool, Sqlite.dialect())))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("Sqlite.dialect(connection ->");
    assertThat(ask(Target.of("shop", pool, Sqlite.dialect(ApplicationFunctionsTest::application))))
        .extracting(Outcome::status)
        .isEqualTo(Status.PASSED);
  }

  private static Outcome ask(Target target) throws Exception {
    try (Connection connection = target.dialect().openReading(target)) {
      return Sqlite.integrity().evaluate(new ChecksTest.Session(target, connection));
    }
  }
}
