package dev.gatehouse.postgres.monitor;

import static dev.gatehouse.dsl.GatehouseOperations.replicationLag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.JdbcUrlPolicy;
import dev.gatehouse.postgres.session.Queries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers with settings of their own. */
class StandbyAndArchiveTest {
  private final EngineUnderTest engine = EngineUnderTest.onePostgres(StandbyAndArchiveTest.class);

  @TempDir Path directory = Path.of("");

  private static Runbook runbook(Step step) {
    return new Runbook("any", List.of(new Gate("any", List.of(step))), List.of());
  }

  @Test
  @Timeout(60)
  void a_standby_that_does_not_keep_up_is_noticed() throws Exception {
    Check check = replicationLag().atMost(Duration.ofMillis(500));
    try (OwnServer primary = engine.another();
        OwnServer standby = engine.another(data -> follow(data, primary), "max_connections=100");
        TestDatabase database = primary.database();
        Connection admin = database.connect();
        Connection behind =
            Targets.at(
                    "jdbc:postgresql://127.0.0.1:" + standby.port() + "/postgres", standby.admin())
                .connect(JdbcUrlPolicy.properties())) {
      Target target = Targets.of(database);
      while (At.ask(target, check).status() == Status.INCONCLUSIVE) {
        Thread.sleep(50);
      }
      Check guard = check.watching();
      assertThat(At.ask(target, check).status()).isEqualTo(Status.PASSED);
      assertThat(At.ask(target, guard).status()).isEqualTo(Status.PASSED);
      Queries.run(behind, "SELECT pg_wal_replay_pause()");
      Queries.run(admin, "CREATE TABLE item (id int)");
      assertThat(At.ask(target, guard).status())
          .as("behind, and not for long")
          .isEqualTo(Status.PASSED);
      Thread.sleep(600);
      for (Check late : List.of(check, guard)) {
        assertThat(At.said(At.ask(target, late)).replaceAll("\\d+ ms behind", "N ms behind"))
            .isEqualTo(
                """
                a replica is too far behind
                  expected  at most 500 ms
                  found     'walreceiver' is at least N ms behind
                  fix       wait until it has caught up: SELECT * FROM pg_stat_replication
                  code      replication.lag\
                """);
      }
      Queries.run(behind, "SELECT pg_wal_replay_resume()");
      assertThat(At.ask(target, check).status()).isEqualTo(Status.PASSED);
      assertThat(At.ask(target, guard).status()).isEqualTo(Status.PASSED);
      try (Connection held = target.dialect().openReading(target)) {
        assertThat(check.evaluate(new At(target, held)).status()).isEqualTo(Status.PASSED);
        standby.restart();
        while (At.ask(target, check).status() == Status.INCONCLUSIVE) {
          Thread.sleep(50);
        }
        assertThat(check.evaluate(new At(target, held)).status())
            .as("a standby that came back, seen by a transaction that saw it go")
            .isEqualTo(Status.PASSED);
      }
    }
  }

  private static void follow(Path data, OwnServer primary) {
    try {
      Files.createFile(data.resolve("standby.signal"));
      Files.writeString(
          data.resolve("postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'\n"
              .formatted(
                  primary.port(),
                  primary.admin().name(),
                  primary.admin().secret().reveal(String::new)),
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_server_that_archives_nothing_has_no_recovery_points() throws Exception {
    try (TestDatabase database = engine.database()) {
      Target target = Targets.of(database);
      assertThat(At.said(At.ask(target, Postgres.archiving())))
          .isEqualTo(
              """
              the server archives no WAL
                expected  archive_mode = on, and an archive_command or archive_library
                found     archive_mode = off
                fix       ALTER SYSTEM SET archive_mode = 'on'; ALTER SYSTEM SET archive_command = 'test ! -f /archive/%f && cp %p /archive/%f'; then restart the server
                code      postgres.archive-off\
              """);
      assertThatThrownBy(() -> Plan.of(runbook(Postgres.recoveryPoint()), target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("the server archives no WAL");
    }
  }

  /** Nothing fails on it, and nothing arrives: the server only keeps its WAL. */
  @Test
  void a_server_that_is_not_told_how_to_archive_has_none_either() throws Exception {
    try (OwnServer keeping = engine.another(data -> {}, "archive_mode=on");
        TestDatabase database = keeping.database()) {
      Target target = Targets.of(database);
      assertThat(At.said(At.ask(target, Postgres.archiving())))
          .startsWith("the server archives no WAL")
          .contains("found     archive_mode = on, archive_command empty");
      assertThatThrownBy(() -> Plan.of(runbook(Postgres.recoveryPoint()), target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("archive_command empty");
    }
  }

  @Test
  @Timeout(60)
  void a_recovery_point_has_arrived_in_the_archive_or_the_step_fails() throws Exception {
    Path archive = Files.createDirectory(directory.resolve("archive"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (OwnServer archiving =
            engine.another(
                data -> {},
                "archive_mode=on",
                "archive_command=test -d " + archive + " && cp %p " + archive + "/%f");
        TestDatabase database = archiving.database()) {
      Target target = Targets.of(database);
      assertThat(At.ask(target, Postgres.archiving()).status()).isEqualTo(Status.INCONCLUSIVE);
      Account plain = database.newAccount("plain");
      assertThatThrownBy(
              () -> Plan.of(runbook(Postgres.recoveryPoint()), Targets.of(database, plain)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(
              "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text), pg_switch_wal() TO "
                  + plain.name());

      RunRecord made = run(target, Postgres.recoveryPoint());
      assertThat(made.state()).isEqualTo(RunState.SUCCEEDED);
      String evidence = made.step("recovery point").orElseThrow().evidence().toString();
      String wal = evidence.replaceAll("(?s).*\\b([0-9A-F]{24})\\b.*", "$1");
      assertThat(evidence).contains("gatehouse_").contains("/");
      assertThat(archive.resolve(wal)).exists();
      assertThat(At.ask(target, Postgres.archiving()).status()).isEqualTo(Status.PASSED);

      Files.move(archive, directory.resolve("away"));
      RunRecord stuck = run(target, Postgres.recoveryPoint().withDeadline(Duration.ofSeconds(3)));
      assertThat(stuck.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(stuck.step("recovery point").orElseThrow().findings().get(0).text())
          .startsWith("WAL does not arrive in the archive")
          .contains("did not arrive within 3s")
          .contains("the last that arrived: " + wal);
      while (At.ask(target, Postgres.archiving()).status() != Status.FAILED) {
        Thread.sleep(100);
      }
    }
  }

  private RunRecord run(Target target, Step step) {
    return Runner.journalingTo(directory.resolve("journals")).run(Plan.of(runbook(step), target));
  }
}
