package dev.gatehouse.mysql.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.changesIn;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.gtid;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.position;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.Restore;
import dev.gatehouse.dsl.backup.StopPoint;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Back to a moment, as a runbook says it. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class ReplayingRunTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.share(ReplayingRunTest.class);
  }

  /** A row before the backup, two behind it, then the accident, then another row. */
  private String[] world(Backups backups) throws Exception {
    backups.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    backups.backUp();
    return changes(backups);
  }

  private String[] changes(Backups backups) throws Exception {
    try (Connection session = backups.database.connect()) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW'");
      Sql.run(session, "INSERT INTO t VALUES (2)");
      Sql.run(session, "INSERT INTO t VALUES (3)");
      Position end = ShadowLedger.end(session);
      String[] place = {end.file(), "" + end.offset()};
      Sql.run(session, "DELETE FROM t");
      Sql.run(session, "INSERT INTO t VALUES (9)");
      return place;
    }
  }

  private Restore restoring(Backups backups, Path logs, StopPoint stop) {
    Artifact artifact = backups.vault().artifacts().get(0);
    return restore(fromCatalogue(backups.vault()).withId(artifact.id()))
        .replaying(changesIn(logs))
        .stoppingBefore(stop)
        .named("restored");
  }

  @Test
  void planned_run_told_and_undone() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      String[] place = world(backups);
      Path logs = ShadowLedger.copyLogs(backups.database, directory.resolve("logs"));
      long offset = Long.parseLong(place[1]);
      Runbook book =
          runbook(
              "Back",
              gate("Restored", restoring(backups, logs, position(place[0], offset))),
              gate("Checked", rowCount("t").is(3)));
      Plan plan = Plan.of(book, backups.target);
      assertThat(plan.full())
          .contains(
              "up to " + place[0] + ":" + offset,
              "before the stop: ",
              "behind the stop: ",
              "2 transactions, rows: 2 inserted, 0 updated, 0 deleted",
              "what is lost: 2 transactions of these files");
      Plan again = Plan.of(book, backups.target);
      assertThat(again.digest()).isEqualTo(plan.digest());
      Runbook less =
          runbook(
              "Back",
              gate("Restored", restoring(backups, logs, position(place[0], before(plan)))),
              gate("Checked", rowCount("t").is(3)));
      Plan other = Plan.of(less, backups.target);
      assertThat(other.digest()).isNotEqualTo(plan.digest());
      try (Run run = Runner.journalingTo(directory.resolve("journals")).start(plan)) {
        RunRecord ended = run.toEnd();
        StepRecord restored = ended.step("restored").orElseThrow();
        assertThat(restored.state()).isEqualTo(StepState.SUCCEEDED);
        assertThat(restored.evidence().orElseThrow().facts())
            .containsEntry("replayedTo", place[0] + ":" + offset)
            .containsEntry("replayedTransactions", "2")
            .containsEntry("level", "L4 EQUAL, then changes replayed and counted");
        assertThat(backups.database.one("SELECT GROUP_CONCAT(id) FROM t")).isEqualTo("1,2,3");
        Matcher old =
            Pattern.compile("gatehouse_old_\\w+_[0-9a-f]{16}")
                .matcher(restored.findings().toString());
        assertThat(old.find()).isTrue();
        backups.execute("DROP DATABASE " + old.group());
      }
      // One transaction less than the check wants: the restore is undone.
      try (Run run =
          Runner.journalingTo(directory.resolve("journals")).start(Plan.of(less, backups.target))) {
        RunRecord ended = run.toEnd();
        assertThat(ended.step("restored").orElseThrow().state()).isEqualTo(StepState.UNDONE);
        assertThat(backups.database.one("SELECT GROUP_CONCAT(id) FROM t")).isEqualTo("1,2,3");
      }
    }
  }

  /** Where the last transaction before the stop begins, as the plan tells it. */
  private static long before(Plan plan) {
    Matcher told =
        Pattern.compile("before the stop: (?:\\S+, )?\\S+:(\\d+), ").matcher(plan.full());
    assertThat(told.find()).isTrue();
    return Long.parseLong(told.group(1));
  }

  @Test
  void what_cannot_be_is_refused_while_planning() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      String[] place = world(backups);
      Path logs = ShadowLedger.copyLogs(backups.database, directory.resolve("logs"));
      StopPoint stop = position(place[0], Long.parseLong(place[1]));
      var dump = backUp(into(backups.vault()));
      assertThatThrownBy(
              () ->
                  Plan.of(
                      runbook(
                          "Back",
                          gate(
                              "Both",
                              dump,
                              restore(dump).replaying(changesIn(logs)).stoppingBefore(stop))),
                      backups.target))
          .hasMessageContaining("changes.backup-unknown");
      assertThatThrownBy(() -> plan(backups, directory.resolve("empty"), stop))
          .hasMessageContaining("changes.gap");
      Account poor = backups.database.newAccount("poor");
      for (String grant :
          List.of(
              "GRANT ALL PRIVILEGES ON `" + backups.database.name() + "`.* TO ",
              "GRANT ALL PRIVILEGES ON `gatehouse\\_%`.* TO ",
              "GRANT SELECT, PROCESS ON *.* TO ")) {
        backups.execute(grant + "'" + poor.name() + "'@'%'");
      }
      Runbook book = runbook("Back", gate("Restored", restoring(backups, logs, stop)));
      assertThatThrownBy(() -> Plan.of(book, Targets.of(backups.database, poor)))
          .hasMessageContaining("restore.rights")
          .hasMessageContaining(TypeZoo.isMariaDb(served) ? "BINLOG REPLAY" : "BINLOG_ADMIN");
    }
  }

  private Plan plan(Backups backups, Path logs, StopPoint stop) {
    return Plan.of(
        runbook("Back", gate("Restored", restoring(backups, logs, stop))), backups.target);
  }

  /** Asked before anything is stopped. */
  @Test
  void whether_the_files_are_complete_is_a_check() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      String[] place = world(backups);
      Path logs = ShadowLedger.copyLogs(backups.database, directory.resolve("logs"));
      StopPoint stop = position(place[0], Long.parseLong(place[1]));
      var newest = fromCatalogue(backups.vault()).withId(backups.vault().artifacts().get(0).id());
      Check complete = changesIn(logs).complete(newest, stop);
      Outcome passed = At.ask(backups.target, complete);
      assertThat(passed.status()).as(passed.toString()).isEqualTo(Status.PASSED);
      assertThat(passed.toString()).contains("replayedTransactions=2");
      Path file = logs.resolve(place[0]);
      byte[] whole = Files.readAllBytes(file);
      whole[Integer.parseInt(place[1]) - 5] ^= 1;
      Files.write(file, whole);
      Outcome damaged = At.ask(backups.target, complete);
      assertThat(damaged.status()).isEqualTo(Status.FAILED);
      assertThat(At.said(damaged)).contains("changes.damaged");
      Files.delete(file);
      assertThat(At.said(At.ask(backups.target, complete))).contains("changes.gap");
    }
  }

  /** MySQL writes them where it is told to, MariaDB always. */
  @Test
  void a_transaction_is_named_by_its_gtid() throws Exception {
    String[] options =
        TypeZoo.isMariaDb(served)
            ? new String[] {}
            : new String[] {"gtid-mode=ON", "enforce-gtid-consistency=ON"};
    try (OwnServer server = served.engine().another(data -> {}, options);
        TestDatabase database = server.database();
        Backups backups = new Backups(served, database, directory)) {
      world(backups);
      Path logs = ShadowLedger.copyLogs(database, directory.resolve("logs"));
      String accident =
          TypeZoo.isMariaDb(served)
              ? database.one("SELECT @@GLOBAL.gtid_binlog_pos").replaceAll("(\\d+)$", "")
              : database.one("SELECT @@GLOBAL.server_uuid") + ":";
      long last =
          Long.parseLong(
              TypeZoo.isMariaDb(served)
                  ? database.one("SELECT @@GLOBAL.gtid_binlog_pos").replaceAll(".*-", "")
                  : database.one("SELECT @@GLOBAL.gtid_executed").replaceAll(".*[:-]", ""));
      Plan plan = plan(backups, logs, gtid(accident + (last - 1)));
      try (Run run = Runner.journalingTo(directory.resolve("journals")).start(plan)) {
        RunRecord ended = run.toEnd();
        assertThat(ended.step("restored").orElseThrow().state())
            .as(ended.step("restored").orElseThrow().findings().toString())
            .isEqualTo(StepState.SUCCEEDED);
      }
      assertThat(database.one("SELECT GROUP_CONCAT(id ORDER BY id) FROM t")).isEqualTo("1,2,3");
    }
  }
}
