package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of revoke that would not work, on a real server: why, and what would. */
class IneffectiveRevokeTest {
  @TempDir Path journals = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(IneffectiveRevokeTest.class);
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, GrantStage.ROLES)
        .run(GrantStage.SHOP)
        .run("grant usage on schema shop to {app}, {grp}, {other}");
  }

  private static GrantLeastPrivilege only(Stage stage) {
    return grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT).on("shop.ks_a"))
        .revokingLegacyWithin("shop.*")
        .named(GrantStage.STEP);
  }

  /** How the world is broken, how it is mended, and what the refusal says of it. */
  private record Broken(List<String> by, List<String> mended, String why, String fix) {}

  private static Map<String, Broken> broken() {
    Map<String, Broken> all = new LinkedHashMap<>();
    all.put(
        "PUBLIC",
        new Broken(
            List.of("grant delete on shop.ks_a to public", "grant delete on shop.ks_a to {app}"),
            List.of(
                "revoke delete on shop.ks_a from public", "revoke delete on shop.ks_a from {app}"),
            "a REVOKE from app does not end it: everybody has it",
            "REVOKE DELETE ON shop.ks_a FROM PUBLIC"));
    all.put(
        "membership",
        new Broken(
            List.of("grant delete on shop.ks_a to {grp}", "grant {grp} to {app}"),
            List.of("revoke {grp} from {app}"),
            "a REVOKE from app does not end it: it comes by membership",
            "REVOKE grp FROM app"));
    all.put(
        "predefined role",
        new Broken(
            List.of("grant pg_write_all_data to {app}"),
            List.of("revoke pg_write_all_data from {app}"),
            "a REVOKE from app does not end it: it comes by membership",
            "REVOKE pg_write_all_data FROM app"));
    all.put(
        "ownership",
        new Broken(
            List.of("alter table shop.ks_a owner to {app}"),
            List.of("alter table shop.ks_a owner to {owner}", "revoke all on shop.ks_a from {app}"),
            "a REVOKE from app does not end it: an owner can grant itself again what it lost",
            "no single statement takes this away"));
    all.put(
        "superuser",
        new Broken(
            List.of("alter role {app} superuser"),
            List.of("alter role {app} nosuperuser"),
            "a REVOKE from app does not end it: a superuser is above all grants",
            "ALTER ROLE app NOSUPERUSER"));
    all.put(
        "a view",
        new Broken(
            List.of(
                "create view public.w as select * from shop.ks_a",
                "alter view public.w owner to {owner}",
                "grant delete on public.w to {app}"),
            List.of("drop view public.w"),
            "a REVOKE on shop.ks_a does not end it: it leads through public.w",
            "REVOKE DELETE ON public.w FROM app"));
    all.put(
        "dependent grants",
        new Broken(
            List.of(
                "grant delete on shop.ks_a to {app} with grant option",
                "set role {app}",
                "grant delete on shop.ks_a to {other}",
                "reset role"),
            List.of("set role {app}", "revoke delete on shop.ks_a from {other}", "reset role"),
            "others have it from app",
            "REVOKE DELETE ON shop.ks_a FROM app CASCADE"));
    return all;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void each_is_refused_with_the_reason_and_what_would_work(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      List<Map.Entry<String, Broken>> all = List.copyOf(broken().entrySet());
      for (int i : Sampled.Few.of(4, all.size()).toArray()) {
        Map.Entry<String, Broken> one = all.get(i);
        Broken broken = one.getValue();
        stage.run(broken.by().toArray(String[]::new));
        Set<String> before = grants.acl();
        assertThat(grants.refusal(only(stage)))
            .as(one.getKey())
            .contains(broken.why())
            .contains(broken.fix());
        assertThat(grants.acl()).as("%s: nothing was changed", one.getKey()).isEqualTo(before);
        stage.run(broken.mended().toArray(String[]::new));
        assertThat(grants.refusal(only(stage))).as("%s, mended", one.getKey()).isEqualTo("planned");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_another_role_granted_is_taken_back_in_its_name_and_given_back_in_its_name(
      EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "grant delete on shop.ks_a to {grp} with grant option",
          "set role {grp}",
          "grant delete on shop.ks_a to {app}",
          "reset role",
          "grant delete on shop.ks_a to {app}");
      assertThat(grants.preview(only(stage)))
          .contains("\nREVOKE DELETE ON shop.ks_a FROM app;\n")
          .contains("\nSET LOCAL ROLE grp; REVOKE DELETE ON shop.ks_a FROM app; RESET ROLE;\n")
          .contains("-- app on shop.ks_a: DELETE -> SELECT");
      Set<String> before = grants.acl();
      assertThat(grants.runAndUndo(only(stage)).state()).isEqualTo(RunState.UNDONE);
      assertThat(grants.acl()).isEqualTo(before);
      assertThat(grants.run(only(stage)).state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(stage.attempt("app", "delete from shop.ks_a")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_column_that_the_table_lets_through_is_taken_from_both(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "grant update, insert (v) on shop.ks_a to {app}",
          "grant update (v) on shop.ks_a to {app}");
      Set<String> before = grants.acl();
      assertThat(grants.preview(only(stage)))
          .contains("\nREVOKE UPDATE ON shop.ks_a FROM app;\n")
          .contains("\nREVOKE INSERT (v) ON shop.ks_a FROM app;\n");
      assertThat(grants.runAndUndo(only(stage)).state()).isEqualTo(RunState.UNDONE);
      assertThat(grants.acl()).isEqualTo(before);
      assertThat(grants.run(only(stage)).state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(stage.attempt("app", "update shop.ks_a set v = 'x'")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_lies_outside_of_the_scope_is_told_and_left_alone(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "create schema elsewhere",
          "create table elsewhere.t (id integer)",
          "grant delete on elsewhere.t, shop.node to {app}");
      assertThat(grants.preview(only(stage)))
          .contains("\nREVOKE DELETE ON shop.node FROM app;\n")
          .contains(
              "-- left alone, outside of the scope: app has DELETE on elsewhere.t;"
                  + " to take it away: REVOKE DELETE ON elsewhere.t FROM app");
      assertThat(
              grants.refusal(
                  grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT).on("shop.*"))
                      .revokingLegacyWithin("shop.ks_*")
                      .named(GrantStage.STEP)))
          .contains("a REVOKE would end it, and it is outside of the scope")
          .contains("REVOKE DELETE ON shop.node FROM app");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_scope_ends_at_the_dot_between_schema_and_table(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "create schema \"shop.eu\"",
          "create table \"shop.eu\".t (id integer)",
          "alter default privileges in schema \"shop.eu\" grant delete on tables to {app}",
          "grant delete on \"shop.eu\".t, shop.ks_b to {app}");
      assertThat(grants.preview(only(stage)))
          .contains("\nREVOKE DELETE ON shop.ks_b FROM app;\n")
          .contains("left alone, outside of the scope: app has DELETE on \"shop.eu\".t")
          .doesNotContain("\nREVOKE DELETE ON \"shop.eu\".t")
          .doesNotContain("IN SCHEMA \"shop.eu\"");
      assertThat(
              grants.refusal(
                  grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT).on("shop.*"))
                      .revokingLegacyWithin("shop*")
                      .named(GrantStage.STEP)))
          .contains("a REVOKE would end it, and it is outside of the scope");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void tables_to_come_in_a_schema_whose_name_needs_quotes_count(EngineUnderTest engine)
      throws Exception {
    try (Stage stage = stage(engine)) {
      GrantStage grants = new GrantStage(stage, journals);
      stage.run(
          "create schema \"Shop\"",
          "create table \"Shop\".t (id integer)",
          "alter default privileges in schema \"Shop\" grant delete on tables to {app}");
      for (String pattern : List.of("Shop.*", "\"Shop\".*")) {
        assertThat(
                grants.refusal(
                    grantLeastPrivilege(grantee(stage.role("app")).mayOnly(SELECT).on(pattern))
                        .named(GrantStage.STEP)))
            .contains("app will have more than it should on future tables");
      }
    }
  }
}
