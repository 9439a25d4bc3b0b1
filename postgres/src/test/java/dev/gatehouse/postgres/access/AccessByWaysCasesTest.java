package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases P20 to P26: ways around a grant, and what no grant shows, tried where it can be. */
class AccessByWaysCasesTest extends AccessCase {
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
