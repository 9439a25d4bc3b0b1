package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.routines;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.EXECUTE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.AccessCheck;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is granted and of no use fails {@code may}, naming what is missing; its fix mends it. */
class UsabilityTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(UsabilityTest.class);
  }

  static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "app", "owner", "other")
        .run(
            "create schema eng authorization {owner}",
            "create schema private authorization {other}",
            "grant usage on schema eng to {app}, {other}",
            "grant usage, create on schema private to {owner}",
            "create table private.secret (id integer, org integer)",
            "alter table private.secret owner to {other}",
            "insert into private.secret values (1, 1)",
            "create table eng.t (id integer, org integer, owner name)",
            "alter table eng.t owner to {owner}",
            "insert into eng.t values (1, 1, 'x')",
            "create function private.ok() returns boolean language sql as 'select true'",
            "alter function private.ok() owner to {other}",
            "revoke execute on function private.ok() from public");
  }

  static String said(Stage stage, AccessCheck check) throws SQLException {
    Outcome outcome = check.judge(access(stage.target()), Evidence.at(Instant.EPOCH));
    return stage.shortened(
        String.join("\n", outcome.findings().stream().map(Finding::text).toList()));
  }

  /** Fails as told and as tried, and passes after the fix, as told and as tried. */
  static void mended(Stage stage, AccessCheck check, String sql, String why) throws SQLException {
    assertThat(stage.attempt("app", sql)).as(sql).isEqualTo("42501");
    assertThat(said(stage, check)).contains("is granted, and of no use: ").contains(why);
    Outcome outcome = check.judge(access(stage.target()), Evidence.at(Instant.EPOCH));
    for (String fix : outcome.findings().get(0).fix().split("\n")) {
      stage.run(fix);
    }
    assertThat(said(stage, check)).isEmpty();
    assertThat(stage.attempt("app", sql)).as(sql).isEqualTo("ok");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_whose_owner_lost_its_right_is_dead(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view eng.v as select id from private.secret",
                "alter view eng.v owner to {owner}",
                "grant select, insert on eng.v to {app}")) {
      AccessCheck reading = grantee(stage.role("app")).may(SELECT).on("eng.v");
      assertThat(said(stage, reading))
          .isEqualTo(
              """
              app may do less than it should with eng.v
                expected  app may SELECT on eng.v
                found     SELECT is granted, and of no use: view eng.v reads private.secret as its owner owner, and owner has no SELECT on private.secret
                fix       GRANT SELECT ON private.secret TO owner
                code      privileges.missing""");
      mended(stage, reading, "select * from eng.v", "owner has no SELECT on private.secret");
      AccessCheck writing = grantee(stage.role("app")).may(INSERT).on("eng.v");
      mended(stage, writing, "insert into eng.v values (2)", "owner has no INSERT");
      stage.run("revoke select on private.secret from {owner}");
      stage.run("grant select (id) on private.secret to {owner}");
      assertThat(said(stage, reading)).isEmpty();
      assertThat(stage.attempt("app", "select * from eng.v")).isEqualTo("ok");
      assertThat(
              said(stage, accessTo("eng.v").is(grantee(stage.role("app")).may(SELECT).on("eng.v"))))
          .doesNotContain("of no use");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_that_calls_what_the_role_may_not(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view eng.v as select id from eng.t where private.ok()",
                "alter view eng.v owner to {owner}",
                "create view eng.w as select * from eng.v",
                "alter view eng.w owner to {owner}",
                "grant select on eng.w to {app}")) {
      AccessCheck check = grantee(stage.role("app")).may(SELECT).on("eng.w");
      mended(stage, check, "select * from eng.w", "app has no EXECUTE on private.ok()");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_that_takes_no_change(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view eng.v as select count(*) from eng.t",
                "alter view eng.v owner to {owner}",
                "create materialized view eng.m as select 1 as one",
                "grant all on eng.v, eng.m to {app}")) {
      assertThat(said(stage, grantee(stage.role("app")).may(SELECT).on("eng.{v,m}"))).isEmpty();
      assertThat(said(stage, grantee(stage.role("app")).may(INSERT, DELETE).on("eng.v")))
          .contains("DELETE is granted, and of no use: view eng.v takes no DELETE")
          .contains("INSERT is granted, and of no use: view eng.v takes no INSERT");
      assertThat(said(stage, grantee(stage.role("app")).may(UPDATE).on("eng.m")))
          .contains("materialized view eng.m takes no UPDATE");
      stage.run("create rule r as on insert to eng.v do instead nothing");
      assertThat(said(stage, grantee(stage.role("app")).may(INSERT).on("eng.v"))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_policy_that_reads_or_calls_what_the_role_may_not(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter table eng.t enable row level security",
                "create policy p on eng.t using (org in (select org from private.secret))",
                "grant select, insert on eng.t to {app}")) {
      AccessCheck check = grantee(stage.role("app")).may(SELECT).on("eng.t");
      mended(stage, check, "select * from eng.t", "app has no SELECT on private.secret");
      stage.run("create policy called on eng.t as restrictive for select using (private.ok())");
      mended(stage, check, "select * from eng.t", "app has no EXECUTE on private.ok()");
      AccessCheck writing = grantee(stage.role("app")).may(INSERT).on("eng.t");
      assertThat(said(stage, writing)).isEmpty();
      assertThat(stage.attempt("app", "insert into eng.t values (1, 1)")).isEqualTo("ok");
      stage.run("revoke execute on function private.ok() from {app}");
      stage.run("alter policy called on eng.t to {other}");
      assertThat(said(stage, check)).isEmpty();
      assertThat(stage.attempt("app", "select * from eng.t")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void row_security_without_a_policy_for_the_role_shows_no_row(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter table eng.t enable row level security",
                "grant select, insert, update, delete on eng.t to {app}",
                "create policy p on eng.t for delete using (true)",
                "create policy other on eng.t to {other} using (true)",
                "create policy narrow on eng.t as restrictive using (true)")) {
      AccessCheck all = grantee(stage.role("app")).may(SELECT, INSERT, UPDATE).on("eng.t");
      assertThat(said(stage, all))
          .contains("row security is on for eng.t, and no policy lets app SELECT a row")
          .contains("no policy lets app INSERT a row")
          .contains("no policy lets app UPDATE a row")
          .contains("CREATE POLICY ... ON eng.t FOR SELECT TO app USING (...)");
      assertThat(said(stage, grantee(stage.role("app")).may(DELETE).on("eng.t"))).isEmpty();
      assertThat(said(stage, grantee(stage.role("owner")).may(SELECT).on("eng.t"))).isEmpty();
      assertThat(said(stage, grantee(stage.role("other")).may(SELECT).on("eng.t")))
          .contains("DENIED");
      stage.run("alter table eng.t force row level security");
      assertThat(said(stage, grantee(stage.role("owner")).may(SELECT).on("eng.t")))
          .contains("no policy lets owner SELECT a row");
      stage.run("alter role {app} bypassrls");
      assertThat(said(stage, all)).isEmpty();
      stage.run("alter role {app} nobypassrls", "grant {other} to {app}");
      assertThat(said(stage, all)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_check_a_rule_and_a_body_that_need_more(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter table eng.t add check (id > 0 or private.ok())",
                "grant insert, delete on eng.t to {app}",
                "create rule r as on delete to eng.t do also delete from private.secret",
                "create function eng.f() returns bigint begin atomic"
                    + " select count(*) from private.secret; end")) {
      AccessCheck inserting = grantee(stage.role("app")).may(INSERT).on("eng.t");
      mended(stage, inserting, "insert into eng.t values (1)", "app has no EXECUTE on private.ok");
      AccessCheck deleting = grantee(stage.role("app")).may(DELETE).on("eng.t");
      mended(stage, deleting, "delete from eng.t", "owner has no DELETE on private.secret");
      AccessCheck calling = grantee(stage.role("app")).may(EXECUTE).on(routines("eng.f"));
      mended(stage, calling, "select eng.f()", "app has no SELECT on private.secret");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void explain_tells_which_policies_admit_the_role_and_what_they_trust(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter table eng.t enable row level security",
                "create policy mine on eng.t using (owner = current_setting('app.who')::name)",
                "create policy own on eng.t as restrictive for select to {app}"
                    + " using (private.ok())",
                "create policy other on eng.t to {other} using (true)",
                "grant execute on function private.ok() to {app}",
                "grant select, update (owner) on eng.t to {app}")) {
      String text = access(stage.target()).explain(stage.role("app"), "SELECT", "eng.t");
      assertThat(stage.shortened(text))
          .isEqualTo(
              """
              app SELECT eng.t
                ALLOWED   app has SELECT on eng.t, granted by owner
                to end it   REVOKE SELECT ON eng.t FROM app
                rows      policy mine (permissive), rows where (owner = (current_setting('app.who'::text))::name)
                rows        reads setting app.who, which anybody sets in a session that executes its statements
                rows        reads column owner, on which app has UPDATE
                rows      policy own (restrictive), rows where private.ok()
                rows        calls private.ok()""");
      assertThat(access(stage.target()).explain(stage.role("owner"), "SELECT", "eng.t"))
          .contains("no policy of eng.t holds for");
    }
  }
}
