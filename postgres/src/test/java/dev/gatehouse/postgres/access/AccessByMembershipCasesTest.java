package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases P7 to P14: what roles give to their members, tried as well where it can be. */
class AccessByMembershipCasesTest extends AccessCase {
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
}
