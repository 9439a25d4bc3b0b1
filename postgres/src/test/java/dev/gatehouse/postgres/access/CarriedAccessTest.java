package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What expressions, bodies and triggers carry, each done as well as told. */
class CarriedAccessTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(CarriedAccessTest.class);
  }

  /** Schema private with table secret (id, v) of o, closed to app; schema pub is open. */
  private static Stage stage(EngineUnderTest engine, String... statements) throws SQLException {
    return Stage.of(engine, "app", "o", "mid")
        .run(
            "create schema private authorization {o}",
            "create schema pub authorization {o}",
            "grant usage on schema pub to {app}, {mid}",
            "set role {o}",
            "create table private.secret (id integer primary key, v text)",
            "insert into private.secret values (1, 'a')")
        .run(statements)
        .run("reset role");
  }

  private static void reads(Stage stage, String sql, String verdict) throws SQLException {
    assertThat(stage.attempt("app", sql)).as(sql).isEqualTo("ok");
    assertThat(stage.say("app", "SELECT", "private.secret")).startsWith(verdict);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_calls_what_the_role_cannot_name(EngineUnderTest engine) throws SQLException {
    String text = "create function private.names() returns table (n text) language sql security";
    try (Stage stage =
        stage(
            engine,
            text + " definer as $$ select v from private.secret $$",
            "create view pub.v as select * from private.names()",
            "grant select on pub.v to {app}")) {
      reads(stage, "select * from pub.v", "UNKNOWN");
      assertThat(stage.say("app", "DELETE", "private.secret")).startsWith("UNKNOWN");
    }
    try (Stage stage =
        stage(
            engine,
            text + " definer begin atomic select v from private.secret; end",
            "create view pub.v as select * from private.names()",
            "grant select on pub.v to {app}")) {
      reads(stage, "select * from pub.v", "ALLOWED");
      assertThat(stage.say("app", "SELECT", "private.secret"))
          .contains("view pub.v runs private.names() as its owner o")
          .contains("private.names() does SELECT on private.secret as its owner o");
      assertThat(stage.say("app", "DELETE", "private.secret")).startsWith("DENIED");
    }
  }

  /** As the owner of what it deletes since version 18, as whoever executes the statement before. */
  @ParameterizedTest
  @MethodSource("engines")
  void what_a_cascade_fires_after_it(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "create table pub.parent (id integer primary key)",
            "create table pub.child (id integer references pub.parent on delete cascade)",
            "insert into pub.parent values (1)",
            "insert into pub.child values (1)",
            "create function pub.note() returns trigger language plpgsql as $$ begin"
                + " execute 'insert into pub.log values (1)'; return null; end $$",
            "create trigger note after delete on pub.child for each row execute function pub.note()",
            "grant delete on pub.parent to {mid}")) {
      stage.run(
          "create table pub.log (id integer)",
          "create function pub.f() returns void language sql security definer begin atomic"
              + " delete from pub.parent; end",
          "alter table pub.log owner to {mid}",
          "alter function pub.f() owner to {mid}");
      boolean before = stage.admin().getMetaData().getDatabaseMajorVersion() < 18;
      assertThat(stage.attempt("app", "select pub.f()")).isEqualTo(before ? "ok" : "42501");
      assertThat(stage.say("app", "INSERT", "pub.log")).startsWith(before ? "UNKNOWN" : "DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_policy_a_default_and_a_check_call_it_too(EngineUnderTest engine) throws SQLException {
    String deleting =
        "create function private.ok() returns boolean language sql security definer begin atomic"
            + " delete from private.secret; select true; end";
    try (Stage stage =
        stage(
            engine,
            deleting,
            "create table pub.t (id integer)",
            "insert into pub.t values (1)",
            "alter table pub.t enable row level security",
            "create policy p on pub.t using (private.ok())",
            "grant select on pub.t to {app}")) {
      assertThat(stage.attempt("app", "select * from pub.t")).isEqualTo("ok");
      assertThat(stage.say("app", "DELETE", "private.secret")).startsWith("ALLOWED");
      assertThat(stage.say("mid", "DELETE", "private.secret")).startsWith("DENIED");
    }
    for (String column :
        List.of(
            "b boolean default private.ok()",
            "b boolean check (private.ok())",
            "b boolean, check (b or private.ok())")) {
      try (Stage stage =
          stage(
              engine,
              deleting,
              "create table pub.t (id integer, " + column + ")",
              "grant insert on pub.t to {app}")) {
        assertThat(stage.attempt("app", "insert into pub.t (id) values (1)")).isEqualTo("ok");
        assertThat(stage.say("app", "DELETE", "private.secret")).as(column).startsWith("ALLOWED");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_domain_an_index_and_an_operator_call_it_too(EngineUnderTest engine) throws SQLException {
    String deleting =
        "create function private.ok(integer) returns boolean language sql security definer"
            + " immutable begin atomic select count(*) > 0 from private.secret; end";
    for (List<String> built :
        List.of(
            List.of("create domain pub.d as integer check (private.ok(value))", "select 1::pub.d"),
            List.of(
                "create domain private.d as integer check (private.ok(value))",
                "create table pub.t (a private.d)",
                "grant insert on pub.t to {app}",
                "insert into pub.t values (1)"),
            List.of(
                "create table pub.t (a integer)",
                "create index on pub.t (private.ok(a))",
                "grant insert on pub.t to {app}",
                "insert into pub.t values (1)"),
            List.of(
                "create operator pub.!!! (function = private.ok, rightarg = integer)",
                "select operator(pub.!!!) 1"),
            List.of(
                "create function private.step(boolean, integer) returns boolean language sql"
                    + " begin atomic select private.ok($2); end",
                "create aggregate pub.every (integer) (sfunc = private.step, stype =" + " boolean)",
                "select pub.every(1)"))) {
      int last = built.size() - 1;
      List<String> statements = new ArrayList<>(List.of(deleting));
      statements.addAll(built.subList(0, last));
      try (Stage stage = stage(engine, statements.toArray(String[]::new))) {
        reads(stage, built.get(last), "ALLOWED");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_upsert_updates(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "create function pub.put() returns void language sql security definer begin atomic"
                + " insert into private.secret values (1, 'z')"
                + " on conflict (id) do update set v = excluded.v; end")) {
      assertThat(stage.attempt("app", "select pub.put()")).isEqualTo("ok");
      assertThat(stage.say("app", "UPDATE", "private.secret")).startsWith("ALLOWED");
      assertThat(stage.say("app", "INSERT", "private.secret")).startsWith("ALLOWED");
      assertThat(stage.say("app", "DELETE", "private.secret")).startsWith("DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_caller_of_an_invoker_view_may_be_another(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      assumeTrue(stage.major() >= 15);
    }
    String invoker = "create view pub.i with (security_invoker) as select * from private.secret";
    try (Stage stage =
        stage(
            engine,
            invoker,
            "create function pub.f() returns bigint language sql security definer begin atomic"
                + " select count(*) from pub.i; end",
            "grant select on pub.i to {app}")) {
      assertThat(stage.attempt("app", "select * from pub.i")).isEqualTo("42501");
      reads(stage, "select pub.f()", "ALLOWED");
    }
    try (Stage stage =
        stage(
            engine,
            invoker,
            "create view pub.v as select * from pub.i",
            "grant select on pub.v to {app}")) {
      boolean can = stage.attempt("app", "select * from pub.v").equals("ok");
      assertThat(stage.say("app", "SELECT", "private.secret"))
          .startsWith(can ? "ALLOWED" : "DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_trigger_of_anybody_runs_as_whoever_writes(EngineUnderTest engine) throws SQLException {
    String audit =
        "create function pub.audit() returns trigger language plpgsql as"
            + " $$ begin delete from private.secret; return null; end $$";
    try (Stage stage =
        stage(
            engine,
            audit,
            "create table pub.orders (id integer primary key)",
            "create trigger a after insert on pub.orders execute function pub.audit()",
            "create function pub.add() returns void language sql security definer begin atomic"
                + " insert into pub.orders values (1); end",
            "grant insert on pub.orders to {mid}")) {
      assertThat(stage.attempt("app", "select pub.add()")).isEqualTo("ok");
      assertThat(stage.say("app", "DELETE", "private.secret"))
          .startsWith("ALLOWED")
          .contains("trigger a on pub.orders runs pub.audit()");
      stage.run("revoke execute on function pub.add() from public");
      assertThat(stage.attempt("mid", "insert into pub.orders values (1)")).isEqualTo("42501");
      assertThat(stage.say("mid", "DELETE", "private.secret")).startsWith("DENIED");
    }
    try (Stage stage =
        stage(
            engine,
            audit,
            "create table pub.doc (id integer primary key)",
            "create table pub.line (doc integer references pub.doc on delete cascade)",
            "insert into pub.doc values (1)",
            "insert into pub.line values (1)",
            "create trigger a before delete on pub.line execute function pub.audit()",
            "grant select, delete on pub.doc to {app}")) {
      assertThat(stage.attempt("app", "delete from pub.doc")).isEqualTo("ok");
      assertThat(stage.say("app", "DELETE", "private.secret")).startsWith("ALLOWED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_catalogue_itself_is_read_through_a_view(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view pub.v as select rolname, rolpassword from pg_authid",
                "grant select on pub.v to {app}")) {
      assertThat(stage.attempt("app", "select * from pub.v")).isEqualTo("ok");
      assertThat(stage.say("app", "SELECT", "pg_catalog.pg_authid")).startsWith("ALLOWED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_function_among_those_of_the_product_is_seen(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create function pg_catalog.gatehouse_all() returns text language sql security"
                    + " definer begin atomic select string_agg(v, ',') from private.secret; end")) {
      reads(stage, "select gatehouse_all()", "ALLOWED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void code_that_nobody_reads_may_run_other_such_code(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
                engine,
                "create function private.inner_one() returns void language plpgsql security"
                    + " definer as $$ begin delete from private.secret; end $$",
                "grant usage on schema private to {mid}",
                "revoke execute on function private.inner_one() from public",
                "grant execute on function private.inner_one() to {mid}")
            .run(
                "grant create on schema pub to {mid}",
                "set role {mid}",
                "create function pub.outer_one() returns void language plpgsql security definer"
                    + " as $$ begin perform private.inner_one(); end $$",
                "reset role")) {
      assertThat(stage.attempt("app", "select pub.outer_one()")).isEqualTo("ok");
      assertThat(stage.say("app", "DELETE", "private.secret")).startsWith("UNKNOWN");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_query_in_a_text_is_not_read(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "create function pub.x(text) returns xml language sql security definer begin atomic"
                + " select query_to_xml($1, true, true, ''); end",
            "create sequence private.s",
            "create function pub.n() returns bigint language sql security definer begin atomic"
                + " select nextval('private.s'); end")) {
      reads(stage, "select pub.x('select * from private.secret')", "UNKNOWN");
      assertThat(stage.attempt("app", "select pub.n()")).isEqualTo("ok");
      assertThat(stage.say("app", "USAGE", AccessObject.sequence("private.s")))
          .startsWith("ALLOWED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void every_way_to_code_that_nobody_can_read_is_told(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "create function private.f() returns integer language plpgsql security definer"
                + " as 'begin return 1; end'",
            "create view pub.v as select private.f()",
            "create view pub.w as select private.f()",
            "grant select on pub.v, pub.w to {app}")) {
      assertThat(stage.say("app", "SELECT", "private.secret"))
          .startsWith("UNKNOWN")
          .contains("view pub.v runs private.f()")
          .contains("view pub.w runs private.f()");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void rows_that_a_body_only_locks_are_not_changed(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "create function pub.f() returns setof integer language sql security definer"
                + " begin atomic select id from private.secret for update; end",
            "create function pub.g() returns void language sql security definer"
                + " begin atomic update private.secret set v = 'x'; end",
            "revoke execute on function pub.g() from public",
            "grant execute on function pub.g() to {mid}")) {
      assertThat(stage.attempt("app", "select pub.f()")).isEqualTo("ok");
      assertThat(stage.say("app", "UPDATE", "private.secret")).startsWith("DENIED");
      assertThat(stage.say("app", "SELECT", "private.secret")).startsWith("ALLOWED");
      assertThat(stage.say("mid", "UPDATE", "private.secret")).startsWith("ALLOWED");
    }
  }
}
