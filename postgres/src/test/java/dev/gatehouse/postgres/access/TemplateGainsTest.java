package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.grantsFrom;
import static dev.gatehouse.dsl.GatehouseAccess.routines;
import static dev.gatehouse.dsl.access.Privilege.EXECUTE;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A plan of grants shows all that anybody gains by it, and refuses what nobody asked for. */
class TemplateGainsTest {
  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(TemplateGainsTest.class);
  }

  private static Stage stage(EngineUnderTest engine) throws Exception {
    return Stage.of(engine, GrantStage.ROLES)
        .run(GrantStage.SHOP)
        .run("grant usage on schema shop to {app}, {grp}");
  }

  private String said(Stage stage, String script, PrivilegeCheck... claims) throws Exception {
    String filled = script;
    for (String role : GrantStage.ROLES) {
      filled = filled.replace("{" + role + "}", stage.role(role));
    }
    Path file = Files.writeString(work.resolve("grants.sql"), filled);
    PrivilegeCheck[] more = java.util.Arrays.copyOfRange(claims, 1, claims.length);
    var step = grantsFrom(file).thenVerifying(claims[0], more).named(GrantStage.STEP);
    GrantStage grants = new GrantStage(stage, work);
    String refusal = grants.refusal(step);
    return refusal.equals("planned") ? grants.preview(step) : refusal;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_others_will_make(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      PrivilegeCheck claim = grantee(stage.role("app")).may(SELECT).on("shop.ks_*");
      String select = "GRANT SELECT ON shop.ks_a, shop.ks_b TO {app};";
      assertThat(said(stage, select, claim)).contains("-- app on shop.ks_a: nothing -> SELECT");
      assertThat(
              said(
                  stage,
                  select
                      + " ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA shop"
                      + " GRANT ALL ON TABLES TO public;",
                  claim))
          .contains("public would gain what nobody asked for")
          .contains("on tables that owner will make in shop")
          .contains("REVOKE")
          .doesNotContain("other would gain");
      assertThat(
              said(
                  stage,
                  select
                      + " ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
                      + " GRANT EXECUTE ON FUNCTIONS TO {app};",
                  claim))
          .contains("app gains EXECUTE on routines that owner will make");
      assertThat(
              said(
                  stage,
                  select
                      + " ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA shop"
                      + " GRANT SELECT ON TABLES TO {app};",
                  claim))
          .as("the pattern of the claim means them")
          .contains("-- app on tables that owner will make in shop: nothing -> SELECT");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_a_set_role_away(EngineUnderTest engine) throws Exception {
    try (Stage stage =
        stage(engine).run("alter role {app} noinherit", "grant delete on shop.node to {grp}")) {
      PrivilegeCheck claim = grantee(stage.role("app")).may(SELECT).on("shop.ks_a");
      assertThat(said(stage, "GRANT SELECT ON shop.ks_a TO {app}; GRANT {grp} TO {app};", claim))
          .contains("app would gain what nobody asked for")
          .contains("app gains DELETE on shop.node, after a step")
          .contains("app may SET ROLE grp")
          .contains("REVOKE grp FROM app");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_runs_as_its_owner(EngineUnderTest engine) throws Exception {
    try (Stage stage =
        stage(engine)
            .run(
                "create function shop.f() returns integer language plpgsql security definer"
                    + " set search_path = pg_catalog as 'begin return 1; end'",
                "create function shop.g() returns integer language sql as 'select 1'",
                "alter function shop.f() owner to {owner}",
                "revoke execute on all functions in schema shop from public")) {
      String script = "GRANT EXECUTE ON FUNCTION shop.f(), shop.g() TO {app};";
      PrivilegeCheck none = grantee(stage.role("grp")).mayNot(SELECT).on("shop.node");
      assertThat(said(stage, script, none))
          .contains("app gains EXECUTE on routine shop.f()")
          .doesNotContain("shop.g() TO app;\n  found");
      PrivilegeCheck asked = grantee(stage.role("app")).may(EXECUTE).on(routines("shop.*"));
      assertThat(said(stage, script, asked))
          .contains("-- app on routine shop.f(): nothing -> EXECUTE");
      stage.run(
          "grant execute on function shop.f() to public", "revoke usage on schema shop from {app}");
      GrantStage grants = new GrantStage(stage, work);
      assertThat(
              grants.refusal(
                  grantLeastPrivilege(grantee(stage.role("app")).may(SELECT).on("shop.ks_a"))
                      .named(GrantStage.STEP)))
          .contains("app gains EXECUTE on routine shop.f()")
          .contains("everybody (PUBLIC) has EXECUTE on shop.f()");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_acceptance_of_nobody_is_refused(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, work);
      assertThat(
              grants.refusal(
                  grantLeastPrivilege(grantee(stage.role("app")).may(SELECT).on("shop.ks_a"))
                      .acceptingGainsOf("nobody_at_all", "why")
                      .named(GrantStage.STEP)))
          .contains("there is no role 'nobody_at_all'")
          .contains("correct acceptingGainsOf");
    }
  }
}
