package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Least privilege as a plan: what it prints, what it does, what it undoes. */
class GrantPlanTest {
  @TempDir Path journals = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(GrantPlanTest.class);
  }

  private Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP);
  }

  private static GrantLeastPrivilege keystone(Stage stage) {
    return grantLeastPrivilege(
            grantee(stage.role("app")).mayOnly(SELECT, INSERT, UPDATE).on("shop.ks_*"))
        .named(GrantStage.STEP);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_plan_has_the_exact_statements_and_the_effect_before_and_after(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      Set<String> before = grants.acl();
      assertThat(
              grants.preview(
                  keystone(stage)
                      .withFutureTablesOf(stage.role("owner"))
                      .revokingLegacyWithin("shop.*")))
          .isEqualTo(
              """
              app may only INSERT, SELECT, UPDATE on shop.ks_*
              also on tables that owner will make there
              revoking what is surplus within shop.*
              UNKNOWN until it is applied; as of planning, simulated and rolled back:
              GRANT USAGE ON SCHEMA shop TO app;
              GRANT SELECT, INSERT, UPDATE ON shop.ks_a TO app;
              GRANT USAGE ON SEQUENCE shop.ks_a_id_seq TO app;
              GRANT SELECT, INSERT, UPDATE ON shop.ks_b TO app;
              ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA shop GRANT SELECT, INSERT, UPDATE ON TABLES TO app;
              ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA shop GRANT USAGE ON SEQUENCES TO app;
              -- USAGE on schema shop is needed to name its tables
              -- USAGE on sequence shop.ks_a_id_seq is needed for INSERT on shop.ks_a, whose default takes numbers from it
              -- every table that owner will make in schema shop is meant, whatever its name: default privileges know no patterns
              -- USAGE on sequences to come is needed for INSERT where a column is serial
              -- app on schema shop: nothing -> USAGE
              -- app on shop.ks_a: nothing -> INSERT, SELECT, UPDATE
              -- app on sequence shop.ks_a_id_seq: nothing -> USAGE
              -- app on shop.ks_b: nothing -> INSERT, SELECT, UPDATE
              -- app on tables that owner will make in shop: nothing -> INSERT, SELECT, UPDATE
              -- app on sequences that owner will make in shop: nothing -> USAGE""");
      assertThat(grants.acl()).as("planning leaves nothing").isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_only_revoked_is_shown_before_and_after(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "grant usage on schema shop to {app}",
          "grant delete, select on shop.ks_a to {app}",
          "grant truncate on shop.node to {app}");
      assertThat(
              grants.preview(
                  grantLeastPrivilege(grantee(stage.role("app")).mayNot(DELETE).on("shop.ks_a"))
                      .named(GrantStage.STEP)
                      .revokingLegacyWithin("shop.*")))
          .contains("REVOKE DELETE ON shop.ks_a FROM app;")
          .contains("-- app on shop.ks_a: DELETE, SELECT -> SELECT");
      assertThat(grants.preview(keystone(stage).revokingLegacyWithin("shop.*")))
          .contains("REVOKE TRUNCATE ON shop.node FROM app;")
          .contains("-- app on shop.node: TRUNCATE -> nothing");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_scope_that_holds_no_table_is_refused(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      assertThat(grants.refusal(keystone(stage).revokingLegacyWithin("shop")))
          .isEqualTo(
              """
              step 'Grants' of gate 'Least privilege': no table is named like 'shop'
                expected  tables within which what is surplus may be revoked
                found     none
                fix       correct revokingLegacyWithin("shop"): schema.table, or schema.*
                code      grants.empty-scope""");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_planned_is_applied_and_works_on_the_server(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "grant delete, update (v) on shop.ks_a to {app}", "grant select on shop.node to {app}");
      RunRecord record =
          grants.run(
              keystone(stage)
                  .withFutureTablesOf(stage.role("owner"))
                  .revokingLegacyWithin("shop.*"));
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(stage.attempt("app", "insert into shop.ks_a (v) values ('x')")).isEqualTo("ok");
      assertThat(stage.attempt("app", "insert into shop.ks_b (v) values ('x')")).isEqualTo("ok");
      assertThat(stage.attempt("app", "update shop.ks_a set v = 'y'")).isEqualTo("ok");
      assertThat(stage.attempt("app", "delete from shop.ks_a")).isEqualTo("42501");
      assertThat(stage.attempt("app", "select from shop.node")).isEqualTo("42501");
      stage.run("set role {owner}", "create table shop.ks_later (id serial)", "reset role");
      assertThat(stage.attempt("app", "insert into shop.ks_later default values")).isEqualTo("ok");
      assertThat(stage.attempt("app", "delete from shop.ks_later")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_undo_leaves_the_lists_as_they_were(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "grant delete, update (v) on shop.ks_a to {app}",
          "grant select on shop.node to {app} with grant option",
          "alter default privileges for role {owner} in schema shop grant delete on tables to {app}");
      Set<String> before = grants.acl();
      RunRecord record =
          grants.runAndUndo(
              keystone(stage)
                  .withFutureTablesOf(stage.role("owner"))
                  .revokingLegacyWithin("shop.*"));
      assertThat(record.state()).isEqualTo(RunState.UNDONE);
      assertThat(grants.acl()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void surplus_without_a_scope_fails_while_planning_with_path_and_fix(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run("grant usage on schema shop to {app}", "grant delete on shop.ks_a to {app}");
      assertThat(grants.refusal(keystone(stage)))
          .isEqualTo(
              """
              step 'Grants' of gate 'Least privilege': app may do more than it should with shop.ks_a
                expected  app may only INSERT, SELECT, UPDATE on shop.ks_*
                found     DELETE: app has DELETE on shop.ks_a, granted by owner
                fix       REVOKE DELETE ON shop.ks_a FROM app
                code      privileges.excess""");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_pattern_that_matches_nothing_is_refused(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      assertThat(
              grants.refusal(
                  grantLeastPrivilege(grantee(stage.role("app")).may(SELECT).on("shop.kz_*"))))
          .contains("privileges.no-table");
      assertThat(
              grants.refusal(
                  grantLeastPrivilege(
                      grantee(stage.role("app")).mayOnly(SELECT).on("shop.ks_*"),
                      grantee(stage.role("app")).may(DELETE).on("shop.ks_a"))))
          .contains("grants.contradiction");
      assertThat(grants.refusal(keystone(stage).withFutureTablesOf("nobody_at_all")))
          .contains("grants.no-creator");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void tables_that_came_after_the_plan_are_treated(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      var plan = grants.plan(keystone(stage));
      stage.run("create table shop.ks_c (id integer)");
      var record = dev.gatehouse.core.run.Runner.journalingTo(journals).run(plan);
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(stage.attempt("app", "insert into shop.ks_c values (1)")).isEqualTo("ok");
    }
  }
}
