package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.GrantClaim;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Others who grant at the same moment, and runners that die. */
class GrantFaultsTest {
  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(GrantFaultsTest.class);
  }

  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static GrantLeastPrivilege change(Stage stage) {
    return grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT, INSERT).on("shop.ks_*"))
        .revokingLegacyWithin("shop.*")
        .named(GrantStage.STEP);
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Timeout(120)
  void a_run_waits_for_another_session_that_grants_on_the_table(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP);
        Connection foreign = stage.connect();
        Statement granting = foreign.createStatement()) {
      GrantStage grants = new GrantStage(stage, work);
      Plan plan = grants.plan(change(stage));
      foreign.setAutoCommit(false);
      granting.execute("grant delete on shop.ks_a to " + stage.role("other"));
      ExecutorService beside = Executors.newSingleThreadExecutor();
      try {
        Future<RunState> run = beside.submit(() -> Runner.journalingTo(work).run(plan).state());
        Thread.sleep(700);
        foreign.commit();
        assertThat(run.get()).isEqualTo(RunState.SUCCEEDED);
      } finally {
        beside.shutdownNow();
      }
      stage.run("grant usage on schema shop to {other}");
      assertThat(stage.attempt("other", "delete from shop.ks_a")).isEqualTo("ok");
      assertThat(stage.attempt("app", "insert into shop.ks_a (v) values ('x')")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Timeout(120)
  void an_undo_leaves_what_others_granted_during_the_run(EngineUnderTest engine) throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP);
        Connection foreign = stage.connect();
        Statement granting = foreign.createStatement()) {
      stage.run("grant usage on schema shop to {other}", "grant insert on shop.node to {other}");
      Plan plan = Plan.of(GrantStage.thenFailing(change(stage)), stage.target());
      foreign.setAutoCommit(false);
      granting.execute("grant delete on shop.ks_a to " + stage.role("other"));
      granting.execute("grant select on shop.node to " + stage.role("other"));
      granting.execute("revoke insert on shop.node from " + stage.role("other"));
      ExecutorService beside = Executors.newSingleThreadExecutor();
      try {
        Future<RunState> run = beside.submit(() -> Runner.journalingTo(work).run(plan).state());
        Thread.sleep(700);
        assertThat(run).isNotDone();
        foreign.commit();
        assertThat(run.get()).isEqualTo(RunState.UNDONE);
      } finally {
        beside.shutdownNow();
      }
      assertThat(stage.attempt("other", "delete from shop.ks_a")).isEqualTo("ok");
      assertThat(stage.attempt("other", "select from shop.node")).isEqualTo("ok");
      assertThat(stage.attempt("other", "insert into shop.node default values")).isEqualTo("42501");
      assertThat(stage.attempt("app", "select from shop.ks_a")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Timeout(120)
  void sessions_that_settle_grants_on_one_table_lose_none_and_meet_no_error(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      stage.run("grant usage on schema shop to {app}, {other}, {grp}");
      ExecutorService beside = Executors.newFixedThreadPool(3);
      try {
        List<Future<?>> all = new ArrayList<>();
        for (String role : List.of("app", "other", "grp")) {
          all.add(beside.submit(() -> settle(stage, role)));
        }
        for (Future<?> one : all) {
          one.get();
        }
      } finally {
        beside.shutdownNow();
      }
      for (String role : List.of("app", "other", "grp")) {
        assertThat(stage.attempt(role, "select from shop.node")).as(role).isEqualTo("ok");
      }
    }
  }

  /** Gives and takes, again and again; has it at the end. */
  private static Void settle(Stage stage, String role) throws Exception {
    GrantMethod.InTransaction method =
        (GrantMethod.InTransaction) stage.target().dialect().grants().orElseThrow();
    AccessObject node = AccessObject.table("shop.node");
    try (Connection connection = stage.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 7; i++) {
        ClaimKind limit = i % 2 == 0 ? ClaimKind.MAY : ClaimKind.MAY_NOT;
        GrantClaim wish =
            new GrantClaim(List.of(stage.role(role)), limit, Set.of("SELECT"), List.of(node));
        var settled =
            method.reconcile(
                stage.target(),
                connection,
                access -> new DesiredState(List.of(wish), List.of(), List.of("shop.*")));
        assertThat(settled.unfulfilled()).isEmpty();
        assertThat(settled.statements()).hasSize(1);
        connection.commit();
      }
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Timeout(120)
  void a_runner_that_dies_is_resumed_and_what_it_did_is_undone(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      stage.run("grant delete on shop.ks_a to {app}", "grant select on shop.node to {app}");
      Set<String> before = GrantStage.acl(stage.admin());
      List<String> points = List.of("marker.written", "grants.settled", "committed");
      for (int i : Sampled.Few.of(1, points.size()).toArray()) {
        String point = points.get(i);
        Path journals = Files.createDirectory(work.resolve(point));
        Change change = change(stage);
        die(stage, change, point, journals);
        GrantStage grants = new GrantStage(stage, journals);
        assertThat(
                grants
                    .resume(GrantStage.thenFailing(change), stage.target(), journal(journals))
                    .state())
            .as(point)
            .isEqualTo(RunState.UNDONE);
        assertThat(GrantStage.acl(stage.admin())).as(point).isEqualTo(before);
      }
    }
  }

  private static void die(Stage stage, Change change, String at, Path journals) {
    Runner runner =
        Runner.journalingTo(journals)
            .withPoints(
                point -> {
                  if (point.equals(GrantStage.STEP + ":" + at)) {
                    throw new Death();
                  }
                });
    assertThatThrownBy(() -> runner.run(Plan.of(GrantStage.thenFailing(change), stage.target())))
        .isInstanceOf(Death.class);
  }

  private static Path journal(Path journals) throws Exception {
    try (Stream<Path> files = Files.list(journals)) {
      return files.filter(path -> path.toString().endsWith(".journal")).findFirst().orElseThrow();
    }
  }
}
