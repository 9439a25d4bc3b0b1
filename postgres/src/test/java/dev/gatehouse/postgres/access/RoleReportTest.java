package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.access.AccessReport;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.AccessCheck;
import dev.gatehouse.dsl.access.RecordedAccess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can this role do: one page, and a file that is compared. */
class RoleReportTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(RoleReportTest.class);
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "anon", "owner", "etl")
        .run(
            "revoke all on schema public from public",
            "create schema api",
            "grant usage on schema api to {anon}",
            "create table api.users (id integer, \"pass|word\" text)",
            "create view api.people as select id from api.users",
            "alter table api.users owner to {owner}",
            "alter view api.people owner to {owner}",
            "create function api.pay() returns integer language sql as 'select 1'",
            "revoke execute on function api.pay() from public",
            "grant select, update on api.people to {anon}",
            "grant execute on function api.pay() to {etl}");
  }

  private static String text(Stage stage) throws SQLException {
    return stage.shortened(access(stage.target()).report(stage.role("anon")).text());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void by_kind_and_path_as_text(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine)) {
      assertThat(text(stage))
          .startsWith(
              """
              what anon can do

              view api.people
                SELECT, UPDATE: anon has SELECT, UPDATE on api.people, granted by owner

              table api.users
                SELECT: anon has SELECT on api.people, granted by owner, view api.people reads api.users as its owner owner
                UPDATE: anon has UPDATE on api.people, granted by owner, view api.people takes UPDATE on to api.users as its owner owner

              schema api
                USAGE: anon has USAGE on schema api, granted by admin

              as everybody
              """)
          .contains("  CONNECT on database: ")
          .contains("  USAGE on language: plpgsql, sql")
          .doesNotContain("EXECUTE")
          .doesNotContain("pg_catalog");
      assertThat(text(stage)).isEqualTo(text(stage));
      stage.run(
          "grant {etl} to {anon}",
          "alter role {anon} createdb replication",
          "revoke all on api.users from {owner}",
          "alter default privileges for role {owner} in schema api grant select on tables to {anon}",
          "alter table api.users enable row level security");
      assertThat(text(stage))
          .contains("of no use, SELECT: view api.people reads api.users as its owner owner, and")
          .contains(
              """
              routine api.pay()
                EXECUTE: anon is a member of etl (inherited), etl has EXECUTE on api.pay(), granted by admin
              """)
          .contains(
              """
              can make itself or others more
                anon has REPLICATION: it copies the whole server

              on what is still to be made
                tables that owner makes in schema api will give SELECT to anon
              """);
    }
  }

  /** A page that left them out would say that the role has nothing there. */
  @ParameterizedTest
  @MethodSource("engines")
  void columns_alone_are_told(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "revoke all on api.people from {anon}",
                "grant select (id), update (\"pass|word\") on api.users to {anon}")) {
      assertThat(text(stage))
          .contains(
              """
              table api.users
                SELECT: anon has SELECT on column id of api.users, granted by owner
                UPDATE: anon has UPDATE on column "pass|word" of api.users, granted by owner
              """);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void as_markdown_and_as_json(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(engine)
            .run(
                "create table api.\"a|b*\" ()",
                "grant select on api.\"a|b*\" to {anon}",
                "create policy p on api.\"a|b*\" using (current_setting('app.x') = 'y')",
                "alter table api.\"a|b*\" enable row level security")) {
      AccessReport report = access(stage.target()).report(stage.role("anon"));
      assertThat(stage.shortened(report.markdown()))
          .startsWith("# What anon")
          .contains("## Tables, views and the like\n\n| what | can | how |\n|---|---|---|\n")
          .contains("| table api.\"a\\|b\\*\" | rows | SELECT: policy p")
          .contains("## Schemas\n");
      assertThat(Json.parse(report.json().getBytes(StandardCharsets.UTF_8)))
          .containsEntry("role", stage.role("anon"))
          .containsKeys("objects", "everybody", "escalations", "future", "unread");
      assertThat(report.json()).contains("\"fix\": \"REVOKE SELECT, UPDATE ON api.people FROM ");
      stage.run("alter role {anon} superuser");
      AccessReport above = access(stage.target()).report(stage.role("anon"));
      assertThat(above.entries()).isEmpty();
      assertThat(stage.shortened(above.text()))
          .contains("anon is a superuser: it is above all grants");
      assertThatThrownBy(() -> access(stage.target()).report("nobody at all"))
          .isInstanceOf(Refusal.class);
    }
  }

  private static String said(Stage stage, AccessCheck check) throws SQLException {
    Outcome outcome = check.judge(access(stage.target()), Evidence.at(Instant.EPOCH));
    return stage.shortened(
        String.join("\n", outcome.findings().stream().map(Finding::text).toList()));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_was_recorded_is_compared_line_by_line(EngineUnderTest engine, @TempDir Path directory)
      throws Exception {
    try (Stage stage = stage(engine)) {
      Path files = directory.resolve("access");
      String role = stage.role("anon");
      String like = role.substring(0, role.length() - 1);
      RecordedAccess check = grantee(like + "*").isAsRecordedIn(files.toString());
      assertThatThrownBy(() -> said(stage, check))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("it is not recorded what anon")
          .hasMessageContaining("code      access.unrecorded");
      assertThat(check.record(stage.target())).isPositive();
      assertThat(said(stage, check)).isEmpty();
      assertThat(files.resolve(stage.role("anon") + ".txt")).content().contains("api.people");
      stage.run("revoke update on api.people from {anon}", "grant create on schema api to {anon}");
      assertThat(said(stage, check))
          .contains("anon can do other things than were recorded")
          .contains("- view api.people: SELECT, UPDATE: anon has SELECT, UPDATE on api.people")
          .contains("+ view api.people: SELECT: anon has SELECT on api.people")
          .contains("+ schema api: CREATE, USAGE: anon has CREATE, USAGE on schema api");
      check.record(stage.target());
      assertThat(said(stage, check)).isEmpty();
      String definer =
          "create or replace function api.note() returns void language plpgsql security definer"
              + " as 'begin perform %s; end'";
      stage.run(definer.formatted("1"));
      check.record(stage.target());
      assertThat(said(stage, check)).isEmpty();
      stage.run(definer.formatted("2"));
      assertThat(said(stage, check))
          .contains("- runs for it in the name of others, body: api.note(): ");
      check.record(stage.target());
      stage.run("alter function api.note() security invoker");
      check.record(stage.target());
      stage.run(definer.replace("security definer", "").formatted("3"));
      assertThat(said(stage, check)).isEmpty();
      Files.writeString(files.resolve(like + "_gone.txt"), "what it could do\n");
      assertThat(said(stage, check)).contains(like + "_gone is recorded, and there no more");
    }
  }
}
