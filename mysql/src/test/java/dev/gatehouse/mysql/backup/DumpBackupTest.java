package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.GatehouseException;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Tool;
import dev.gatehouse.mysql.Served;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A dump of mysqldump or mariadb-dump is proved, drilled and restored as every other backup. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@Timeout(300)
class DumpBackupTest {
  private static final String KEY = "run/dumped";

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  private Backups backups;

  /** MariaDB's server brings its own tool; MySQL's is unpacked for the longer builds. */
  static List<Served> servers() {
    return Served.all().stream()
        .filter(served -> Boolean.getBoolean("engines.every") || TypeZoo.isMariaDb(served))
        .toList();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups = by(DumpTools.at(directoryOf(tool())));
    backups.execute(
        "CREATE TABLE accounts (id INT PRIMARY KEY, a VARCHAR(99), b BLOB)",
        "INSERT INTO accounts VALUES (1, 'it''s \\\\ \\n;', x'00FF27'), (2, NULL, ''), (3, '', NULL)",
        "CREATE TABLE moved (id INT AUTO_INCREMENT PRIMARY KEY, amount INT)",
        "INSERT INTO moved (amount) VALUES (5), (6)",
        "CREATE VIEW z AS SELECT id FROM accounts",
        "CREATE VIEW a AS SELECT id FROM z",
        "CREATE TRIGGER t BEFORE INSERT ON moved FOR EACH ROW SET NEW.amount = 1",
        "CREATE PROCEDURE p() BEGIN SELECT ';'; /* ; */ SELECT 1; END",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM moved WHERE amount = 0");
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  private Backups by(DumpTools tools) {
    return new Backups(served, served.engine().database(), directory, MySqlBackups.by(tools));
  }

  private Tool tool() {
    return served.engine().tool(TypeZoo.isMariaDb(served) ? "mariadb-dump" : "mysqldump");
  }

  private static Path directoryOf(Tool tool) {
    Path parent = tool.path().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private void restore(Artifact artifact) throws Exception {
    TableExchange.INSTANCE.restore(
        artifact, backups.unpacked(artifact), backups.target, KEY, Progress.SILENT);
    backups.execute("DROP DATABASE " + ExchangePlaces.of(backups.database.name(), KEY).old());
  }

  @Test
  void every_type_and_kind_is_dumped_drilled_and_exchanged_with_equal_content() throws Exception {
    TypeZoo.in(backups.database, served);
    backups.execute("ALTER TABLE zoo DROP COLUMN f, DROP COLUMN fd");
    // Of a zero the sign, and of an ENUM the number 0 beside a member '': a drill tells.
    assertThat(backups.drill(backups.backUp())).isNotEmpty();
    backups.execute(
        "UPDATE IGNORE zoo SET d = 0 WHERE d = 0", "UPDATE IGNORE zoo SET en = 'a' WHERE en = ''");
    Artifact artifact = backups.backUp();
    assertThat(artifact.manifest().method()).isEqualTo(method());
    assertThat(artifact.manifest().versions())
        .containsEntry(method(), version())
        .containsKey(Snapshot.LOG_POSITION);
    Content before = backups.content();
    assertThat(artifact.manifest().content().differences(before)).isEmpty();
    assertThat(backups.drill(artifact)).isEmpty();
    if (TypeZoo.isMariaDb(served)) {
      backups.execute("DROP TABLE fresh"); // its default is refused by every exchange
      artifact = backups.backUp();
      before = backups.content();
    }
    backups.execute("DELETE FROM zoo", "DROP VIEW a", "DROP EVENT e", "DROP PROCEDURE p");
    restore(artifact);
    assertThat(before.differences(backups.content())).isEmpty();
    assertThat(
            backups.database.one(
                "SELECT status FROM information_schema.events WHERE event_name"
                    + " = 'e' AND event_schema = DATABASE()"))
        .isEqualTo("ENABLED");
  }

  private String method() {
    return TypeZoo.isMariaDb(served) ? "mariadb-dump" : "mysqldump";
  }

  private String version() {
    return tool().version();
  }

  /** The dump is of the very rows that were read beside it, however many others commit. */
  @Test
  void the_dump_and_what_is_read_beside_it_are_of_one_moment() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread writer = new Thread(() -> write(over));
    writer.setDaemon(true);
    writer.start();
    try {
      for (int i = 0; i < Integer.getInteger("dumps", 2); i++) {
        Artifact artifact = backups.backUp();
        assertThat(backups.drill(artifact)).isEmpty();
        assertThat(artifact.manifest().content().rows()).isGreaterThan(5);
      }
    } finally {
      over.set(true);
      writer.join(20_000);
    }
    assertThat(backups.content().rows()).isGreaterThan(7);
  }

  private void write(AtomicBoolean over) {
    try (Connection session = backups.database.connect()) {
      while (!over.get()) {
        Sql.run(session, "INSERT INTO moved (amount) VALUES (2)");
        Sql.run(session, "UPDATE accounts SET a = UUID()");
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its place in the binary log is that of the lock under which both began. */
  @Test
  void changes_since_a_dump_are_replayed_on_it() throws Exception {
    Artifact artifact = backups.backUp();
    ChangeLog.Position end;
    try (Connection session = backups.database.connect()) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW'");
      Sql.run(session, "INSERT INTO moved (amount) VALUES (7)");
      Sql.run(session, "DELETE FROM accounts WHERE id = 2");
      end = ShadowLedger.end(session);
    }
    Content before = backups.content().withStates(Map.of());
    backups.execute("DELETE FROM moved");
    Path logs = ShadowLedger.copyLogs(backups.database, directory.resolve("logs"));
    ChangeLog log = backups.method.changes().orElseThrow();
    ChangeLog.Replay replay = log.resolve(artifact, logs, new ChangeLog.Stop.At(end), false);
    assertThat(replay.transactions()).isEqualTo(2);
    log.restoring(replay)
        .restore(artifact, backups.unpacked(artifact), backups.target, KEY, Progress.SILENT);
    backups.execute("DROP DATABASE " + ExchangePlaces.of(backups.database.name(), KEY).old());
    assertThat(before.differences(backups.content().withStates(Map.of()))).isEmpty();
  }

  @Test
  void what_the_tool_does_not_write_is_refused_by_name() throws Exception {
    backups.execute("CREATE TABLE measured (id INT PRIMARY KEY, `ratio` FLOAT, d DOUBLE)");
    assertThatThrownBy(backups::backUp)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("backup.lossy")
        .hasMessageContaining("table measured: FLOAT column ratio")
        .hasMessageContaining("MySql.dialect()");
    backups.execute("DROP TABLE measured", "CREATE TABLE free (id INT) ENGINE = MyISAM");
    assertThatThrownBy(backups::backUp).hasMessageContaining("free (MyISAM)");
    Artifact accepted = backups.backUp(Backups.accepting("free"), Progress.SILENT);
    assertThat(accepted.manifest().versions()).containsEntry(BackupManifest.UNHELD, "free");
  }

  /** A program that says what it is asked to say, and then what the dump is. */
  private Path fake(String version, String dumping) throws IOException {
    Path place = Files.createTempDirectory(directory, "tools");
    Files.createFile(
        place.resolve(method()),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        place.resolve(method()),
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '"
            + version
            + "'; exit; fi\n"
            + dumping
            + "\n");
    return place;
  }

  private String said() {
    return TypeZoo.isMariaDb(served)
        ? "mariadb-dump from " + version() + "-MariaDB, client 10.19"
        : "mysqldump  Ver " + version() + " for Linux";
  }

  private void fails(Path tools, Class<? extends GatehouseException> as, String... words)
      throws Exception {
    MySqlBackups other = MySqlBackups.by(DumpTools.at(tools));
    try (Backups by = new Backups(served, backups.database, directory, other)) {
      assertThatThrownBy(() -> by.backUp(Options.DEFAULT, Progress.SILENT))
          .isInstanceOf(as)
          .satisfies(e -> assertThat(e.getMessage()).contains(words));
      assertThat(by.vault().artifacts()).isEmpty();
    }
    backups = by(DumpTools.at(directoryOf(tool())));
  }

  @Test
  void a_tool_of_the_other_product_or_an_older_one_is_refused() throws Exception {
    boolean mariaDb = TypeZoo.isMariaDb(served);
    String other =
        mariaDb ? "mysqldump  Ver 9.7.4 for Linux" : "mariadb-dump from 11.8.9-MariaDB, client";
    fails(
        fake(other, ""), Refusal.class, "tool.missing", "is " + (mariaDb ? "MySQL 9" : "MariaDB"));
    a_world();
    String older = mariaDb ? "mysqldump Ver 10.19 Distrib 10.5.3-MariaDB" : "mysqldump  Ver 5.7.41";
    fails(fake(older, ""), Refusal.class, "tool.missing", mariaDb ? "10.5.3" : "5.7.41");
    a_world();
    fails(directory, Refusal.class, "found     none", "DumpTools.at(path)");
  }

  @Test
  void a_dump_that_ends_early_or_fails_is_none_and_the_password_is_nowhere() throws Exception {
    Path real = tool().path();
    Path seen = directory.resolve("seen.txt");
    String run = real + " \"$@\"";
    fails(fake(said(), run + " | head -c 2000"), Refusal.class, "artifact.not-whole");
    a_world();
    fails(
        fake(said(), run + "; echo 'no more' >&2; exit 3"),
        StepFailed.class,
        "tool.failed",
        "exit code 3",
        "no more");
    a_world();
    fails(fake(said(), run + " | sed 's/(2,NULL/(2,NULL,/'"), Refusal.class, "artifact.hostile");
    a_world();
    fails(
        fake(said(), "{ echo \"$@\"; env; } >" + seen + "; cat >" + seen + ".in; exit 1"),
        StepFailed.class,
        "exit code 1");
    String secret = backups.database.secret().reveal(String::new);
    assertThat(Files.readString(seen)).contains("--single-transaction").doesNotContain(secret);
    assertThat(Files.readString(Path.of(seen + ".in"))).contains("password=");
  }

  @Test
  void of_two_new_sessions_nobody_knows_which_is_the_tools() throws Exception {
    String client =
        served.engine().tool(TypeZoo.isMariaDb(served) ? "mariadb" : "mysql").path() + "";
    Path login = directory.resolve("login");
    String idle = client + " --defaults-file=" + login + " -e 'SELECT SLEEP(4)' </dev/null";
    fails(
        fake(
            said(), "cat >" + login + "\n" + idle + " >/dev/null 2>&1 &\n" + idle + " 2>/dev/null"),
        StepFailed.class,
        "backup.tool-unknown",
        "others log in as the dump tool does",
        "connections ");
  }

  @Test
  void a_dump_that_somebody_changed_is_refused_with_its_line_and_nothing_is_executed()
      throws Exception {
    Artifact artifact = backups.backUp();
    Path raw = backups.unpacked(artifact);
    Path file = raw.resolve("shop.sql");
    String whole = Files.readString(file, StandardCharsets.UTF_8);
    String anchor = "DROP VIEW IF EXISTS `a`";
    assertThat(whole).contains(anchor);
    int at = whole.lastIndexOf('\n', whole.indexOf(anchor)) + 1;
    for (String hostile :
        List.of(
            "system touch /tmp/x",
            "\\! touch /tmp/x",
            "source other.sql",
            "USE other;",
            "CREATE DATABASE other;",
            "DROP TABLE moved;",
            "DELETE FROM moved;",
            "SET GLOBAL max_connections = 1;",
            "SET @@GLOBAL.sql_mode = '';",
            "SET @x = (SELECT 1);",
            "SET @OLD_SQL_MODE=@@SQL_MODE, GLOBAL SQL_MODE='';",
            "/*!50003 SET GLOBAL event_scheduler = ON */;",
            "LOAD DATA INFILE '/etc/passwd' INTO TABLE moved;",
            "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE moved;",
            "SELECT 1 INTO OUTFILE '/tmp/x';",
            "INSERT INTO moved SELECT 1, 2;",
            "INSERT INTO `moved` (`id`, `amount`) VALUES (1,sleep(1));",
            "INSERT INTO `moved` (`id`, `amount`) VALUES (1,(SELECT 1));",
            "INSERT INTO `moved` (`id`, `amount`) VALUES (1,2) ON DUPLICATE KEY UPDATE id = 1;",
            "INSERT INTO `moved` (`id`, `amount`) VALUES (1,2); DROP TABLE moved;",
            "INSERT INTO `moved` (`id`) VALUES (1);",
            "INSERT INTO `other` (`id`) VALUES (1);",
            "INSERT INTO `mysql`.`user` (`id`) VALUES (1);",
            "GRANT ALL ON *.* TO somebody;",
            "CREATE TABLE more (i INT);",
            "CREATE TABLE `accounts` (i INT);",
            "CREATE DEFINER=`root`@`localhost` PROCEDURE `q`() SELECT 1;",
            "CREATE VIEW `w` AS SELECT 1 AS `x`, user() AS `y`;",
            "DELIMITER ;;\nDROP TABLE moved;;\nDELIMITER ;",
            "CALL p();",
            "ALTER DATABASE `shop` CHARACTER SET latin1;",
            "HANDLER moved OPEN;")) {
      Files.writeString(file, whole.substring(0, at) + hostile + "\n" + whole.substring(at));
      assertThatThrownBy(() -> backups.drill(artifact, raw))
          .as(hostile)
          .isInstanceOf(Refusal.class)
          .satisfies(e -> assertThat(e.getMessage()).containsPattern("shop.sql:\\d+"));
      assertThat(backups.copies()).as(hostile).isEmpty();
    }
    for (String cut :
        List.of("-- Dump completed", "INSERT INTO `moved`", anchor, "PROCEDURE `p`")) {
      Files.writeString(file, whole.substring(0, whole.indexOf(cut)));
      assertThatThrownBy(() -> backups.drill(artifact, raw)).as(cut).isInstanceOf(Refusal.class);
    }
    Files.writeString(file, whole.replace("(2,NULL,", "(2,'x',"));
    assertThat(backups.drill(artifact, raw)).isNotEmpty();
    Files.writeString(file, whole);
    assertThat(backups.drill(artifact, raw)).isEmpty();
  }

  @Test
  void the_products_own_client_restores_the_dump_as_restore_md_says() throws Exception {
    Artifact artifact = backups.backUp();
    Path raw = backups.unpacked(artifact);
    Path client = served.engine().tool(TypeZoo.isMariaDb(served) ? "mariadb" : "mysql").path();
    assertThat(Files.readString(artifact.directory().resolve("RESTORE.md")))
        .contains("mysql --comments \"$DB\" < './shop.sql'");
    try (Backups into = new Backups(served, directory)) {
      ProcessBuilder restoring =
          new ProcessBuilder(
                  client.toString(),
                  "--no-defaults",
                  "--comments",
                  "--host=" + into.database.host(),
                  "--port=" + into.database.port(),
                  "--user=" + into.database.account(),
                  into.database.name())
              .redirectErrorStream(true)
              .redirectInput(raw.resolve("shop.sql").toFile())
              .redirectOutput(directory.resolve("said.txt").toFile());
      restoring.environment().put("MYSQL_PWD", into.database.secret().reveal(String::new));
      Process restored = restoring.start();
      try {
        assertThat(restored.waitFor(60, TimeUnit.SECONDS)).as("the client ends").isTrue();
      } finally {
        restored.destroyForcibly();
      }
      assertThat(restored.exitValue()).as(Files.readString(directory.resolve("said.txt"))).isZero();
      Schema recorded = UnpackedBackup.of(artifact, raw).objects().schema();
      Content content = artifact.manifest().content();
      assertThat(DrillDatabase.differences(recorded, content, SnapshotReading.schema(into.target)))
          .isEmpty();
      assertThat(into.content().tables()).isEqualTo(content.tables());
    }
  }
}
