package dev.gatehouse.mysql.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.BinaryLogFileReader;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.backup.ShadowLedger;
import dev.gatehouse.mysql.backup.TypeZoo;
import dev.gatehouse.mysql.binlog.LogReader.Unit;
import dev.gatehouse.mysql.binlog.LogTransaction.RowCounts;
import dev.gatehouse.mysql.session.Queries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of a file is what the vendors' own program, and the library, tell of it. */
class LogOracleTest {
  private static final List<String> MODES =
      List.of(
          "",
          "ANSI_QUOTES",
          "PIPES_AS_CONCAT,NO_ZERO_DATE",
          "STRICT_ALL_TABLES",
          "NO_BACKSLASH_ESCAPES");

  @TempDir Path work = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  /** All of it lies in the log of a server that nobody else writes to. */
  @ParameterizedTest
  @MethodSource("servers")
  @Tag("engines")
  void files_of_every_type_are_read_as_others_read_them(Served served) throws Exception {
    long seed = new Random().nextLong();
    boolean mariaDb = TypeZoo.isMariaDb(served);
    String noted = mariaDb ? "binlog-annotate-row-events=1" : "binlog-rows-query-log-events=1";
    try (OwnServer server = served.engine().another(data -> {}, noted, "local-infile=1");
        TestDatabase database = server.database();
        TestDatabase other = server.database()) {
      write(database, other, served, new Random(seed));
      Path logs = ShadowLedger.copyLogs(database, work.resolve("logs"));
      Map<String, String> collations = collations(database);
      int statements = 0;
      for (Path file : files(logs)) {
        PrintedLog printed = PrintedLog.of(printed(served, file), database.name());
        assertThat(lengths(file)).as("library, " + file).isEqualTo(libraryLengths(file));
        statements +=
            compared(
                alone(file),
                String.valueOf(file.getFileName()),
                database.name(),
                printed,
                collations,
                "seed " + seed);
      }
      assertThat(statements).as("seed " + seed).isGreaterThan(8);
    }
  }

  private static List<Path> files(Path logs) throws Exception {
    try (Stream<Path> all = Files.list(logs)) {
      return all.sorted().toList();
    }
  }

  /** Rows of every type, statements under random settings, and each kind of event. */
  private static void write(TestDatabase database, TestDatabase other, Served served, Random random)
      throws Exception {
    TypeZoo.in(database, served);
    String password = database.secret().reveal(String::new);
    try (Connection session =
        DriverManager.getConnection(database.jdbcUrl("mysql"), database.account(), password)) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW', sql_mode = 'ALLOW_INVALID_DATES'");
      Sql.run(session, "ALTER TABLE zoo DROP COLUMN po, DROP COLUMN ge");
      Sql.run(session, "CREATE TABLE copied LIKE zoo");
      Sql.run(session, "CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY, n INT)");
      Sql.run(session, "CREATE TABLE `" + other.name() + "`.elsewhere (id INT PRIMARY KEY, n INT)");
      Sql.run(session, "UPDATE zoo SET ti = 5, vc = NULL WHERE id > 4 AND id < 100");
      for (int i = 0; i < 40; i++) {
        statement(session, other, random, i);
      }
      Sql.run(session, "DELETE FROM zoo WHERE id = 6");
      Sql.run(session, "FLUSH BINARY LOGS");
      for (String sql :
          List.of(
              "SET SESSION sql_mode = DEFAULT",
              "XA START 'x'",
              "INSERT INTO hidden (a) VALUES (77)",
              "XA END 'x'",
              "XA PREPARE 'x'",
              "XA COMMIT 'x'",
              "START TRANSACTION",
              "INSERT INTO hidden (a) VALUES (78)",
              "SAVEPOINT s",
              "INSERT INTO hidden (a) VALUES (79)",
              "ROLLBACK TO SAVEPOINT s",
              "COMMIT",
              "SET SESSION binlog_format = 'STATEMENT'",
              "SET @v = 'x'",
              "INSERT INTO hidden (a) VALUES (LENGTH(@v))",
              "UPDATE hidden SET b = FLOOR(RAND() * 9)",
              "INSERT INTO counted (n) VALUES (3)",
              "SET SESSION binlog_format = 'ROW'",
              "CREATE TABLE mine (id INT PRIMARY KEY) ENGINE = MyISAM",
              "INSERT INTO mine VALUES (1), (2)",
              "TRUNCATE TABLE mine")) {
        Sql.run(session, sql);
      }
    }
  }

  private static void statement(Connection session, TestDatabase other, Random random, int number)
      throws Exception {
    if (random.nextInt(3) == 0) {
      String mode = MODES.get(random.nextInt(MODES.size()));
      Sql.run(session, "SET SESSION sql_mode = '" + mode + "'");
      Sql.run(
          session, "SET NAMES " + List.of("utf8mb4", "latin1", "binary").get(random.nextInt(3)));
      Sql.run(session, "SET SESSION time_zone = '+0" + random.nextInt(9) + ":00'");
      Sql.run(session, "SET SESSION foreign_key_checks = " + random.nextInt(2));
    }
    switch (random.nextInt(7)) {
      case 0 ->
          Sql.run(
              session,
              "INSERT INTO hidden (a) SELECT a FROM hidden LIMIT " + (1 + random.nextInt(9)));
      case 1 -> Sql.run(session, "UPDATE hidden SET a = a + 1 LIMIT " + (1 + random.nextInt(9)));
      case 2 -> Sql.run(session, "DELETE FROM hidden WHERE a > 5 LIMIT 2");
      case 3 -> {
        Sql.run(session, "START TRANSACTION");
        Sql.run(session, "INSERT INTO hidden (a) VALUES (1), (9)");
        Sql.run(
            session, "INSERT INTO `%s`.elsewhere VALUES (%d, 1)".formatted(other.name(), number));
        Sql.run(session, "UPDATE hidden SET b = 5 WHERE a = 9 LIMIT 3");
        Sql.run(session, "COMMIT");
      }
      case 4 -> Sql.run(session, "CREATE TABLE made" + number + " (at DATETIME DEFAULT NOW())");
      case 5 ->
          Sql.run(session, "CREATE PROCEDURE made" + number + "() BEGIN DELETE FROM hidden; END");
      default -> Sql.run(session, "ALTER TABLE hidden ADD COLUMN more" + number + " INT DEFAULT 3");
    }
  }

  private List<String> printed(Served served, Path file) throws Exception {
    String name = served.engine().product() == Product.MYSQL ? "mysqlbinlog" : "mariadb-binlog";
    Path said = work.resolve("said.txt");
    int ended =
        new ProcessBuilder(
                served.engine().tool(name).path().toString(),
                "--no-defaults",
                "--verbose",
                "--base64-output=DECODE-ROWS",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    List<String> lines = Files.readString(said, StandardCharsets.ISO_8859_1).lines().toList();
    assertThat(ended).as(lines.subList(0, Math.min(5, lines.size())).toString()).isZero();
    return lines;
  }

  private static List<Long> lengths(Path file) throws Exception {
    List<Long> lengths = new ArrayList<>();
    try (LogFile read = LogFile.open(file)) {
      lengths.add((long) read.format().bytes().length);
      for (LogEvent event = read.next(); event != null; event = read.next()) {
        lengths.add((long) event.bytes().length);
      }
    }
    return lengths;
  }

  private static List<Long> libraryLengths(Path file) throws Exception {
    List<Long> lengths = new ArrayList<>();
    try (BinaryLogFileReader reader = new BinaryLogFileReader(file.toFile())) {
      for (Event event = reader.readEvent(); event != null; event = reader.readEvent()) {
        EventHeaderV4 header = event.getHeader();
        lengths.add(header.getEventLength());
      }
    }
    return lengths;
  }

  /** Names of character sets and collations by the numbers that events have. */
  private static Map<String, String> collations(TestDatabase database) throws Exception {
    Map<String, String> names = new HashMap<>();
    try (Connection session = database.connect()) {
      for (Row row :
          Queries.rows(
              session,
              "SELECT id, character_set_name, collation_name FROM information_schema.collations"
                  + " WHERE id IS NOT NULL",
              Function.identity())) {
        names.put(row.text("collation_name"), row.text("id"));
        names.put("client " + row.text("id"), row.text("character_set_name"));
      }
    }
    return names;
  }

  /** How many statements it compared. */
  private static int compared(
      Path directory,
      String name,
      String database,
      PrintedLog printed,
      Map<String, String> collations,
      String about)
      throws Exception {
    List<LogStatement> statements = new ArrayList<>();
    LogReader.Sink sink =
        new LogReader.Sink() {
          @Override
          public void statement(LogStatement statement) {
            statements.add(statement);
          }
        };
    TreeSet<Long> begins = new TreeSet<>();
    int counted = 0;
    try (LogFiles files = LogFiles.from(directory, name)) {
      LogReader reader = new LogReader(files, database, sink);
      for (Unit unit = reader.next(); unit != null; unit = reader.next()) {
        if (unit.transaction().isPresent()) {
          LogTransaction transaction = unit.transaction().get();
          long start = transaction.start().offset();
          begins.add(start);
          RowCounts counts = printed.rows.getOrDefault(start, RowCounts.NONE);
          if (!printed.unprinted.contains(start)) {
            assertThat(transaction.counts()).as(about + ", " + transaction).isEqualTo(counts);
          }
          counted += transaction.counts().all() > 0 ? 1 : 0;
          long end = transaction.end().offset();
          assertThat(printed.events.containsKey(end) || end == Files.size(directory.resolve(name)))
              .as(about + ", an event begins at the end of " + transaction)
              .isTrue();
        }
      }
    }
    assertThat(begins).as(about).isEqualTo(printed.begins);
    assertThat(counted).as(about).isEqualTo(printed.rows.size());
    for (LogStatement statement : statements) {
      PrintedLog.Settings settings =
          printed.statements.getOrDefault(statement.at().offset(), PrintedLog.Settings.NONE);
      LoggedSettings under = statement.under();
      assertThat("" + under.mode()).as(about + ", " + statement).isEqualTo(settings.mode());
      assertThat(List.of("" + under.client(), "" + collations.get("client " + under.client())))
          .as(about + ", " + statement)
          .contains(settings.client());
      String connection = settings.connection();
      assertThat(under.others().get("collation_connection"))
          .as(about + ", " + statement)
          .isEqualTo(collations.getOrDefault(connection, connection));
      if (under.others().containsKey("time_zone")) {
        assertThat(under.others()).containsEntry("time_zone", settings.zone());
      }
      assertThat("" + statement.seconds()).isEqualTo(settings.second());
      assertThat(under.unread()).as(about + ", " + statement).isNegative();
    }
    return statements.size();
  }

  /** Files behind it are not read. */
  private Path alone(Path file) throws Exception {
    Path directory = Files.createTempDirectory(work, "alone");
    Files.copy(file, directory.resolve(String.valueOf(file.getFileName())));
    return directory;
  }
}
