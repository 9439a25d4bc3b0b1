package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.definerRoutines;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.EXECUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.AccessCheck;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each right that leads to others fails {@code hasNoEscalation()}, and its fix takes it away. */
class EscalationsTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(EscalationsTest.class);
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "app", "owner")
        .run(
            "revoke all on schema public from public",
            "create schema eng",
            "grant usage on schema eng to {app}",
            "grant all on schema eng to {owner}",
            "create table eng.t (id integer, v text)",
            "create sequence eng.q",
            "create type eng.mood as enum ('sad')",
            "create function eng.f() returns trigger language plpgsql as 'begin return new; end'",
            "create foreign data wrapper w",
            "create server far foreign data wrapper w",
            "select lo_create(424242)",
            "alter table eng.t owner to {owner}");
  }

  private static Outcome ask(Stage stage) throws SQLException {
    AccessCheck check = grantee(stage.role("app")).hasNoEscalation();
    return check.judge(access(stage.target()), Evidence.at(Instant.EPOCH));
  }

  private static void endsWithItsFix(Stage stage, String statement, String told)
      throws SQLException {
    assertThat(ask(stage).findings()).isEmpty();
    stage.run(statement);
    Outcome outcome = ask(stage);
    assertThat(outcome.findings()).as(statement).hasSize(1);
    assertThat(stage.shortened(outcome.findings().get(0).found())).as(statement).isEqualTo(told);
    stage.run(outcome.findings().get(0).fix());
    assertThat(ask(stage).findings()).as(outcome.findings().get(0).fix()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void grant_options_of_every_kind(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      List<String> rights =
          new ArrayList<>(
              List.of(
                  "SELECT ON eng.t",
                  "UPDATE (v) ON eng.t",
                  "USAGE ON SEQUENCE eng.q",
                  "USAGE ON SCHEMA eng",
                  "EXECUTE ON ROUTINE eng.f()",
                  "USAGE ON TYPE eng.mood",
                  "USAGE ON LANGUAGE plpgsql",
                  "USAGE ON FOREIGN SERVER far",
                  "USAGE ON FOREIGN DATA WRAPPER w",
                  "CREATE ON TABLESPACE pg_default",
                  "SELECT ON LARGE OBJECT 424242",
                  "CONNECT ON DATABASE " + stage.database()));
      if (stage.major() >= 15) {
        rights.add("SET ON PARAMETER log_statement");
      }
      for (int i : Sampled.Few.of(4, rights.size()).toArray()) {
        String right = rights.get(i);
        String told =
            "app has " + right.replaceFirst(" ON ", " with grant option on ") + ": it gives that";
        endsWithItsFix(
            stage,
            "grant " + right + " to {app} with grant option",
            stage.shortened(told) + " to anybody");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_makes_others_run_its_code(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine).run("create table eng.u ()", "alter table eng.u owner to {owner}")) {
      endsWithItsFix(
          stage,
          "grant trigger on eng.t, eng.u to {app}",
          "app has TRIGGER on eng.t, eng.u: what its triggers do there is done as whoever writes");
      endsWithItsFix(
          stage,
          "grant create on database " + stage.database() + " to {app}",
          "app has CREATE on database db: it makes schemas, and extensions that are trusted");
      endsWithItsFix(
          stage,
          "create user mapping for {app} server far",
          "app has a user mapping for server far: it is there whom that names, with its password");
      stage.run(
          "create trigger tr before insert on eng.t for each row execute function eng.f()",
          "alter function eng.f() owner to {owner}");
      endsWithItsFix(
          stage,
          "alter function eng.f() owner to {app}",
          "app owns eng.f(), and trigger tr on eng.t runs eng.f(): what it makes of that is done as"
              + " whoever uses eng.t");
      stage.run(
          "create function eng.g() returns integer language sql security definer as 'select 1'",
          "alter function eng.g() owner to {owner}");
      endsWithItsFix(
          stage,
          "grant create on schema eng to {app}",
          "app has CREATE on schema eng: what it makes there is taken by eng.g(), which runs as its"
              + " owner owner and has no search_path of its own");
      stage.run(
          "alter function eng.g() set search_path = pg_catalog, pg_temp",
          "grant create on schema eng to {app}");
      assertThat(ask(stage).findings()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void roles_of_the_product_that_see_or_do_more(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      List<String> roles =
          new ArrayList<>(
              List.of(
                  "pg_monitor",
                  "pg_read_all_settings",
                  "pg_read_all_stats",
                  "pg_stat_scan_tables",
                  "pg_signal_backend",
                  "pg_read_all_data",
                  "pg_write_all_data"));
      if (stage.major() >= 15) {
        roles.add("pg_checkpoint");
      }
      if (stage.major() >= 17) {
        roles.add("pg_maintain");
        roles.add("pg_use_reserved_connections");
      }
      for (String role : roles) {
        stage.run("grant " + role + " to {app}");
        Outcome outcome = ask(stage);
        assertThat(outcome.findings()).as(role).hasSize(1);
        assertThat(stage.shortened(outcome.findings().get(0).found()))
            .startsWith("app is a member of " + role + " (inherited): it ");
        stage.run(outcome.findings().get(0).fix());
        assertThat(ask(stage).findings()).as(role).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void routines_that_run_as_their_owner_are_a_kind(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create function eng.g() returns integer language sql security definer as"
                    + " 'select 1'",
                "revoke execute on function eng.g() from public")) {
      AccessCheck check = grantee(stage.role("app")).mayNot(EXECUTE).on(definerRoutines("*"));
      assertThat(check.judge(access(stage.target()), Evidence.at(Instant.EPOCH)).findings())
          .isEmpty();
      stage.run("grant execute on function eng.g() to {app}");
      assertThat(check.judge(access(stage.target()), Evidence.at(Instant.EPOCH)).findings())
          .hasSize(1);
    }
  }
}
