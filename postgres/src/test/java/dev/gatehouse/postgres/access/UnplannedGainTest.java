package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others would gain along with those who were meant, and what is there by another path. */
class UnplannedGainTest {
  @TempDir Path journals = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(UnplannedGainTest.class);
  }

  private static GrantLeastPrivilege select(Stage stage, String role) {
    return grantLeastPrivilege(grantee(stage.role(role)).may(SELECT).on("shop.ks_a"))
        .named(GrantStage.STEP);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_member_of_the_role_would_gain_too(EngineUnderTest engine) throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run("grant usage on schema shop to {grp}, {app}", "grant {grp} to {app}");
      assertThat(grants.refusal(select(stage, "grp")))
          .isEqualTo(
              """
              step 'Grants' of gate 'Least privilege': app would gain what nobody asked for
                expected  no role but those of the claims to gain anything, and these no more
                found     app gains SELECT on shop.ks_a
                          app is a member of grp (inherited), grp has SELECT on shop.ks_a, granted by owner
                fix       REVOKE grp FROM app; or, if it is meant: .acceptingGainsOf("app", "why")
                code      grants.unplanned""");
      assertThat(
              grants.preview(
                  select(stage, "grp").acceptingGainsOf(stage.role("app"), "it is its member")))
          .contains("-- accepted: app gains SELECT on shop.ks_a, because it is its member");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void usage_of_a_schema_would_open_what_was_granted_there_long_ago(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run("grant delete on shop.node to public");
      assertThat(grants.refusal(select(stage, "app")))
          .contains("app gains DELETE on shop.node")
          .contains("grants.unplanned");
    }
  }

  /** pg_maintain (17 and up) may maintain every table of a schema that everybody may use. */
  @ParameterizedTest
  @MethodSource("engines")
  void what_nobody_can_log_in_as_gains_nothing(EngineUnderTest engine) throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      GrantStage grants = new GrantStage(stage, journals);
      GrantLeastPrivilege everybody =
          grantLeastPrivilege(grantee("public").may(SELECT).on("shop.ks_a")).named(GrantStage.STEP);
      assertThat(grants.preview(everybody))
          .contains("GRANT USAGE ON SCHEMA shop TO PUBLIC;")
          .doesNotContain("pg_");
      stage.run("grant delete on shop.node to {app}");
      assertThat(grants.refusal(everybody)).contains("app gains DELETE on shop.node");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_there_by_another_path_is_not_granted_and_said(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "grant usage on schema shop to public",
          "grant select on shop.ks_a to {grp}",
          "grant {grp} to {app}");
      assertThat(grants.preview(select(stage, "app")))
          .contains("nothing is to be granted or revoked")
          .contains(
              "-- not granted, because it is there already: SELECT: app is a member of grp"
                  + " (inherited), grp has SELECT on shop.ks_a, granted by owner");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everybody_can_be_meant_and_the_owner(EngineUnderTest engine) throws Exception {
    try (Stage stage = Stage.of(engine, GrantStage.ROLES).run(GrantStage.SHOP)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run("grant delete on shop.ks_a to public", "grant usage on schema shop to public");
      GrantLeastPrivilege everybody =
          grantLeastPrivilege(
                  grantee("public").mayNot(DELETE).on("shop.*"),
                  grantee("public").may(SELECT).on("shop.ks_a"))
              .revokingLegacyWithin("shop.*")
              .named(GrantStage.STEP);
      assertThat(grants.run(everybody).state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(stage.attempt("other", "select from shop.ks_a")).isEqualTo("ok");
      assertThat(stage.attempt("other", "delete from shop.ks_a")).isEqualTo("42501");
      stage.run("revoke all on shop.ks_a from {owner}", "revoke all on shop.ks_a from public");
      assertThat(grants.preview(select(stage, "owner")))
          .contains("\nGRANT SELECT ON shop.ks_a TO owner;\n");
    }
  }
}
