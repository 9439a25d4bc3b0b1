package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.columns;
import static dev.gatehouse.dsl.GatehouseAccess.databases;
import static dev.gatehouse.dsl.GatehouseAccess.definerRoutines;
import static dev.gatehouse.dsl.GatehouseAccess.foreignDataWrappers;
import static dev.gatehouse.dsl.GatehouseAccess.foreignServers;
import static dev.gatehouse.dsl.GatehouseAccess.foreignTables;
import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.languages;
import static dev.gatehouse.dsl.GatehouseAccess.largeObjects;
import static dev.gatehouse.dsl.GatehouseAccess.materializedViews;
import static dev.gatehouse.dsl.GatehouseAccess.parameters;
import static dev.gatehouse.dsl.GatehouseAccess.routines;
import static dev.gatehouse.dsl.GatehouseAccess.schemas;
import static dev.gatehouse.dsl.GatehouseAccess.sequences;
import static dev.gatehouse.dsl.GatehouseAccess.tablespaces;
import static dev.gatehouse.dsl.GatehouseAccess.types;
import static dev.gatehouse.dsl.GatehouseAccess.views;
import static dev.gatehouse.dsl.access.Privilege.ALTER;
import static dev.gatehouse.dsl.access.Privilege.ALTER_SYSTEM;
import static dev.gatehouse.dsl.access.Privilege.CONNECT;
import static dev.gatehouse.dsl.access.Privilege.CREATE;
import static dev.gatehouse.dsl.access.Privilege.DROP;
import static dev.gatehouse.dsl.access.Privilege.EXECUTE;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.SET;
import static dev.gatehouse.dsl.access.Privilege.TEMPORARY;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static dev.gatehouse.dsl.access.Privilege.USAGE;
import static dev.gatehouse.dsl.assertj.GatehouseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.AccessCheck;
import dev.gatehouse.dsl.access.AccessMatrix;
import dev.gatehouse.dsl.access.ObjectPattern;
import dev.gatehouse.dsl.access.PrivilegeClaim;
import dev.gatehouse.dsl.junit.DatabaseTests;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people claim about objects that are no tables, with the path and the fix. */
class ClaimsOfEveryKindTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ClaimsOfEveryKindTest.class);
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "anon", "owner", "group")
        .run(
            "revoke all on schema public from public",
            "create schema api authorization {owner}",
            "grant usage on schema api to {anon}",
            "create function api.pay(integer) returns integer language sql as 'select 1'",
            "create function api.\"Odd, one\"() returns integer language sql as 'select 1'",
            "alter function api.pay owner to {owner}",
            "revoke execute on all functions in schema api from public",
            "create table api.users (id integer, \"pass word\" text, name text, password text)",
            "alter table api.users owner to {owner}",
            "alter table api.users drop column \"pass word\"");
  }

  private static String said(Stage stage, AccessCheck check) throws SQLException {
    Outcome outcome = check.judge(access(stage.target()), Evidence.at(Instant.EPOCH));
    return stage.shortened(
        String.join("\n", outcome.findings().stream().map(Finding::text).toList()));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_routine_that_may_be_called_is_told_with_its_path_and_the_fix(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage = stage(engine)) {
      AccessCheck check = grantee(stage.role("anon")).mayNot(EXECUTE).on(routines("api.*"));
      assertThat(said(stage, check)).isEmpty();
      stage.run("grant execute on function api.pay to {group}", "grant {group} to {anon}");
      assertThat(said(stage, check))
          .isEqualTo(
              """
              anon may do more than it should with api.pay(integer)
                expected  anon may not EXECUTE on routines api.*
                found     EXECUTE: anon is a member of group (inherited), group has EXECUTE on api.pay(integer), granted by owner
                fix       REVOKE group FROM anon
                code      privileges.excess""");
      assertThat(said(stage, grantee(stage.role("anon")).may(EXECUTE).on(routines("pay"))))
          .isEmpty();
      assertThat(said(stage, grantee(stage.role("anon")).may(EXECUTE).on(routines("api.*"))))
          .contains("EXECUTE: DENIED: anon has no EXECUTE on api.\"Odd, one\"(), by no path")
          .contains("GRANT EXECUTE ON ROUTINE api.\"Odd, one\"() TO anon");
      stage.run("revoke usage on schema api from {anon}");
      assertThat(said(stage, grantee(stage.role("anon")).may(EXECUTE).on(routines("pay"))))
          .contains("but no USAGE on schema api")
          .contains("GRANT USAGE ON SCHEMA api TO anon");
      assertThat(said(stage, check)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void default_privileges_of_its_kind_count(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "alter default privileges for role {owner} in schema api"
                    + " grant execute on functions to {anon}",
                "alter default privileges for role {owner} grant usage on types to {anon}",
                "create sequence api.q")) {
      AccessCheck check = grantee(stage.role("anon")).mayNot(EXECUTE).on(routines("api.*"));
      assertThat(said(stage, check))
          .isEqualTo(
              """
              anon will have more than it should on future routines
                expected  anon may not EXECUTE on routines api.*
                found     routines that owner makes in schema api will give EXECUTE to anon
                fix       ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA api REVOKE EXECUTE ON ROUTINES FROM anon
                code      privileges.future""");
      assertThat(said(stage, grantee(stage.role("anon")).mayNot(SELECT).on("api.*"))).isEmpty();
      assertThat(said(stage, grantee(stage.role("anon")).mayNot(EXECUTE).on(routines("api.pay"))))
          .isEmpty();
      assertThat(said(stage, grantee(stage.role("anon")).mayNot(USAGE).on(sequences("api.*"))))
          .isEmpty();
      stage.run(
          "alter default privileges for role {owner} in schema api"
              + " revoke execute on routines from {anon}");
      assertThat(said(stage, check)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void every_kind_passes_fails_and_names_the_revoke_that_ends_it(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create type api.mood as enum ('sad')",
                "revoke usage on type api.mood from public",
                "create sequence api.q",
                "create foreign data wrapper w",
                "create server \"Far\" foreign data wrapper w",
                "select lo_create(424242)",
                "revoke usage on language plpgsql from public")) {
      stage.run("revoke all on database " + stage.database() + " from public");
      PrivilegeClaim usage = grantee(stage.role("anon")).mayNot(USAGE);
      holdsUntil(stage, usage, types("api.*"), "usage on type api.mood");
      holdsUntil(stage, usage, sequences("api.q"), "usage on sequence api.q");
      holdsUntil(stage, usage, foreignServers("Far"), "usage on foreign server \"Far\"");
      holdsUntil(stage, usage, foreignDataWrappers("w"), "usage on foreign data wrapper w");
      holdsUntil(stage, usage, languages("plpgsql"), "usage on language plpgsql");
      holdsUntil(stage, usage, schemas("public"), "usage on schema public");
      PrivilegeClaim create = grantee(stage.role("anon")).mayNot(CREATE);
      holdsUntil(stage, create, schemas("api"), "create on schema api");
      holdsUntil(stage, create, tablespaces("pg_default"), "create on tablespace pg_default");
      ObjectPattern database = databases(stage.database());
      PrivilegeClaim connect = grantee(stage.role("anon")).mayNot(CONNECT, CREATE, TEMPORARY);
      holdsUntil(stage, connect, database, "temporary on database " + stage.database());
      PrivilegeClaim reading = grantee(stage.role("anon")).mayNot(SELECT, UPDATE);
      holdsUntil(stage, reading, largeObjects(), "update on large object 424242");
      holdsUntil(stage, reading, columns("password"), "select (password) on api.users");
      if (stage.major() >= 15) {
        PrivilegeClaim setting = grantee(stage.role("anon")).mayNot(SET, ALTER_SYSTEM);
        holdsUntil(stage, setting, parameters("log_statement"), "set on parameter log_statement");
      }
    }
  }

  /** Until that is granted, and after its revoke as the finding has it. */
  private static void holdsUntil(
      Stage stage, PrivilegeClaim claim, ObjectPattern objects, String grant) throws SQLException {
    AccessCheck check = claim.on(objects);
    assertThat(said(stage, check)).isEmpty();
    stage.run("grant " + grant + " to {anon}");
    Outcome outcome = check.judge(access(stage.target()), Evidence.at(Instant.EPOCH));
    assertThat(outcome.findings()).as(grant).hasSize(1);
    String fix = outcome.findings().get(0).fix();
    assertThat(stage.shortened(fix)).startsWith("REVOKE ").endsWith(" FROM anon");
    stage.run(fix);
    assertThat(said(stage, check)).as(fix).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_kind_of_a_table_is_a_claim_of_its_own(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create foreign data wrapper w",
                "create server far foreign data wrapper w",
                "create foreign table api.remote () server far",
                "create materialized view api.copy as select 1 as one",
                "create view api.v as select 1 as one",
                "grant select on api.v to {anon}")) {
      PrivilegeClaim claim = grantee(stage.role("anon")).mayNot(SELECT);
      assertThat(said(stage, claim.on(foreignTables("*")))).isEmpty();
      assertThat(said(stage, claim.on(materializedViews("*")))).isEmpty();
      assertThat(said(stage, claim.on(views("*"))))
          .contains("anon may do more than it should with api.v");
      stage.run("grant select on api.remote, api.copy to {anon}");
      assertThat(said(stage, claim.on(foreignTables("*"))))
          .contains("expected  anon may not SELECT on foreign tables *")
          .contains("REVOKE SELECT ON api.remote FROM anon");
      assertThat(said(stage, claim.on(materializedViews("api.*"))))
          .contains("REVOKE SELECT ON api.copy FROM anon");
      assertThatThrownBy(() -> said(stage, claim.on(foreignTables("api.copy"))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no foreign table is named like 'api.copy'");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_column_behind_a_view_is_hidden_until_the_view_shows_it(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create view api.people as select id, name from api.users",
                "alter view api.people owner to {owner}",
                "grant select, update on api.people to {anon}")) {
      AccessCheck check =
          grantee(stage.role("anon")).mayNot(SELECT, UPDATE).on(columns("api.users.pass*"));
      assertThat(said(stage, check)).isEmpty();
      assertThat(said(stage, grantee(stage.role("anon")).mayNot(SELECT).on(columns("users.name"))))
          .contains("SELECT: anon has SELECT on api.people")
          .contains("view api.people reads api.users as its owner owner");
      stage.run(
          "create function api.f() returns bigint security definer begin atomic"
              + " select count(*) from api.users where name = 'x'; end",
          "alter function api.f() owner to {owner}",
          "grant execute on function api.f to {anon}");
      assertThat(said(stage, check)).isEmpty();
      stage.run("create or replace view api.people as select id, name, password from api.users");
      assertThat(said(stage, check))
          .contains("SELECT: anon has SELECT on api.people")
          .contains("UPDATE: anon has UPDATE on api.people");
      stage.run(
          "create or replace view api.people as select id, name, (u).password from api.users u");
      assertThat(said(stage, check)).contains("view api.people reads api.users");
      assertThat(said(stage, grantee(stage.role("anon")).mayNot(SELECT).on(columns("*.pass*"))))
          .contains("api.people.password")
          .contains("api.users.password");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void owners_alter_and_drop_what_they_own(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      PrivilegeClaim claim = grantee(stage.role("anon")).mayNot(ALTER, DROP);
      assertThat(said(stage, claim.on(routines("api.*")))).isEmpty();
      assertThat(said(stage, claim.on(schemas("api")))).isEmpty();
      stage.run("grant {owner} to {anon}");
      assertThat(said(stage, claim.on(routines("api.pay"))))
          .contains("owner owns api.pay(integer)")
          .contains("DROP: anon is a member of owner (inherited), owner owns schema api");
      assertThat(said(stage, claim.on(schemas("api")))).contains("owner owns schema api");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_not_there_or_has_no_such_privilege_is_refused(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage = stage(engine)) {
      PrivilegeClaim usage = grantee(stage.role("anon")).mayNot(USAGE);
      PrivilegeClaim select = grantee(stage.role("anon")).mayNot(SELECT);
      BiFunction<PrivilegeClaim, ObjectPattern, String> refused =
          (claim, objects) -> {
            try {
              return "nothing: " + said(stage, claim.on(objects));
            } catch (Refusal e) {
              return e.getMessage();
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          };
      assertThat(refused.apply(usage, types("api.moods")))
          .contains("no type is named like 'api.moods'")
          .contains("correct on(types api.moods)");
      assertThat(refused.apply(usage, sequences("api.*"))).contains("no sequence is named");
      assertThat(refused.apply(usage, foreignServers("*"))).contains("no foreign server is named");
      assertThat(refused.apply(select, columns("api.*"))).contains("no column is named");
      assertThat(refused.apply(select, routines("api.*")))
          .contains("of a routine: ALTER, DROP, EXECUTE")
          .contains("code      access.no-privilege");
      assertThat(refused.apply(select, parameters("work_mem")))
          .contains(stage.major() >= 15 ? "of a parameter: ALTER SYSTEM, SET" : "found     SELECT");
      assertThatThrownBy(() -> grantLeastPrivilege(usage.on(schemas("api"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not about tables");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void parameters_that_anybody_sets_are_told_as_such(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      assumeTrue(stage.major() >= 15);
      assertThat(said(stage, grantee(stage.role("anon")).mayNot(SET).on(parameters("work_mem"))))
          .contains("SET: anybody may set work_mem in a session");
      assertThat(
              said(
                  stage, grantee(stage.role("anon")).mayNot(SET).on(parameters("log_checkpoints"))))
          .isEmpty();
      assertThat(said(stage, grantee(stage.role("anon")).may(SET).on(parameters("datestyle"))))
          .isEmpty();
    }
  }

  /** PUBLIC is each role, and no schema stands before all of them. */
  @ParameterizedTest
  @MethodSource("engines")
  void what_is_granted_to_public_is_told_where_only_some_may_name_it(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage = stage(engine).run("create sequence api.numbers")) {
      AccessCheck tables = grantee("public").mayNot(SELECT).on("api.users");
      AccessCheck matrix =
          accessTo(routines("api.pay"))
              .is(grantee(stage.role("owner")).may(EXECUTE).on(routines("api.pay")))
              .closedTo(grantee("public"));
      AccessCheck column = grantee("public").mayNot(UPDATE).on(columns("api.users.password"));
      AccessCheck sequence = grantee("public").mayNot(USAGE).on(sequences("api.numbers"));
      AccessCheck routine = grantee("public").mayNot(EXECUTE).on(routines("api.pay"));
      List<AccessCheck> all = List.of(tables, matrix, column, sequence, routine);
      for (AccessCheck check : all) {
        assertThat(said(stage, check)).isEmpty();
      }
      stage.run(
          "grant select, update (password) on api.users to public",
          "grant usage on sequence api.numbers to public",
          "grant execute on function api.pay to public");
      assertThat(said(stage, tables))
          .isEqualTo(
              """
              public may do more than it should with api.users
                expected  public may not SELECT on api.users
                found     SELECT: everybody (PUBLIC) has SELECT on api.users, granted by owner, which reaches who has USAGE on schema api: anon, owner, pg_read_all_data, pg_write_all_data
                fix       REVOKE SELECT ON api.users FROM PUBLIC
                code      privileges.excess""");
      for (AccessCheck check : all) {
        assertThat(said(stage, check))
            .contains("which reaches who has USAGE on schema api: ")
            .contains("anon")
            .contains("FROM PUBLIC");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void none_of_what_should_not_be_there_is_an_answer_and_a_misspelt_name_is_not(
      EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      for (ObjectPattern none :
          List.of(
              definerRoutines("*"), definerRoutines("api.*"), foreignTables("*"), largeObjects())) {
        Outcome outcome =
            grantee(stage.role("anon"))
                .mayNot(none.kind() == Kind.ROUTINE ? EXECUTE : SELECT)
                .on(none)
                .judge(access(stage.target()), Evidence.at(Instant.EPOCH));
        assertThat(outcome.status()).as(none + ": " + outcome).isEqualTo(Status.PASSED);
        assertThat(outcome.proof().orElseThrow().facts()).containsValue("there are none");
      }
      for (ObjectPattern misspelt :
          List.of(
              definerRoutines("apy.*"),
              definerRoutines("api.pya"),
              definerRoutines("*.pya"),
              foreignTables("*.remotes"),
              columns("*.passphrase"),
              columns("api.user.password"),
              routines("*.pya"),
              views("*"))) {
        AccessCheck check =
            grantee(stage.role("anon"))
                .mayNot(misspelt.kind() == Kind.ROUTINE ? EXECUTE : SELECT)
                .on(misspelt);
        assertThatThrownBy(() -> said(stage, check))
            .as(misspelt.toString())
            .isInstanceOf(Refusal.class);
      }
      assertThatThrownBy(
              () -> said(stage, grantee(stage.role("anon")).may(EXECUTE).on(definerRoutines("*"))))
          .isInstanceOf(Refusal.class);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_matrix_assertj_and_junit_take_them_all(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine).run("grant execute on function api.pay to {anon}")) {
      EffectiveAccess access = access(stage.target());
      AccessMatrix matrix =
          accessTo(routines("api.*"))
              .is(grantee(stage.role("anon")).may(EXECUTE).on(routines("api.pay")))
              .closedTo(grantee("public"));
      assertThat(said(stage, matrix)).isEmpty();
      assertThat(matrix.cells(access)).hasSize(6);
      assertThat(DatabaseTests.on(stage.target()).of(matrix)).hasSize(2);
      assertThat(access)
          .grantee(stage.role("anon"))
          .mayNot(CREATE)
          .on(schemas("api"))
          .may(EXECUTE)
          .on(routines("api.pay"));
      assertThatThrownBy(
              () ->
                  assertThat(access)
                      .grantee(stage.role("anon"))
                      .mayNot(EXECUTE)
                      .on(routines("api.*")))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("REVOKE EXECUTE ON ROUTINE api.pay(integer) FROM");
      stage.run("revoke execute on function api.pay from {anon}");
      assertThat(said(stage, matrix)).contains("anon may do less than it should");
    }
  }
}
