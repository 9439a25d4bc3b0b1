package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.ChangeLog.Stop;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is replayed is what the server did the first time, and what cannot be is refused. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class ReplayedEventsTest {
  private static final String KEY = "run/restore";
  private static final String TABLE =
      "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60), n INT)";

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);
  private TestDatabase other = backups.database;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Artifact artifact;

  private boolean statements;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    other = served.engine().database();
    other.run("CREATE TABLE elsewhere (id INT PRIMARY KEY, n INT)");
    other.run("INSERT INTO elsewhere VALUES (1, 1), (2, 2)");
    backups.execute(
        TABLE,
        "CREATE TABLE parents (id INT PRIMARY KEY)",
        "CREATE TABLE children (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES"
            + " parents (id) ON DELETE CASCADE)",
        "CREATE TABLE parted (id INT PRIMARY KEY, n INT) PARTITION BY HASH (id) PARTITIONS 3",
        "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)",
        "INSERT INTO parents VALUES (1), (2)",
        "INSERT INTO children VALUES (1, 1), (2, 2)",
        "INSERT INTO parted VALUES (1, 1), (2, 2), (3, 3)");
    artifact = backups.backUp();
  }

  @AfterEach
  void drop() {
    other.close();
    backups.close();
  }

  /** By the driver that lets a client have any character set. */
  private void write(String... sql) throws Exception {
    TestDatabase database = backups.database;
    String password = database.secret().reveal(String::new);
    try (Connection session =
        DriverManager.getConnection(database.jdbcUrl("mysql"), database.account(), password)) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW'");
      for (String statement : sql) {
        Sql.run(
            session,
            statement
                .replace("OTHER", other.name())
                .replace("OWN", backups.database.name())
                .replace("UPPER", backups.database.name().toUpperCase(Locale.ROOT)));
      }
    }
  }

  private Position end() throws Exception {
    try (Connection session = backups.database.connect()) {
      return ShadowLedger.end(session);
    }
  }

  private Replay resolve(Stop stop) throws Exception {
    Path logs = ShadowLedger.copyLogs(backups.database, directory.resolve("logs"));
    return log().resolve(artifact, logs, stop, statements);
  }

  private ChangeLog log() {
    return backups.method.changes().orElseThrow();
  }

  /** Everything that was written, then an accident, then everything again. */
  private Replay replayed(String... sql) throws Exception {
    write(sql);
    Position end = end();
    Content before = backups.content();
    backups.execute("INSERT INTO t (name) VALUES ('the accident')");
    Replay replay = resolve(new Stop.At(end));
    log()
        .restoring(replay)
        .restore(artifact, backups.unpacked(artifact), backups.target, KEY, Progress.SILENT);
    ExchangePlaces places = ExchangePlaces.of(backups.database.name(), KEY);
    backups.execute("DROP DATABASE " + places.old());
    // What AUTO_INCREMENT gives next stands in no row.
    assertThat(before.withStates(Map.of()).differences(backups.content().withStates(Map.of())))
        .isEmpty();
    return replay;
  }

  @Test
  @Alternating.OnEach
  void rows_of_every_kind_of_statement() throws Exception {
    Replay replay =
        replayed(
            "INSERT INTO t (name, n) VALUES ('c', 3), ('d', 4)",
            "INSERT INTO t VALUES (2, 'x', 0) ON DUPLICATE KEY UPDATE n = n + 10",
            "REPLACE INTO t VALUES (1, 'replaced', 7)",
            "UPDATE t, parents SET t.n = 99 WHERE t.id = parents.id",
            "UPDATE t, OTHER.elsewhere e SET t.name = 'both', e.n = 5 WHERE t.id = e.id",
            "DELETE t, children FROM t INNER JOIN children ON t.id = children.id WHERE t.id = 2",
            "DELETE FROM parents WHERE id = 1",
            "SET SESSION foreign_key_checks = 0",
            "INSERT INTO children VALUES (7, 777)",
            "DELETE FROM parents WHERE id = 2",
            "SET SESSION foreign_key_checks = 1",
            "UPDATE parted SET id = id + 10, n = 0 WHERE id < 3",
            "DELETE FROM parted WHERE id = 3",
            "START TRANSACTION",
            "INSERT INTO t VALUES (50, 'kept', 1)",
            "SAVEPOINT s",
            "INSERT INTO t VALUES (51, 'rolled back', 1)",
            "ROLLBACK TO SAVEPOINT s",
            "INSERT INTO OTHER.elsewhere VALUES (9, 9)",
            "INSERT INTO t VALUES (52, 'kept', 1)",
            "COMMIT");
    assertThat(replay.facts().get("replayedTransactions")).isEqualTo("12");
    assertThat(replay.preview().toString()).contains("events of other databases");
  }

  /** Its rows do not fit into one statement. */
  @Test
  void a_statement_of_very_many_rows() throws Exception {
    replayed(
        "INSERT INTO t (name, n) SELECT REPEAT('x', 60), 1 FROM t",
        "INSERT INTO t (name, n) SELECT REPEAT('x', 60), 1 FROM t, t t2, t t3, t t4, t t5",
        "INSERT INTO t (name, n) SELECT REPEAT('x', 60), 2 FROM t, (SELECT 1 FROM t LIMIT 80) t2",
        "UPDATE t, OTHER.elsewhere e SET t.n = t.n + 1, e.n = 77 WHERE e.id = 1",
        "DELETE FROM t WHERE n = 2");
  }

  @Test
  @Alternating.OnEach
  void tables_that_are_made_and_altered_meanwhile() throws Exception {
    Replay replay =
        replayed(
            "CREATE TABLE later (id INT PRIMARY KEY, n INT DEFAULT 5)",
            "INSERT INTO later (id) VALUES (1), (2)",
            "ALTER TABLE later ADD COLUMN m VARCHAR(9) NOT NULL DEFAULT 'x', ADD INDEX by_n (n)",
            "INSERT INTO later VALUES (3, 3, 'm')",
            "RENAME TABLE later TO latest",
            "UPDATE latest SET m = 'y' WHERE id = 1",
            "CREATE TABLE OWN.twin LIKE t",
            "INSERT INTO twin SELECT * FROM t",
            "TRUNCATE TABLE parted",
            "INSERT INTO parted VALUES (5, 5)",
            "CREATE INDEX by_name ON t (name)",
            "SET SESSION binlog_row_image = 'MINIMAL'",
            "UPDATE t SET name = 'minimal' WHERE id = 1",
            "DELETE FROM t WHERE id = 2",
            "SET SESSION binlog_row_image = 'FULL'",
            "DROP TABLE children",
            "CREATE TABLE user (id INT PRIMARY KEY, role INT)",
            "ALTER TABLE user ADD COLUMN password INT DEFAULT 7",
            "CREATE INDEX by_role ON user (role)",
            "INSERT INTO user VALUES (1, 2, 3)",
            "RENAME TABLE user TO role",
            "ALTER TABLE role AUTO_INCREMENT = 9, ADD COLUMN user INT",
            "ANALYZE TABLE t",
            "GRANT SELECT ON OWN.* TO '" + backups.database.newAccount("r").name() + "'@'%'",
            "USE OTHER",
            "CREATE TABLE more (id INT)",
            "INSERT INTO more VALUES (1)",
            "DROP TABLE more");
    assertThat(replay.preview().toString())
        .contains("executes")
        .contains("ALTER TABLE later ADD COLUMN m")
        .doesNotContain("GRANT");
  }

  /** MariaDB tells which collation that is: 11.8 of every such statement, 11.4 where one is set. */
  @Test
  @Alternating.OnEach
  void a_character_set_without_a_collation_means_what_it_meant() throws Exception {
    String set =
        TypeZoo.isMariaDb(served) && !served.engine().asked().startsWith("10.")
            ? "SET SESSION character_set_collations = 'utf8mb4=utf8mb4_czech_ci,latin1=latin1_bin'"
            : "SET SESSION collation_connection = utf8mb4_bin";
    replayed(
        "CREATE TABLE before_it (a VARCHAR(9) CHARACTER SET utf8mb4)",
        set,
        "CREATE TABLE named (a VARCHAR(9) CHARACTER SET utf8mb4, b CHAR(3) CHARACTER SET latin1)",
        "INSERT INTO named VALUES ('a', 'b')");
  }

  /** Under the settings, and as the accounts, that they were made under. */
  @Test
  @Alternating.OnEach
  void programs_that_are_made_and_dropped_meanwhile() throws Exception {
    backups.execute(
        "CREATE VIEW first AS SELECT id FROM t",
        "CREATE TRIGGER early AFTER DELETE ON t FOR EACH ROW SET @deleted = OLD.id",
        "CREATE EVENT sleeps ON SCHEDULE EVERY 1 DAY DISABLE DO SET @slept = 1",
        "CREATE EVENT wakes ON SCHEDULE EVERY 1 DAY DO SET @woken = 1");
    artifact = backups.backUp();
    Account clerk = backups.database.newAccount("clerk");
    backups.execute(
        "GRANT EVENT, SELECT ON `" + backups.database.name() + "`.* TO '" + clerk.name() + "'@'%'");
    write("CREATE EVENT altered ON SCHEDULE EVERY 1 DAY DO SET @altered = 1");
    try (Connection session = backups.database.connect(clerk)) {
      Sql.run(session, "ALTER EVENT altered COMMENT 'by the clerk'");
    }
    Replay replay =
        replayed(
            "CREATE VIEW v AS SELECT id, name FROM t",
            "CREATE OR REPLACE VIEW OWN.w AS SELECT x.id FROM OWN.v x",
            "ALTER VIEW v AS SELECT id, OWN.t.n FROM t WHERE n > 1",
            "CREATE TRIGGER OWN.g BEFORE INSERT ON OWN.t FOR EACH ROW SET NEW.n = COALESCE(NEW.n, 1)",
            "CREATE TRIGGER late AFTER INSERT ON t FOR EACH ROW INSERT INTO OWN.parents VALUES"
                + " (NEW.id + 1000)",
            "INSERT INTO t (name) VALUES ('by a trigger')",
            "SET SESSION sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE'",
            "CREATE PROCEDURE p() BEGIN DECLARE x INT; SET x = 1; DELETE FROM OWN.t WHERE id = x; END",
            "SET SESSION sql_mode = DEFAULT",
            "ALTER PROCEDURE OWN.p COMMENT 'gr\u00fcn'",
            "SET NAMES latin1",
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
            "SET NAMES utf8mb4",
            "CREATE FUNCTION green() RETURNS VARCHAR(9) DETERMINISTIC RETURN 'gr\u00fcn'",
            "SET SESSION time_zone = '+05:00'",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT 'x' DO UPDATE OWN.t SET n = 1",
            "CREATE EVENT OWN.away ON SCHEDULE EVERY 1 HOUR STARTS '2035-01-01 00:00:00' DISABLE DO SET @x"
                + " = 1",
            "ALTER EVENT OWN.away RENAME TO OWN.back ENABLE",
            "SET SESSION time_zone = DEFAULT",
            "ALTER EVENT sleeps ENABLE",
            "ALTER EVENT wakes DISABLE",
            "CREATE EVENT gone ON SCHEDULE EVERY 1 DAY DO SET @gone = 1",
            "DROP EVENT gone",
            "DROP VIEW w",
            "DROP TRIGGER OWN.late",
            "DROP VIEW OWN.first",
            "DROP TRIGGER early",
            "DROP FUNCTION green",
            "USE OTHER",
            "CREATE VIEW elsewhere_too AS SELECT * FROM OWN.t",
            "DROP VIEW elsewhere_too");
    assertThat(replay.preview().toString()).contains("TRIGGER OWN.g".replace("OWN.", ""));
    assertThat(
            backups.database.one(
                "SELECT GROUP_CONCAT(event_name, ' ', status ORDER BY event_name) FROM"
                    + " information_schema.events WHERE event_schema = '%s'"
                        .formatted(backups.database.name())))
        .isEqualTo("altered ENABLED,back ENABLED,e ENABLED,sleeps ENABLED,wakes DISABLED");
  }

  /** MariaDB alone knows it. */
  @Test
  @Alternating.OnEach
  void a_server_that_executes_triggers_for_rows_is_refused() throws Exception {
    if (TypeZoo.isMariaDb(served)) {
      Replay replay = resolve(new Stop.At(end()));
      backups.execute("SET GLOBAL slave_run_triggers_for_rbr = YES");
      try {
        assertThatThrownBy(() -> log().restoring(replay).refuseUnrestorable(backups.target))
            .hasMessageContaining("restore.triggers");
      } finally {
        backups.execute("SET GLOBAL slave_run_triggers_for_rbr = DEFAULT");
      }
      assertThat(log().restoring(replay).refuseUnrestorable(backups.target)).isNotEmpty();
    }
  }

  /** What a trigger of the copy would do is not known. */
  @Test
  void programs_among_statements_that_are_accepted_are_refused() throws Exception {
    write(
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = 5",
        "SET SESSION binlog_format = 'STATEMENT'",
        "UPDATE t SET n = 1");
    statements = true;
    Position end = end();
    assertThatThrownBy(() -> resolve(new Stop.At(end)))
        .hasMessageContaining("changes.event")
        .hasMessageContaining("nobody has judged");
  }

  /** SHOP is not shop where names are files. */
  @Test
  void a_database_whose_name_has_other_letters_is_another_one() throws Exception {
    String upper = backups.database.name().toUpperCase(Locale.ROOT);
    backups.execute("CREATE DATABASE " + upper, "CREATE TABLE " + upper + ".t (id INT)");
    artifact = backups.backUp();
    try {
      Replay replay = replayed("USE UPPER", "INSERT INTO t VALUES (1)", "DROP TABLE t");
      assertThat(replay.transactions()).isZero();
      artifact = backups.backUp();
      write("CREATE TABLE UPPER.more (id INT)");
      Position end = end();
      assertThatThrownBy(() -> resolve(new Stop.At(end))).hasMessageContaining("may or may not be");
    } finally {
      backups.execute("DROP DATABASE " + upper);
    }
  }

  /** Each is refused where it lies before the stop, and no matter behind it; by turns. */
  @Test
  @Alternating.OnEach
  void what_cannot_be_replayed_is_refused() throws Exception {
    String name = backups.database.name();
    List<List<String>> cases =
        List.of(
            List.of(
                "rows were changed by a statement",
                "SET SESSION binlog_format = 'STATEMENT'",
                "UPDATE t SET n = n + 1"),
            List.of(
                "executed in another database",
                "USE OTHER",
                "CREATE VIEW OWN.v AS SELECT 1 AS one"),
            List.of(
                "names another database",
                "CREATE PROCEDURE OTHER.p() BEGIN DELETE FROM OWN.t; END",
                "DROP PROCEDURE OTHER.p"),
            List.of("whole database", "ALTER DATABASE " + name + " CHARACTER SET latin1"),
            List.of(
                "names another database",
                "CREATE TABLE OTHER.refers (id INT, FOREIGN KEY (id) REFERENCES OWN.parents (id))",
                "DROP TABLE OTHER.refers"),
            List.of(
                "executed in another database", "USE OTHER", "CREATE TABLE OWN.by_name (id INT)"),
            List.of(
                "numbers to rows",
                "CREATE TABLE un (n INT)",
                "ALTER TABLE un ADD COLUMN no INT AUTO_INCREMENT, ADD KEY (no)"),
            List.of("other than UTF-8", "SET NAMES latin1", "ALTER TABLE t COMMENT 'gr\u00fcn'"),
            List.of(
                "under ANSI_QUOTES",
                "SET SESSION sql_mode = 'ANSI_QUOTES'",
                "ALTER TABLE \"t\" COMMENT 'double'"),
            List.of(
                "NO_BACKSLASH_ESCAPES",
                "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
                "ALTER TABLE t COMMENT 'a\\\\b'"),
            List.of(
                "does not end",
                "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
                "ALTER TABLE t COMMENT '\\'"),
            List.of(
                "of the clock", "ALTER TABLE t ADD COLUMN at DATETIME DEFAULT CURRENT_TIMESTAMP"),
            List.of(
                "whole database",
                "DROP DATABASE OWN",
                "CREATE DATABASE OWN",
                "USE OWN",
                TABLE,
                "INSERT INTO t VALUES (1, 'a', 1)"),
            List.of(
                "XA",
                "XA START 'x'",
                "INSERT INTO t (name) VALUES ('xa')",
                "XA END 'x'",
                "XA PREPARE 'x'",
                "XA COMMIT 'x'"));
    for (List<String> each : cases) {
      if (!served.takes(each.toString())) {
        continue;
      }
      artifact = backups.backUp();
      write("UPDATE t SET n = n + 1");
      Position before = end();
      write(each.subList(1, each.size()).toArray(String[]::new));
      Position end = end();
      assertThatThrownBy(() -> resolve(new Stop.At(end)))
          .as(each.toString())
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("changes.event")
          .hasMessageContaining(each.get(0));
      Replay replay = resolve(new Stop.At(before));
      assertThat(replay.transactions()).as(each.toString()).isEqualTo(1);
    }
  }

  /** What it gives next is a row of it. */
  @Test
  @Alternating.OnEach
  void values_of_a_sequence() throws Exception {
    if (TypeZoo.isMariaDb(served)) {
      backups.execute("CREATE SEQUENCE s", "SELECT NEXTVAL(s)");
      artifact = backups.backUp();
      replayed(
          "INSERT INTO t (n) VALUES (NEXTVAL(s))", "SELECT SETVAL(s, 3000)", "SELECT NEXTVAL(s)");
    }
  }

  /** What a trigger does is not logged then, and done again. */
  @Test
  void statements_that_are_accepted() throws Exception {
    backups.execute(
        "CREATE TABLE noted (id INT AUTO_INCREMENT PRIMARY KEY, n INT, at TIMESTAMP)",
        "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW INSERT INTO noted (n, at) VALUES (NEW.n,"
            + " NOW())");
    artifact = backups.backUp();
    statements = true;
    Replay replay =
        replayed(
            "SET SESSION binlog_format = 'STATEMENT'",
            "INSERT INTO t (name, n) VALUES ('stated', 5), ('twice', 6)",
            "UPDATE t SET n = n * 2 WHERE id = 1",
            "START TRANSACTION",
            "INSERT INTO OWN.parents VALUES (100)",
            "DELETE FROM parted WHERE n = 1",
            "COMMIT",
            "UPDATE t SET name = 'gr\u00fcn' WHERE id = 2",
            "SET SESSION sql_mode = 'PIPES_AS_CONCAT', time_zone = '+03:00'",
            "INSERT INTO noted (n, at) VALUES (LENGTH('a' || 'bc'), '2020-01-01 00:00:00')",
            "SET SESSION sql_mode = DEFAULT, time_zone = DEFAULT",
            "SET SESSION binlog_format = 'ROW'",
            "UPDATE t SET n = 7 WHERE id = 2");
    assertThat(replay.facts())
        .containsEntry("replayedStatements", "6")
        .containsEntry("replayedTransactions", "6");
    assertThat(replay.preview().toString())
        .contains("nobody counts its rows", "UPDATE t SET n = n * 2 WHERE id = 1");
    for (String unclear :
        List.of(
            "UPDATE t SET n = RAND() * 10",
            "UPDATE t SET n = @a",
            "UPDATE OTHER.elsewhere, t SET t.n = 1")) {
      artifact = backups.backUp();
      write("SET SESSION binlog_format = 'STATEMENT'", "SET @a = 5", unclear);
      Position end = end();
      assertThatThrownBy(() -> resolve(new Stop.At(end)))
          .as(unclear)
          .hasMessageContaining("changes.event");
    }
  }

  /** MySQL has it since 8.0.20 by transaction, MariaDB by event. */
  @Test
  @Alternating.OnEach
  void what_is_compressed_is_refused_by_name() throws Exception {
    boolean mariaDb = TypeZoo.isMariaDb(served);
    String variable = mariaDb ? "log_bin_compress" : "binlog_transaction_compression";
    String known =
        backups.database.one(
            "SHOW GLOBAL VARIABLES WHERE variable_name IN ('" + variable + "', 'version')");
    if (!known.startsWith(variable)) {
      return;
    }
    backups.execute("CREATE TABLE wide (id INT PRIMARY KEY, text TEXT)");
    artifact = backups.backUp();
    Position before = end();
    backups.execute("SET GLOBAL " + variable + " = 1");
    try {
      write("INSERT INTO wide VALUES (1, REPEAT('x', 10000))");
    } finally {
      backups.execute("SET GLOBAL " + variable + " = 0");
    }
    Position end = end();
    assertThatThrownBy(() -> resolve(new Stop.At(end)))
        .hasMessageContaining("changes.event")
        .hasMessageContaining(mariaDb ? "WRITE_ROWS_COMPRESSED" : "TRANSACTION_PAYLOAD");
    assertThat(resolve(new Stop.At(before)).transactions()).isZero();
  }
}
