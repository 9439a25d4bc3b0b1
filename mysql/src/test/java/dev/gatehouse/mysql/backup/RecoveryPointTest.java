package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The place in the binary log is that of the snapshot, whoever writes meanwhile. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class RecoveryPointTest {
  private static final int WRITERS = 4;

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void the_place_is_that_of_the_rows() throws Exception {
    rounds(5);
  }

  @Test
  @Tag("nightly")
  void the_place_is_that_of_the_rows_a_hundred_times() throws Exception {
    rounds(100);
  }

  /** Each transaction writes one row, so that rows and transactions can be counted. */
  private void rounds(int rounds) throws Exception {
    try (Backups backups = new Backups(served, directory);
        Connection admin = backups.database.connect()) {
      backups.execute("CREATE TABLE ledger (id BIGINT AUTO_INCREMENT PRIMARY KEY) ENGINE = InnoDB");
      Sql.run(admin, "FLUSH BINARY LOGS");
      AtomicBoolean writing = new AtomicBoolean(true);
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(CompletableFuture.runAsync(() -> write(backups, writing)));
      }
      try {
        for (int round = 0; round < rounds; round++) {
          try (Snapshot snapshot = Snapshot.of(backups.target)) {
            long rows = Long.parseLong(Sql.one(snapshot.session(), "SELECT COUNT(*) FROM ledger"));
            assertThat(transactions(admin, snapshot.facts())).as("round " + round).isEqualTo(rows);
          }
        }
      } finally {
        writing.set(false);
        for (CompletableFuture<Void> writer : writers) {
          writer.get(60, TimeUnit.SECONDS);
        }
      }
    }
  }

  private static void write(Backups backups, AtomicBoolean writing) {
    try (Connection session = backups.database.connect()) {
      while (writing.get()) {
        Sql.run(session, "INSERT INTO ledger VALUES ()");
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long transactions(Connection admin, Map<String, String> place) throws Exception {
    assertThat(place).containsKeys("binary log file", "binary log position");
    long position = Long.parseLong(place.get("binary log position"));
    long before = 0;
    try (Statement statement = admin.createStatement();
        ResultSet events =
            statement.executeQuery(
                "SHOW BINLOG EVENTS IN '" + place.get("binary log file") + "'")) {
      while (events.next()) {
        if (events.getLong("Pos") < position && events.getString("Event_type").equals("Xid")) {
          before++;
        }
      }
    }
    return before;
  }

  @Test
  void an_account_that_may_not_ask_takes_its_backup_without_a_place() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute("CREATE TABLE t (a INT)");
      Account reader = backups.database.newAccount("reader");
      backups.execute(
          "GRANT SELECT ON `" + backups.database.name() + "`.* TO '" + reader.name() + "'@'%'");
      try (Snapshot snapshot = Snapshot.of(Targets.of(backups.database, reader))) {
        if (TypeZoo.isMariaDb(served)) {
          assertThat(snapshot.facts()).containsKeys("binary log file");
        } else {
          assertThat(snapshot.facts().get("not with a recovery point"))
              .contains("GRANT RELOAD, REPLICATION CLIENT ON *.* TO '" + reader.name() + "'@'%'");
        }
      }
    }
  }
}
