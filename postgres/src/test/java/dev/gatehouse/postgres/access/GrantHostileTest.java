package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.MAINTAIN;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, kinds of tables and accounts that make grants go wrong. */
class GrantHostileTest {
  private static final String LONG = "n".repeat(63);

  @TempDir Path journals = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(GrantHostileTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void names_are_quoted_and_every_kind_of_table_is_meant(EngineUnderTest engine) throws Exception {
    try (Stage stage = Stage.of(engine, "app")) {
      String role = stage.newPrefix("r") + "It's \"odd\". R";
      String quoted = '"' + role.replace("\"", "\"\"") + '"';
      try {
        stage.run(
            "create role " + quoted,
            "create schema \"S. x\"",
            "create table \"S. x\".\"T.\"\"1\" (\"Id\" serial)",
            "create table \"S. x\"." + LONG + " (id serial)",
            "create view \"S. x\".v as select 1 as one",
            "create materialized view \"S. x\".m as select 1 as one",
            "create table \"S. x\".p (id integer) partition by list (id)",
            "create table \"S. x\".p1 partition of \"S. x\".p for values in (1)",
            "create foreign data wrapper w",
            "create server elsewhere foreign data wrapper w",
            "create foreign table \"S. x\".f (id integer) server elsewhere");
        GrantStage grants = new GrantStage(stage, journals);
        GrantLeastPrivilege change =
            grantLeastPrivilege(grantee(role).mayOnly(SELECT, INSERT).on("\"S. x\".*"))
                .withFutureTablesOf(role)
                .revokingLegacyWithin("\"S. x\".*")
                .named(GrantStage.STEP);
        Set<String> before = grants.acl();
        assertThat(grants.runAndUndo(change).state()).isEqualTo(RunState.UNDONE);
        assertThat(grants.acl()).isEqualTo(before);
        assertThat(grants.run(change).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(
                count(
                    stage,
                    "select count(*) from pg_class where relnamespace = '\"S. x\"'::regnamespace"
                        + " and relkind in ('r','v','m','p','f')"
                        + " and has_table_privilege('"
                        + role.replace("'", "''")
                        + "', oid, 'SELECT') and has_table_privilege('"
                        + role.replace("'", "''")
                        + "', oid, 'INSERT')"))
            .isEqualTo(7);
      } finally {
        stage.run("drop owned by " + quoted, "drop role " + quoted);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_privilege_that_this_version_does_not_have_is_refused(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      GrantStage grants = new GrantStage(stage, journals);
      GrantLeastPrivilege change =
          grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT).on("shop.ks_a"))
              .revokingLegacyWithin("shop.*")
              .named(GrantStage.STEP);
      stage.run("grant all on shop.ks_a to {app}");
      assertThat(grants.preview(change))
          .contains(
              "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
                  + (stage.major() >= 17 ? ", MAINTAIN" : "")
                  + " ON shop.ks_a FROM app;");
      GrantLeastPrivilege maintain =
          grantLeastPrivilege(grantee(stage.role("other")).may(MAINTAIN).on("shop.ks_a"))
              .named(GrantStage.STEP);
      assertThat(grants.refusal(maintain))
          .contains(stage.major() >= 17 ? "planned" : "privileges.unsupported");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_account_without_grant_option_is_refused_with_what_it_lacks(EngineUnderTest engine)
      throws Exception {
    try (Stage stage =
        Stage.of(engine, "app", "owner", "other", "grp", "dba login password 'Xy7-longer-Zq'")
            .run(GrantStage.SHOP)
            .run(
                "grant usage on schema shop to {app}, {dba}",
                "create schema gatehouse authorization {dba}")) {
      Target dba =
          Target.at(
              "shop",
              stage.jdbcUrl(),
              stage.role("dba"),
              Secret.of("password", "Xy7-longer-Zq".toCharArray()),
              Postgres.dialect());
      GrantLeastPrivilege change =
          grantLeastPrivilege(grantee(stage.role("app")).may(SELECT).on("shop.ks_*"))
              .named(GrantStage.STEP);
      assertThat(refusal(stage, change, dba))
          .contains("the account may not grant SELECT on shop.ks_a")
          .contains("the account may not grant SELECT on shop.ks_b")
          .contains(
              "as owner: GRANT SELECT ON shop.ks_a TO dba WITH GRANT OPTION; or: GRANT owner TO dba");
      stage.run("grant select on shop.ks_a, shop.ks_b to {dba} with grant option");
      assertThat(
              Runner.journalingTo(journals).run(Plan.of(GrantStage.runbook(change), dba)).state())
          .isEqualTo(RunState.SUCCEEDED);
      Set<String> before = GrantStage.acl(stage.admin());
      GrantLeastPrivilege more =
          grantLeastPrivilege(grantee(stage.role("app")).mayOnly(INSERT).on("shop.ks_b"))
              .revokingLegacyWithin("shop.ks_b")
              .named(GrantStage.STEP);
      stage.run("grant {owner} to {dba}", "alter role {dba} noinherit");
      assertThat(
              Runner.journalingTo(journals).run(Plan.of(GrantStage.thenFailing(more), dba)).state())
          .isEqualTo(RunState.UNDONE);
      Set<String> after = GrantStage.acl(stage.admin());
      after.removeIf(line -> line.startsWith("member") || line.startsWith("role"));
      before.removeIf(line -> line.startsWith("member") || line.startsWith("role"));
      assertThat(after).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void tables_to_come_count_in_a_schema_whose_name_needs_quotes(EngineUnderTest engine)
      throws Exception {
    try (Stage stage =
        Stage.of(engine, GrantStage.ROLES)
            .run(
                "create schema \"Shop\"",
                "create table \"Shop\".t (id integer)",
                "grant usage on schema \"Shop\" to {app}",
                "alter default privileges in schema \"Shop\" grant delete on tables to {app}")) {
      assertThat(stage.access().future(stage.role("app")))
          .hasSize(1)
          .allMatch(future -> future.mayMatch("Shop.*"));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_dot_within_a_name_does_not_widen_the_scope(EngineUnderTest engine) throws Exception {
    try (Stage stage =
        Stage.of(engine, GrantStage.ROLES)
            .run(GrantStage.SHOP)
            .run(
                "create schema \"shop.old\"",
                "create table \"shop.old\".t (id integer)",
                "create table shop.\"old.t\" (id integer)",
                "grant delete on \"shop.old\".t, shop.\"old.t\" to {app}",
                "alter default privileges in schema \"shop.old\" grant delete on tables to {app}",
                "create schema \"gatehouse.x\"",
                "create table \"gatehouse.x\".t (id integer)")) {
      GrantLeastPrivilege change =
          grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT).on("shop.ks_*"))
              .revokingLegacyWithin("shop.*")
              .named(GrantStage.STEP);
      assertThat(
              new GrantStage(stage, journals)
                  .preview(change)
                  .lines()
                  .filter(line -> line.contains("REVOKE") && !line.startsWith("--")))
          .containsExactly("REVOKE DELETE ON shop.\"old.t\" FROM app;");
      assertThat(stage.access().tables("*.t").toString()).contains("\"gatehouse.x\".t");
    }
  }

  private static String refusal(Stage stage, GrantLeastPrivilege change, Target target) {
    try {
      Plan.of(GrantStage.runbook(change), target);
      return "planned";
    } catch (Refusal e) {
      return stage.shortened(
          e.findings().stream().map(Finding::text).collect(Collectors.joining("\n")));
    }
  }

  private static int count(Stage stage, String sql) throws SQLException {
    try (var statement = stage.admin().createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
