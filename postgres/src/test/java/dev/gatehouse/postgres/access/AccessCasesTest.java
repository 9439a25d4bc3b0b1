package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hard cases P1 to P26 of PostgreSQL's privileges, each tried as well where it can be. */
class AccessCasesTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  /** Table s.t (id, v) of o, in a schema that everybody may use. */
  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "a", "b", "g", "mid", "o")
        .run(
            "create schema s",
            "create table s.t (id integer, v text)",
            "alter table s.t owner to {o}",
            "grant usage on schema s to public");
  }

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
  void p7_a_membership_that_does_not_inherit(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run("grant select on s.t to {g}", "alter role {a} noinherit", "grant {g} to {a}")) {
      assertThat(stage.say("a", "SELECT", "s.t")).startsWith("REACHABLE: a may SET ROLE g");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p8_noinherit_after_the_grant_counts_before_16_only(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run("grant select on s.t to {g}", "grant {g} to {a}", "alter role {a} noinherit")) {
      assertThat(stage.say("a", "SELECT", "s.t"))
          .startsWith(stage.major() >= 16 ? "ALLOWED" : "REACHABLE");
      assertThat(stage.attempt("a", "select from s.t"))
          .isEqualTo(stage.major() >= 16 ? "ok" : "42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p9_a_membership_that_inherits_and_cannot_be_set(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant select on s.t to {g}")) {
      assumeTrue(stage.major() >= 16);
      stage.run("grant {g} to {a} with inherit true, set false", "revoke all on s.t from {o}");
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo("ALLOWED: a is a member of g (inherited), g has SELECT on s.t, granted by o");
      assertThat(stage.attempt("a", "set role {g}")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p10_who_may_make_members_may_make_itself_one(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant select on s.t to {g}")) {
      assumeTrue(stage.major() >= 16);
      stage.run("grant {g} to {a} with admin true, inherit false, set false");
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo(
              "REACHABLE: a has ADMIN OPTION on g, g has SELECT on s.t, granted by o;"
                  + " after GRANT g TO a WITH INHERIT TRUE, SET TRUE; SET ROLE g");
      assertThat(stage.attempt("a", "select from s.t")).isEqualTo("42501");
      assertThat(
              stage.attempt("a", "grant {g} to {a} with inherit true, set true", "select from s.t"))
          .isEqualTo("ok");
      assertThat(stage.escalations("a"))
          .containsExactly("a has ADMIN OPTION on g: it makes anybody a member of g, itself too");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p11_a_chain_of_memberships(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant select on s.t to {g}")) {
      assumeTrue(stage.major() >= 16);
      stage.run("grant {g} to {mid} with inherit false", "grant {mid} to {a}");
      assertThat(stage.say("a", "SELECT", "s.t"))
          .startsWith("REACHABLE")
          .endsWith("after SET ROLE mid; SET ROLE g");
      assertThat(stage.attempt("a", "set role {g}", "select from s.t")).isEqualTo("ok");
      stage.run("grant {g} to {mid} with inherit true, set false");
      assertThat(stage.say("a", "SELECT", "s.t")).startsWith("ALLOWED: a is a member of mid");
      assertThat(stage.attempt("a", "set role {g}")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p12_two_grantors_of_one_membership(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant select on s.t to {g}")) {
      assumeTrue(stage.major() >= 16);
      stage.run(
          "grant {g} to {b} with admin true",
          "grant {g} to {a} with inherit false",
          "set role {b}",
          "grant {g} to {a} with inherit true",
          "reset role",
          "revoke {g} from {a}");
      assertThat(stage.say("a", "SELECT", "s.t")).startsWith("ALLOWED: a is a member of g");
      assertThat(stage.attempt("a", "select from s.t")).isEqualTo("ok");
      stage.run("drop owned by {b}");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p13_createrole_reaches_every_role_before_16(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("alter role {a} createrole")) {
      if (stage.major() < 16) {
        assertThat(stage.say("a", "SELECT", "s.t"))
            .contains("REACHABLE: a has CREATEROLE")
            .contains("GRANT pg_read_all_data TO a");
        assertThat(stage.attempt("a", "grant pg_read_all_data to {a}", "select from s.t"))
            .isEqualTo("ok");
      } else {
        assertThat(stage.say("a", "SELECT", "s.t")).startsWith("DENIED");
        assertThat(stage.attempt("a", "grant pg_read_all_data to {a}")).isEqualTo("42501");
      }
      assertThat(stage.escalations("a")).anyMatch(line -> line.startsWith("a has CREATEROLE: it"));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p14_a_role_that_logs_in_as_another(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "grant select on s.t to {g}",
                "alter role {a} noinherit",
                "grant {g} to {a}",
                "alter role {a} set role = '{g}'")) {
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo(
              "ALLOWED: a becomes g at login (ALTER ROLE ... SET role),"
                  + " g has SELECT on s.t, granted by o");
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

  @ParameterizedTest
  @MethodSource("engines")
  void p20_a_view_reads_as_its_owner_unless_it_says_otherwise(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view s.w as select t.id, (select count(*) from s.t) n from s.t",
                "alter view s.w owner to {o}",
                "grant select on s.w to {a}")) {
      assertThat(stage.say("a", "SELECT", "s.t"))
          .isEqualTo(
              "ALLOWED: a has SELECT on s.w, granted by o," + " view s.w reads s.t as its owner o");
      assertThat(stage.attempt("a", "select from s.w")).isEqualTo("ok");
      assumeTrue(stage.major() >= 15);
      stage.run("alter view s.w set (security_invoker = on)");
      assertThat(stage.say("a", "SELECT", "s.t")).startsWith("DENIED");
      assertThat(stage.attempt("a", "select from s.w")).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p20_a_change_goes_to_the_first_table_of_a_view_only(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create table s.\"T 2\" (id integer)",
                "alter table s.\"T 2\" owner to {o}",
                "create view s.w as select id from s.\"T 2\" where id in (select id from s.t)",
                "alter view s.w owner to {o}",
                "grant delete on s.w to {a}")) {
      assertThat(stage.say("a", "DELETE", "s.\"T 2\"")).startsWith("ALLOWED");
      assertThat(stage.say("a", "DELETE", "s.t")).startsWith("DENIED");
      assertThat(stage.attempt("a", "delete from s.w")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p21_of_a_body_in_standard_sql_it_is_known_what_it_does(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create function s.f() returns bigint language sql security definer"
                    + " begin atomic delete from s.t; select 1; end",
                "alter function s.f() owner to {o}")) {
      assertThat(stage.say("a", "DELETE", "s.t"))
          .isEqualTo(
              "ALLOWED: everybody (PUBLIC) has EXECUTE on s.f(), granted by o,"
                  + " s.f() does DELETE on s.t as its owner o");
      assertThat(stage.say("a", "UPDATE", "s.t")).startsWith("DENIED");
      assertThat(stage.attempt("a", "select s.f()")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p22_ways_lead_on_to_ways(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create table s.parent (id integer primary key)",
                "alter table s.parent owner to {o}",
                "alter table s.t add constraint fk foreign key (id) references s.parent"
                    + " on delete set null",
                "create view s.w as select * from s.parent",
                "alter view s.w owner to {o}",
                "grant delete on s.w to {a}")) {
      assertThat(stage.say("a", "UPDATE", "s.t"))
          .isEqualTo(
              "ALLOWED: a has DELETE on s.w, granted by o,"
                  + " view s.w takes DELETE on to s.parent as its owner o,"
                  + " foreign key fk takes DELETE on s.parent on to s.t as UPDATE, by the owner o");
      stage.run("revoke update on s.t from {o}");
      assertThat(stage.say("a", "UPDATE", "s.t")).startsWith("DENIED");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p23_what_public_may_in_every_new_database(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      assertThat(stage.say("a", "CREATE", AccessObject.schema("public")))
          .startsWith(stage.major() < 15 ? "ALLOWED" : "DENIED");
      AccessObject database = AccessObject.database(stage.database());
      assertThat(stage.say("a", "TEMPORARY", database)).startsWith("ALLOWED: everybody");
      assertThat(stage.say("a", "CONNECT", database)).startsWith("ALLOWED: everybody");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p24_maintain_is_there_from_17_on(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant all on s.t to {a}")) {
      assertThat(stage.say("a", "MAINTAIN", "s.t"))
          .startsWith(stage.major() >= 17 ? "ALLOWED" : "DENIED: a does not own s.t, and MAINTAIN");
      EffectiveAccess access = stage.access();
      assertThat(access.privileges(AccessObject.Kind.TABLE).contains("MAINTAIN"))
          .isEqualTo(stage.major() >= 17);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_may_be_passed_on_is_an_escalation(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant select on s.t to {g}", "grant {g} to {a}")) {
      assertThat(stage.escalations("a")).isEmpty();
      stage.run("grant select on s.t to {g} with grant option");
      assertThat(stage.escalations("a"))
          .containsExactly(
              "a is a member of g (inherited), g has SELECT with grant option on s.t:"
                  + " it gives that to anybody");
      assertThat(stage.escalations("o")).isEmpty();
      stage.run("revoke grant option for select on s.t from {g}");
      assertThat(stage.escalations("a")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p25_rights_that_lead_to_all_others(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      assertThat(stage.escalations("a")).isEmpty();
      stage.run("alter role {a} replication bypassrls");
      assertThat(stage.escalations("a"))
          .containsExactly(
              "a has REPLICATION: it copies the whole server",
              "a has BYPASSRLS: no row-level policy holds for it");
      assertThat(stage.say("a", "SELECT", "s.t"))
          .startsWith("REACHABLE: a has REPLICATION, it copies the whole server");
      assertThat(stage.say("a", "UPDATE", "s.t")).startsWith("DENIED");
      stage.run("grant pg_execute_server_program to {b}");
      assertThat(stage.escalations("b"))
          .containsExactly(
              "b is a member of pg_execute_server_program (inherited):"
                  + " it runs programs as the server's operating system account, and so is"
                  + " superuser");
      assertThat(stage.say("b", "UPDATE", "s.t")).startsWith("REACHABLE");
      stage.run("alter role {g} superuser", "alter role {mid} noinherit", "grant {g} to {mid}");
      assertThat(stage.escalations("mid"))
          .containsExactly(
              "mid may SET ROLE g, g is a superuser; after SET ROLE g: it is above all grants");
      if (stage.major() >= 15) {
        stage.run("grant set on parameter session_replication_role to {o}");
        assertThat(stage.escalations("o"))
            .containsExactly(
                "o has SET on parameter session_replication_role:"
                    + " it turns off triggers and foreign keys");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void p26_what_other_servers_allow_is_said_to_be_unknown(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run("create foreign data wrapper w", "create server far foreign data wrapper w")) {
      assertThat(stage.access().unread())
          .containsExactly("what may be done through server far (w) is for that server to say");
    }
  }
}
