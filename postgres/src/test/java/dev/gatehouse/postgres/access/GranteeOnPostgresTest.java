package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.ALTER;
import static dev.gatehouse.dsl.access.Privilege.CREATE_VIEW;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.DROP;
import static dev.gatehouse.dsl.access.Privilege.INDEX;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people write about roles, on real servers: passes, fails with the path and the fix. */
class GranteeOnPostgresTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(GranteeOnPostgresTest.class);
  }

  private record At(Target target, Connection connection) implements CheckContext {
    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public Optional<Evidence> evidenceOf(Step step) {
      return Optional.empty();
    }
  }

  private static Outcome ask(Stage stage, Check check) throws Exception {
    Target target = stage.target();
    try (Connection session = target.dialect().openReading(target)) {
      At reading = new At(target, session);
      check.plan(reading);
      return check.evaluate(reading);
    }
  }

  private static String text(Stage stage, Outcome outcome) {
    return stage.shortened(
        String.join("\n", outcome.findings().stream().map(Finding::text).toList()));
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "vh_app", "vh_job", "etl", "eng_owner")
        .run(
            "create schema eng authorization {eng_owner}",
            "create schema views",
            "create table eng.teams (id integer, name text)",
            "create table eng.\"Odd name\" (id integer)",
            "alter table eng.teams owner to {eng_owner}",
            "alter table eng.\"Odd name\" owner to {eng_owner}",
            "grant usage on schema eng, views to public");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_as_it_should_be_passes(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine).run("grant select, insert on eng.teams to {vh_app}")) {
      assertThat(ask(stage, grantee(stage.role("vh_app")).may(SELECT, INSERT).on("eng.teams")))
          .isInstanceOf(Outcome.Passed.class);
      assertThat(ask(stage, grantee(stage.role("vh_app")).mayOnly(SELECT, INSERT).on("eng.*")))
          .isInstanceOf(Outcome.Passed.class);
      Outcome none = ask(stage, grantee("vh_*").mayNot(UPDATE, DELETE).on("eng.*"));
      assertThat(none.status()).isEqualTo(Status.PASSED);
      assertThat(none.proof().orElseThrow().fact("tables")).contains("2");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void surplus_is_shown_with_its_paths_and_the_statements_that_take_it_away(EngineUnderTest engine)
      throws Exception {
    try (Stage stage =
        stage(engine)
            .run(
                "grant update, delete on eng.teams to {etl}",
                "grant {etl} to {vh_app}",
                "grant delete on eng.\"Odd name\" to public")) {
      Outcome outcome =
          ask(stage, grantee(stage.role("vh_app")).mayNot(UPDATE, DELETE).on("eng.*"));
      assertThat(text(stage, outcome))
          .isEqualTo(
              """
              vh_app may do more than it should with eng."Odd name"
                expected  vh_app may not DELETE, UPDATE on eng.*
                found     DELETE: everybody (PUBLIC) has DELETE on eng."Odd name", granted by eng_owner
                fix       REVOKE DELETE ON eng."Odd name" FROM PUBLIC
                code      privileges.excess
              vh_app may do more than it should with eng.teams
                expected  vh_app may not DELETE, UPDATE on eng.*
                found     UPDATE: vh_app is a member of etl (inherited), etl has UPDATE on eng.teams, granted by eng_owner
                          DELETE: vh_app is a member of etl (inherited), etl has DELETE on eng.teams, granted by eng_owner
                fix       REVOKE etl FROM vh_app
                code      privileges.excess""");
      stage.run("revoke {etl} from {vh_app}", "revoke delete on eng.\"Odd name\" from public");
      assertThat(ask(stage, grantee(stage.role("vh_app")).mayNot(UPDATE, DELETE).on("eng.*")))
          .isInstanceOf(Outcome.Passed.class);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_missing_is_shown_with_the_grant(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine).run("grant select (id) on eng.teams to {vh_app}")) {
      assertThat(
              text(
                  stage,
                  ask(stage, grantee(stage.role("vh_app")).may(SELECT, INSERT).on("eng.teams"))))
          .isEqualTo(
              """
              vh_app may do less than it should with eng.teams
                expected  vh_app may INSERT, SELECT on eng.teams
                found     INSERT: DENIED: vh_app has no INSERT on eng.teams, by no path
                          SELECT on a part only: vh_app has SELECT on column id of eng.teams, granted by eng_owner
                fix       GRANT INSERT ON eng.teams TO vh_app
                code      privileges.missing""");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_reachable_or_unknown_fails_until_somebody_answers_for_it(EngineUnderTest engine)
      throws Exception {
    try (Stage stage =
        stage(engine)
            .run(
                "alter role {vh_app} noinherit",
                "grant {etl} to {vh_app}",
                "grant update on eng.teams to {etl}",
                "create function eng.f() returns integer language plpgsql security definer"
                    + " as 'begin return 1; end'",
                "alter function eng.f() owner to {eng_owner}")) {
      PrivilegeCheck check = grantee(stage.role("vh_app")).mayNot(UPDATE).on("eng.teams");
      assertThat(text(stage, ask(stage, check)))
          .contains("UPDATE, reachable: vh_app may SET ROLE etl")
          .contains("UPDATE, perhaps: everybody (PUBLIC) has EXECUTE on eng.f()");
      PrivilegeCheck half = check.acceptingReachable("only the DBA sets roles");
      assertThat(text(stage, ask(stage, half))).doesNotContain("reachable").contains("perhaps");
      Outcome accepted = ask(stage, half.acceptingUnknown("f was read by two of us"));
      assertThat(accepted.status()).isEqualTo(Status.PASSED);
      assertThat(accepted.proof().orElseThrow().facts())
          .containsEntry("accepted reachable", "1 paths: only the DBA sets roles")
          .containsEntry("accepted unknown", "1 paths: f was read by two of us");
      assertThat(ask(stage, half.acceptingThrough("eng.f()", "made for it")).status())
          .isEqualTo(Status.PASSED);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_made_for_it_is_accepted_by_name_and_nothing_else(EngineUnderTest engine)
      throws Exception {
    try (Stage stage =
        stage(engine)
            .run(
                "create view views.v as select id from eng.teams",
                "alter view views.v owner to {eng_owner}",
                "grant select on views.v to {vh_app}")) {
      PrivilegeCheck check = grantee(stage.role("vh_app")).mayNot(SELECT).on("eng.*");
      assertThat(ask(stage, check).status()).isEqualTo(Status.FAILED);
      PrivilegeCheck accepting = check.acceptingThrough("views.*", "made for it");
      assertThat(ask(stage, accepting).status()).isEqualTo(Status.PASSED);
      stage.run("grant select on eng.teams to {vh_app}");
      assertThat(ask(stage, accepting).status()).isEqualTo(Status.FAILED);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void tables_to_come_count_by_creator_and_schema(EngineUnderTest engine) throws Exception {
    try (Stage stage =
        stage(engine)
            .run(
                "alter default privileges for role {etl} in schema eng"
                    + " grant insert on tables to {vh_app}")) {
      PrivilegeCheck check = grantee(stage.role("vh_app")).mayNot(INSERT).on("eng.*");
      assertThat(text(stage, ask(stage, check)))
          .isEqualTo(
              """
              vh_app will have more than it should on future tables
                expected  vh_app may not INSERT on eng.*
                found     tables that etl makes in schema eng will give INSERT to vh_app
                fix       ALTER DEFAULT PRIVILEGES FOR ROLE etl IN SCHEMA eng REVOKE INSERT ON TABLES FROM vh_app
                code      privileges.future""");
      assertThat(ask(stage, check.acceptingFutureTables("loads")).status())
          .isEqualTo(Status.PASSED);
      assertThat(ask(stage, grantee(stage.role("vh_app")).mayNot(INSERT).on("eng.teams")).status())
          .isEqualTo(Status.PASSED);
      stage.run("create view views.v as select 1 as one");
      assertThat(ask(stage, grantee(stage.role("vh_app")).mayNot(INSERT).on("views.*")).status())
          .isEqualTo(Status.PASSED);
      stage.run(
          "alter default privileges for role {etl} in schema eng"
              + " revoke insert on tables from {vh_app}");
      assertThat(ask(stage, check).status()).isEqualTo(Status.PASSED);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void nobody_and_nothing_is_refused(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      assertThatThrownBy(() -> ask(stage, grantee("nobody_*").mayNot(SELECT).on("eng.*")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no role 'nobody_*'");
      assertThatThrownBy(() -> ask(stage, grantee("public").mayNot(SELECT).on("ngo.*")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no table is named like 'ngo.*'");
      assertThatThrownBy(
              () -> ask(stage, grantee("vh_*").except("typo").mayNot(SELECT).on("eng.*")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no role 'typo'");
      String like = stage.role("vh_app").replaceFirst("_", "?");
      assertThatThrownBy(() -> ask(stage, grantee(like).mayNot(SELECT).on("eng.*")))
          .isInstanceOf(Refusal.class);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everybody_is_a_subject(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine).run("grant insert on eng.teams to public")) {
      assertThat(text(stage, ask(stage, grantee("public").mayNot(INSERT).on("eng.*"))))
          .contains("everybody (PUBLIC) has INSERT on eng.teams, granted by eng_owner")
          .contains("REVOKE INSERT ON eng.teams FROM PUBLIC");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_role_that_can_make_itself_more_is_told(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      Check check = grantee(stage.role("vh_app")).hasNoEscalation();
      assertThat(ask(stage, check)).isInstanceOf(Outcome.Passed.class);
      stage.run("alter role {vh_app} replication");
      assertThat(text(stage, ask(stage, check)))
          .isEqualTo(
              """
              vh_app can make itself or others more than they are
                expected  vh_app has no escalation
                found     vh_app has REPLICATION: it copies the whole server
                fix       ALTER ROLE vh_app NOREPLICATION
                code      privileges.escalation""");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void why_is_answered_for_people(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine).run("grant update (name) on eng.teams to {vh_app}")) {
      String role = stage.role("vh_app");
      assertThat(stage.shortened(access(stage.target()).explain(role, "UPDATE", "eng.teams")))
          .isEqualTo(
              """
              vh_app UPDATE eng.teams
                ALLOWED   vh_app has UPDATE on column name of eng.teams, granted by eng_owner
                to end it   REVOKE UPDATE (name) ON eng.teams FROM vh_app""");
      assertThat(stage.shortened(access(stage.target()).explain(role, "DELETE", "eng.teams")))
          .isEqualTo(
              """
              vh_app DELETE eng.teams
                DENIED: vh_app has no DELETE on eng.teams, by no path
                to allow it  GRANT DELETE ON eng.teams TO vh_app""");
      assertThatThrownBy(() -> access(stage.target()).explain(role, "DELETE", "eng.nothing"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no table 'eng.nothing'");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_only_owners_do_is_asked_of_ownership(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      PrivilegeCheck app = grantee(stage.role("vh_app")).mayNot(DROP, ALTER, INDEX).on("eng.teams");
      assertThat(ask(stage, app).status()).isEqualTo(Status.PASSED);
      stage.run("alter table eng.teams owner to {vh_app}");
      assertThat(text(stage, ask(stage, app)))
          .contains("ALTER, DROP, INDEX: vh_app owns eng.teams");
      stage.run("alter table eng.teams owner to {eng_owner}", "grant {eng_owner} to {vh_app}");
      assertThat(text(stage, ask(stage, app))).contains("DROP").contains("eng_owner owns");
      PrivilegeCheck owner = grantee(stage.role("eng_owner")).mayNot(DROP).on("eng.teams");
      stage.run("alter table eng.teams owner to {vh_job}");
      assertThat(text(stage, ask(stage, owner))).contains("eng_owner owns schema eng");
      stage.run(
          "grant create on schema views to {vh_job}",
          "create function views.f() returns void language plpgsql security definer as"
              + " $$ begin drop table eng.teams; end $$",
          "alter function views.f() owner to {vh_job}",
          "grant usage on schema views to {etl}");
      PrivilegeCheck etl = grantee(stage.role("etl")).mayNot(DROP).on("eng.teams");
      assertThat(text(stage, ask(stage, etl))).contains("the catalogue does not tell");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_claim_about_what_the_product_has_not_is_refused(EngineUnderTest engine) throws Exception {
    try (Stage stage = stage(engine)) {
      PrivilegeCheck check =
          grantee(stage.role("vh_app")).mayNot(CREATE_VIEW, SELECT).on("eng.teams");
      assertThatThrownBy(() -> ask(stage, check))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("found     CREATE VIEW")
          .hasMessageContaining("code      access.no-privilege");
    }
  }
}
