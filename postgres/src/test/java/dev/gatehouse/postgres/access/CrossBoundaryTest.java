package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The situations in which vh_app can change rows of eng and a list of its grants is empty. In each
 * it tries, too.
 */
class CrossBoundaryTest {
  private static final String UPDATE = "update eng.teams set name = 'x'";

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "vh_app", "eng_owner", "etl")
        .run(
            "create schema eng authorization {eng_owner}",
            "create schema vh",
            "create table eng.teams (id integer primary key, name text)",
            "alter table eng.teams owner to {eng_owner}",
            "insert into eng.teams values (1, 'one')",
            "create table vh.ventures (id integer primary key, name text)",
            "insert into vh.ventures values (1, 'one')",
            "grant usage on schema vh to {vh_app}");
  }

  private static Stage named(EngineUnderTest engine) throws SQLException {
    return stage(engine).run("grant usage on schema eng to {vh_app}");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void nothing_is_allowed_to_begin_with(EngineUnderTest engine) throws SQLException {
    try (Stage stage = named(engine)) {
      for (String privilege : List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE")) {
        assertThat(stage.say("vh_app", privilege, "eng.teams"))
            .isEqualTo("DENIED: vh_app has no " + privilege + " on eng.teams, by no path");
      }
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_grant_to_public(EngineUnderTest engine) throws SQLException {
    try (Stage stage = named(engine).run("grant update on eng.teams to public")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo("ALLOWED: everybody (PUBLIC) has UPDATE on eng.teams, granted by eng_owner");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_group_of_another_name(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        named(engine).run("grant {etl} to {vh_app}", "grant update on eng.teams to {etl}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app is a member of etl (inherited),"
                  + " etl has UPDATE on eng.teams, granted by eng_owner");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_grant_on_a_column(EngineUnderTest engine) throws SQLException {
    try (Stage stage = named(engine).run("grant update (name) on eng.teams to {vh_app}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app has UPDATE on column name of eng.teams, granted by eng_owner");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_predefined_role(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant pg_write_all_data to {vh_app}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app is a member of pg_write_all_data (inherited),"
                  + " pg_write_all_data has UPDATE on every table");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void truncate(EngineUnderTest engine) throws SQLException {
    try (Stage stage = named(engine).run("grant truncate on eng.teams to {vh_app}")) {
      assertThat(stage.say("vh_app", "TRUNCATE", "eng.teams"))
          .isEqualTo("ALLOWED: vh_app has TRUNCATE on eng.teams, granted by eng_owner");
      assertThat(stage.attempt("vh_app", "truncate eng.teams")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_routine_that_runs_as_its_owner(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create function vh.touch() returns void language plpgsql security definer"
                    + " as $$ begin update eng.teams set name = 'x'; end $$",
                "alter function vh.touch() owner to {eng_owner}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "UNKNOWN: everybody (PUBLIC) has EXECUTE on vh.touch(), granted by eng_owner,"
                  + " vh.touch() runs as its owner eng_owner;"
                  + " what its body does, the catalogue does not tell");
      assertThat(stage.attempt("vh_app", "select vh.touch()")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_that_can_be_changed(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view vh.teams as select * from eng.teams",
                "alter view vh.teams owner to {eng_owner}",
                "grant update on vh.teams to {vh_app}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app has UPDATE on vh.teams, granted by eng_owner,"
                  + " view vh.teams takes UPDATE on to eng.teams as its owner eng_owner");
      assertThat(stage.attempt("vh_app", "update vh.teams set name = 'x'")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_superuser(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("alter role {vh_app} superuser")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo("ALLOWED: vh_app is a superuser");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_owner_by_membership(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant {eng_owner} to {vh_app}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app is a member of eng_owner (inherited), eng_owner owns eng.teams");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_role_it_may_set(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        named(engine)
            .run(
                "alter role {vh_app} noinherit",
                "grant {etl} to {vh_app}",
                "grant usage on schema eng to {etl}",
                "grant update on eng.teams to {etl}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "REACHABLE: vh_app may SET ROLE etl,"
                  + " etl has UPDATE on eng.teams, granted by eng_owner; after SET ROLE etl");
      assertThat(stage.attempt("vh_app", UPDATE)).isEqualTo("42501");
      assertThat(stage.attempt("vh_app", "set role {etl}", UPDATE)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_rule(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create rule too as on update to vh.ventures"
                    + " do also update eng.teams set name = new.name where id = new.id",
                "grant update on vh.ventures to {vh_app}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app has UPDATE on vh.ventures, granted by admin,"
                  + " rule too on vh.ventures does UPDATE on eng.teams as the owner admin");
      assertThat(stage.attempt("vh_app", "update vh.ventures set name = 'x'")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_foreign_key_that_cascades(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter table eng.teams add constraint fk foreign key (id)"
                    + " references vh.ventures on delete cascade",
                "grant delete on vh.ventures to {vh_app}")) {
      assertThat(stage.say("vh_app", "DELETE", "eng.teams"))
          .isEqualTo(
              "ALLOWED: vh_app has DELETE on vh.ventures, granted by admin,"
                  + " foreign key fk takes DELETE on vh.ventures on to eng.teams as DELETE,"
                  + " by the owner eng_owner");
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams")).startsWith("DENIED");
      assertThat(stage.attempt("vh_app", "delete from vh.ventures")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_partition_of_another_table(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create table vh.parted (id integer not null, name text) partition by list (id)",
                "create table eng.part (id integer not null, name text)",
                "alter table eng.part owner to {eng_owner}",
                "alter table vh.parted attach partition eng.part for values in (1)",
                "grant insert on vh.parted to {vh_app}")) {
      assertThat(stage.say("vh_app", "INSERT", "eng.part"))
          .isEqualTo(
              "ALLOWED: vh_app has INSERT on vh.parted, granted by admin,"
                  + " eng.part is a partition of vh.parted, which alone is asked for INSERT");
      assertThat(stage.attempt("vh_app", "insert into vh.parted values (1)")).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_trigger_that_runs_as_somebody_else(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create function vh.touch() returns trigger language plpgsql security definer"
                    + " as $$ begin update eng.teams set name = 'x'; return new; end $$",
                "alter function vh.touch() owner to {eng_owner}",
                "create trigger touches after insert on vh.ventures"
                    + " for each row execute function vh.touch()",
                "grant insert on vh.ventures to {vh_app}")) {
      assertThat(stage.say("vh_app", "UPDATE", "eng.teams"))
          .startsWith(
              "ALLOWED: vh_app has INSERT on vh.ventures, granted by admin,"
                  + " trigger touches on vh.ventures runs vh.touch() as its owner eng_owner,"
                  + " vh.touch() does UPDATE on eng.teams as its owner eng_owner");
      assertThat(stage.attempt("vh_app", "insert into vh.ventures values (2)")).isEqualTo("ok");
    }
  }
}
