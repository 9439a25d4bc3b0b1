package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hard cases P1 to P19 of privileges but memberships, each tried as well where it can be. */
class AccessCasesTest extends AccessCase {
  @ParameterizedTest
  @MethodSource("engines")
  void p1_a_revoke_of_what_public_has_does_nothing(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine).run("grant select on s.t to public", "revoke select on s.t from {a}")) {
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo("ALLOWED: everybody (PUBLIC) has SELECT on s.t, granted by o");
      assertThat(stage.say("public", "SELECT", "s.t")).startsWith("ALLOWED: everybody");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p2_a_column_cannot_be_taken_out_of_a_table(EngineUnderTest engine) throws SQLException {
    AccessObject column = AccessObject.column("s.t.v");
    try (Stage stage =
        stage(engine).run("grant select on s.t to {a}", "revoke select (v) on s.t from {a}")) {
      assertThat(stage.say("a", "SELECT", column))
          .isEqualTo("ALLOWED: a has SELECT on s.t, granted by o");
      stage.run("grant select (v) on s.t to {a}", "revoke select on s.t from {a}");
      assertThat(stage.say("a", "SELECT", column)).startsWith("DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p3_some_columns_are_not_the_table(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant select (id) on s.t to {a}")) {
      Verdict verdict = stage.verdict("a", "SELECT", AccessObject.table("s.t"));
      assertThat(verdict).isInstanceOf(Verdict.Allowed.class);
      assertThat(((Verdict.Allowed) verdict).paths()).noneMatch(path -> path.whole());
      assertThat(stage.say("a", "SELECT", AccessObject.column("s.t.v"))).startsWith("DENIED");
      assertThat(stage.attempt("a", "select count(*) from s.t")).isEqualTo("ok");
      assertThat(stage.attempt("a", "select * from s.t")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p4_a_table_in_a_schema_without_usage(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine).run("revoke usage on schema s from public", "grant select on s.t to {a}")) {
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo("DENIED: a has SELECT on s.t, but no USAGE on schema s");
      assertThat(stage.attempt("a", "select from s.t")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p5_what_was_revoked_from_the_owner_is_one_statement_away(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage = stage(engine).run("revoke all on s.t from {o}")) {
      assertThat(stage.say("o", "SELECT", "s.t"))
          .isEqualTo(
              "REACHABLE: o owns s.t and may grant itself what was revoked;"
                  + " after GRANT SELECT ON s.t TO o");
      assertThat(stage.attempt("o", "select from s.t")).isEqualTo("42501");
      assertThat(stage.attempt("o", "grant select on s.t to {o}", "select from s.t"))
          .isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p6_a_grant_by_another_is_taken_back_in_that_ones_name(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "grant select on s.t to {g} with grant option",
                "set role {g}",
                "grant select on s.t to {a}",
                "reset role",
                "revoke select on s.t from {a}")) {
      Verdict verdict = stage.verdict("a", "SELECT", AccessObject.table("s.t"));
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo("ALLOWED: a has SELECT on s.t, granted by g");
      stage.run(((Verdict.Allowed) verdict).paths().get(0).fix().split("; "));
      assertThat(stage.say("a", "SELECT", "s.t")).startsWith("DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p15_default_privileges_of_a_schema_take_nothing_from_public(EngineUnderTest engine)
      throws SQLException {
    AccessObject function = AccessObject.routine("s.f()");
    try (Stage stage =
        stage(engine)
            .run(
                "alter default privileges in schema s revoke execute on functions from public",
                "create function s.f() returns integer language sql as 'select 1'")) {
      assertThat(stage.say("a", "EXECUTE", function)).startsWith("ALLOWED: everybody (PUBLIC)");
      stage.run(
          "drop function s.f()",
          "alter default privileges revoke execute on functions from public",
          "create function s.f() returns integer language sql as 'select 1'");
      assertThat(stage.say("a", "EXECUTE", function)).startsWith("DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p16_default_privileges_are_of_one_creator(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter default privileges for role {o} grant select on tables to {a}",
                "grant create on schema s to {o}, {b}",
                "set role {b}",
                "create table s.of_b ()",
                "set role {o}",
                "create table s.of_o ()",
                "reset role")) {
      assertThat(stage.say("a", "SELECT", "s.of_b")).startsWith("DENIED");
      assertThat(stage.say("a", "SELECT", "s.of_o")).startsWith("ALLOWED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p17_pg_read_all_data_needs_no_grant_at_all(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run("revoke usage on schema s from public", "grant pg_read_all_data to {a}")) {
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo(
              "ALLOWED: a is a member of pg_read_all_data (inherited),"
                  + " pg_read_all_data has SELECT on every table");
      assertThat(stage.attempt("a", "select from s.t")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p18_a_serial_needs_its_sequence(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine).run("create table s.n (id serial, v text)", "grant insert on s.n to {a}")) {
      assertThat(stage.say("a", "INSERT", "s.n")).startsWith("ALLOWED");
      assertThat(stage.say("a", "USAGE", AccessObject.sequence("s.n_id_seq"))).startsWith("DENIED");
      assertThat(stage.attempt("a", "insert into s.n (v) values ('x')")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p19_update_without_select_works_blindly(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant update on s.t to {a}")) {
      assertThat(stage.say("a", "UPDATE", "s.t")).startsWith("ALLOWED");
      assertThat(stage.say("a", "SELECT", "s.t")).startsWith("DENIED");
      assertThat(stage.attempt("a", "update s.t set v = 'z'")).isEqualTo("ok");
      assertThat(stage.attempt("a", "update s.t set v = 'z' where id = 1")).isEqualTo("42501");
    }
  }
}
