package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.grantsFrom;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.GrantTemplate;
import dev.gatehouse.dsl.access.GrantsFromTemplate;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A static script of grants with placeholders: what is planned, executed, verified and undone. */
class GrantTemplateTest {
  private static final String PASSWORD = "s3cr3t'of the app";

  private static final String SCRIPT =
      """
      -- least privilege of the application
      CREATE ROLE :"app" LOGIN PASSWORD :'app_password';
      GRANT USAGE ON SCHEMA shop TO :"app";
      GRANT SELECT, INSERT ON shop.ks_a TO :"app";
      GRANT USAGE ON SEQUENCE shop.ks_a_id_seq TO :"app";
      GRANT :"grp" TO :"app";
      REVOKE SELECT ON shop.node FROM :"grp";
      """;

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(GrantTemplateTest.class);
  }

  private record World(Stage stage, String app, GrantTemplate template, Path file) {
    GrantsFromTemplate step() {
      return template
          .thenVerifying(
              grantee(app).mayOnly(SELECT, INSERT).on("shop.ks_a"),
              grantee(app).mayNot(SELECT, DELETE).on("shop.node"))
          .named(GrantStage.STEP);
    }
  }

  private World world(Stage stage, String script) throws Exception {
    stage.run("grant usage on schema shop to {grp}", "grant select on shop.node to {grp}");
    String app = stage.newPrefix("new");
    Path file = Files.writeString(work.resolve("keystone.sql"), script);
    GrantTemplate template =
        grantsFrom(file)
            .with("app", app)
            .with("grp", stage.role("grp"))
            .with("app_password", Secret.of("password of the app", PASSWORD.toCharArray()));
    return new World(stage, app, template, file);
  }

  private static Stage stage(EngineUnderTest engine) throws Exception {
    return Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void it_is_planned_applied_and_undone_and_its_secret_is_nowhere(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      World world = world(stage, SCRIPT);
      GrantStage grants = new GrantStage(stage, work);
      Set<String> before = GrantStage.acl(stage.admin());
      String preview = grants.preview(world.step()).replace(world.app(), "new");
      assertThat(preview)
          .contains("CREATE ROLE \"new\" LOGIN PASSWORD :'app_password';\n")
          .contains("then verifying: new may only INSERT, SELECT on shop.ks_a")
          .contains("-- new on shop.ks_a: nothing -> INSERT, SELECT")
          .contains("-- grp on shop.node: SELECT -> nothing")
          .doesNotContain(PASSWORD)
          .doesNotContain("SCRAM");
      assertThat(GrantStage.acl(stage.admin())).isEqualTo(before);
      assertThat(grants.runAndUndo(world.step()).state()).isEqualTo(RunState.UNDONE);
      assertThat(GrantStage.acl(stage.admin())).isEqualTo(before);
      assertThat(grants.run(world.step()).state()).isEqualTo(RunState.SUCCEEDED);
      try (Stream<Path> files = Files.list(work)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".journal")).toList()) {
          assertThat(Files.readString(file)).doesNotContain("s3cr3t").doesNotContain("SCRAM");
        }
      }
      try (Connection login = DriverManager.getConnection(stage.jdbcUrl(), world.app(), PASSWORD)) {
        login.createStatement().execute("insert into shop.ks_a (v) values ('x')");
      } finally {
        stage.run("drop owned by " + world.app(), "drop role " + world.app());
      }
    }
  }

  /** What another role granted goes with CASCADE, and only that role could grant it again. */
  @ParameterizedTest
  @MethodSource("engines")
  void what_its_undo_could_not_give_back_is_refused_while_planning(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      stage.run(
          "alter role {owner} login password '" + PASSWORD.replace("'", "''") + "'",
          "create schema gatehouse authorization {owner}",
          "set role {owner}",
          "grant usage on schema shop to {grp}, {other}",
          "grant select on shop.node to {grp} with grant option",
          "set role {grp}",
          "grant select on shop.node to {other}",
          "reset role");
      Path file =
          Files.writeString(
              work.resolve("revoke.sql"), "REVOKE SELECT ON shop.node FROM :\"grp\" CASCADE;");
      GrantsFromTemplate step =
          grantsFrom(file)
              .with("grp", stage.role("grp"))
              .thenVerifying(grantee(stage.role("grp")).mayNot(SELECT).on("shop.node"));
      Target owners =
          Target.at(
              "shop",
              stage.jdbcUrl(),
              stage.role("owner"),
              Secret.of("password", PASSWORD.toCharArray()),
              Postgres.dialect());
      Set<String> before = GrantStage.acl(stage.admin());
      assertThatThrownBy(() -> Plan.of(GrantStage.thenFailing(step), owners))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("what would be granted and revoked could not be undone")
          .hasMessageContaining("granted by " + stage.role("grp"))
          .hasMessageContaining("code      grants.no-undo");
      assertThat(GrantStage.acl(stage.admin())).isEqualTo(before);
      stage.run("grant {grp} to {owner}");
      Set<String> after = GrantStage.acl(stage.admin());
      assertThat(
              Runner.journalingTo(work).run(Plan.of(GrantStage.thenFailing(step), owners)).state())
          .isEqualTo(RunState.UNDONE);
      assertThat(GrantStage.acl(stage.admin())).isEqualTo(after);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_a_script_must_not_hold_is_refused(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, work);
      assertThat(refused(grants, stage, "CREATE ROLE :\"app\" PASSWORD 'REDACTED_CHANGE_ME';"))
          .contains("grants.unfilled");
      assertThat(refused(grants, stage, "CREATE ROLE :\"app\" PASSWORD 'hunter2';"))
          .contains("a script holds a password")
          .doesNotContain("hunter2");
      assertThat(refused(grants, stage, "CREATE ROLE :\"app\" PASSWORD :'other_password';"))
          .contains("script.variable");
      assertThat(
              refused(
                  grants, stage, "GRANT SELECT ON shop.ks_a TO :\"grp\"; DROP TABLE shop.node;"))
          .contains("grants.statement");
      assertThat(refused(grants, stage, "ALTER ROLE :\"grp\" SUPERUSER;"))
          .contains("a script of grants alters a role that it does not make");
      assertThat(refused(grants, stage, SCRIPT + "GRANT DELETE ON shop.ks_b TO :\"app\";"))
          .contains("would gain what nobody asked for")
          .contains("gains DELETE on shop.ks_b");
      assertThat(refused(grants, stage, SCRIPT + "GRANT DELETE ON shop.node TO PUBLIC;"))
          .contains("privileges.excess");
      assertThat(refused(grants, stage, SCRIPT + "GRANT SELECT ON pg_authid TO :\"app\";"))
          .contains("grants.untracked");
      assertThat(refused(grants, stage, SCRIPT + "GRANT SELECT ON shop.nothing TO :\"app\";"))
          .contains("grants.failed")
          .contains("42P01");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_password_is_refused_however_it_is_written_and_never_told(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, work);
      for (String statement :
          List.of(
              "CREATE ROLE :\"app\" PASSWORD E'hunter2'",
              "CREATE ROLE :\"app\" PASSWORD $$hunter2$$",
              "CREATE ROLE :\"app\" PASSWORD U&'hunter2'",
              "CREATE ROLE :\"app\" PASSWORD /* of */ 'hunter2'",
              "ALTER ROLE :\"grp\" PASSWORD 'hunter2'",
              "CREATE USER MAPPING FOR :\"grp\" SERVER s OPTIONS (password 'hunter2')")) {
        assertThat(refused(grants, stage, statement + ";"))
            .as(statement)
            .contains("grants.statement")
            .doesNotContain("hunter2");
        Runbook behindAnother =
            runbook(
                "Gate A",
                gate(
                    "Before",
                    inOneTransaction(sql("create table shop.more ()")).cannotBeUndone("a test")),
                gate("Least privilege", world(stage, statement + ";").step()));
        assertThatThrownBy(() -> Plan.of(behindAnother, stage.target()))
            .as(statement)
            .isInstanceOf(Refusal.class)
            .hasMessageNotContaining("hunter2");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_role_above_all_grants_is_a_gain_that_nobody_asked_for(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, work);
      for (String script :
          List.of(
              "CREATE ROLE :\"app\" SUPERUSER;",
              "CREATE ROLE :\"app\" BYPASSRLS;",
              "CREATE ROLE :\"app\"; GRANT pg_execute_server_program TO :\"app\";")) {
        World world = world(stage, script);
        GrantsFromTemplate step =
            world
                .template()
                .thenVerifying(grantee(world.app()).may(SELECT).on("shop.ks_a"))
                .named(GrantStage.STEP);
        assertThat(grants.refusal(step))
            .as(script)
            .contains("grants.unplanned")
            .contains("would gain a right that leads to others");
      }
    }
  }

  private String refused(GrantStage grants, Stage stage, String script) throws Exception {
    return grants.refusal(world(stage, script).step());
  }
}
