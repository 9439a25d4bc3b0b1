package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.recordBaseline;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.catalogue.DumpAndRestore;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server prints otherwise after a dump stands in the way of no proof and no way back. */
class DefinitionsAfterDumpTest {
  /** Each in a schema of its own, which is named after it. */
  private static final Map<String, List<String>> CASES = new LinkedHashMap<>();

  static {
    add("check", "create table d(n int, k text, check (n between 1 and 10 and k > 'a'))");
    add("not_between", "create table d(a int, b int, check (a not between 1 and 5 or b > 3))");
    add(
        "view",
        "create table d(n int, k text)",
        "create view v as select * from d where n between 1 and 10 and k > 'a'");
    add(
        "matview",
        "create table d(n int, k text)",
        "create materialized view v as select * from d where n between 1 and 10 and k > 'a'");
    add(
        "policy",
        "create table d(n int, k text)",
        "alter table d enable row level security",
        "create policy p on d using (n between 1 and 10 and k > 'a')");
    add(
        "partial_index",
        "create table d(n int, k text)",
        "create index i on d(n) where n between 1 and 10 and k > 'a'");
    add(
        "domain",
        "create domain dm as int check (value between 1 and 10 and value <> 5)",
        "create table d(x dm)");
    add(
        "generated_column",
        "create table d(n int, k text, g bool generated always as (n between 1 and 10 and k > 'a')"
            + " stored)");
    add(
        "trigger_when",
        "create table d(n int, k text)",
        "create function trg() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger t before insert on d for each row when (new.n between 1 and 10 and new.k >"
            + " 'a') execute function trg()");
    add(
        "sql_function_body",
        "create table d(n int)",
        "create function f(a int default 5) returns bool language sql begin atomic select a between"
            + " 1 and 10 and a <> 3; end");
    add(
        "default_of_a_function",
        "create function f(a bool default (1 between 0 and 2 and 3 > 2)) returns bool language"
            + " plpgsql as 'begin return a  ; end'");
    add(
        "exclusion",
        "create table x(r int4range, n int, exclude using gist (r with &&) where (n between 1 and"
            + " 10 and n <> 3))");
    add("plain_between", "create table d(n int, check (n between 1 and 10))");
    add(
        "union_with_null",
        "create table a(x int)",
        "create table b(x int, c text)",
        "create view v as select q.x, q.c from (select b.x, b.c from b union all select a.x, null"
            + " from a) q");
    add(
        "join_on_true",
        "create table a(x int)",
        "create table b(x int, c text)",
        "create view v as select a.x, z.c from a natural left join (select c from b) z");
    add("array_of_varchar", "create table d(v varchar(9), check (v in ('a', 'b')))");
    add(
        "default_of_a_domain",
        "create sequence q",
        "create domain dm as int default nextval('q')",
        "create table d(x dm)");
    add(
        "hash_of_an_enum",
        "create type mood as enum ('sad', 'ok', 'fine', 'good')",
        "create table h(m mood, n int) partition by hash (m)",
        "create table h0 partition of h for values with (modulus 3, remainder 0)",
        "create table h1 partition of h for values with (modulus 3, remainder 1)",
        "create table h2 partition of h for values with (modulus 3, remainder 2)",
        "insert into h select (enum_range(null::mood))[1 + i % 4], i from generate_series(1, 40) i");
  }

  private static void add(String name, String... statements) {
    CASES.put(name, List.of(statements));
  }

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(DefinitionsAfterDumpTest.class);
  }

  private RunRecord run(Runbook runbook, Target target) {
    return Runner.journalingTo(work.resolve("journals")).run(Plan.of(runbook, target));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_drill_a_restore_an_undo_and_a_copy_have_the_same_definitions(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database();
        TestDatabase copy = engine.database()) {
      boolean trigrams = fill(database);
      Dumps dumps = new Dumps(engine, database, work);
      new DumpAndRestore(engine, work).between(database, copy);
      Target other =
          Target.at("copy", copy.jdbcUrl(), copy.account(), copy.secret(), Postgres.dialect());
      RunRecord compared =
          run(
              runbook("Compared", gate("Same as its copy", noDrift().from(other).named("Copy"))),
              dumps.target);
      assertThat(compared.state()).as(told(compared)).isEqualTo(RunState.SUCCEEDED);
      Evidence drift = compared.step("Copy").orElseThrow().evidence().orElseThrow();
      assertThat(drift.fact("no differences").orElse(""))
          .contains("view union_with_null.v")
          .contains(trigrams ? "extension pg_trgm" : "");

      leaveAnInvalidIndex(database);
      BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
      RunRecord undone =
          run(
              runbook(
                  "Undone",
                  gate("Backup", dump),
                  gate("Proved", restoreDrill(dump).intoScratchDatabase().named("Drill")),
                  gate(
                      "Change",
                      inOneTransaction(sql("drop table \"check\".d")).undoneBy(restore(dump))),
                  gate("Judged", noRows("select 1").named("Never"))),
              dumps.target);
      assertThat(undone.state()).as(told(undone)).isEqualTo(RunState.UNDONE);
      Evidence drill = undone.step("Drill").orElseThrow().evidence().orElseThrow();
      assertThat(drill.fact("level")).contains("L4 EQUAL");
      assertThat(drill.fact("printed otherwise").orElse(""))
          .contains("view view.v", "policy policy.d.p", "constraint \"check\".d.d_check")
          .contains("view union_with_null.v", "view join_on_true.v", "index partial_index.i");
      assertThat(drill.fact("not in a dump")).contains("invalid index public.dup_a");
      assertThat(drill.fact("rows in other leaves").orElse("")).contains("hash_of_an_enum.h");
      make(database, "view");
      leaveAnInvalidIndex(database);
      BackUp second = backUp(into(work.resolve("vault"))).named("Dump");
      Path baseline = work.resolve("baseline.jsonl");
      run(runbook("Recorded", gate("Baseline", recordBaseline(baseline))), dumps.target);
      RunRecord restored =
          run(
              runbook(
                  "Restored",
                  gate("Backup", second),
                  gate("Back", restore(second).named("Restore")),
                  gate("Same as before", noDrift().from(baseline))),
              dumps.target);
      assertThat(restored.state()).as(told(restored)).isEqualTo(RunState.SUCCEEDED);
      assertThat(
              restored
                  .step("Restore")
                  .orElseThrow()
                  .evidence()
                  .orElseThrow()
                  .fact("printed otherwise"))
          .isPresent();
    }
  }

  private static String told(RunRecord record) {
    return record.steps().stream()
        .flatMap(step -> step.findings().stream())
        .map(Finding::text)
        .collect(Collectors.joining("\n"));
  }

  /** Whether the server has pg_trgm. */
  private static boolean fill(TestDatabase database) throws Exception {
    for (String name : CASES.keySet()) {
      make(database, name);
    }
    try (Connection session = database.connect()) {
      Queries.run(session, "create table dup as select 1 as a from generate_series(1, 2)");
      if (session.getMetaData().getDatabaseMajorVersion() >= 15) {
        Queries.run(session, "create table pt(a int primary key)");
        Queries.run(
            session, "create publication pub1 for table pt where (a between 1 and 5 and a <> 3)");
      }
      String available =
          "select exists (select from pg_available_extensions where name = 'pg_trgm')";
      if (!Queries.isTrue(session, available)) {
        return false;
      }
      Queries.run(session, "create extension pg_trgm");
      Queries.run(session, "comment on extension pg_trgm is null");
      return true;
    }
  }

  /** As a person wrote it: no dump has printed it yet. */
  private static void make(TestDatabase database, String name) throws Exception {
    try (Connection session = database.connect()) {
      Queries.run(session, "drop schema if exists \"" + name + "\" cascade");
      Queries.run(session, "create schema \"" + name + "\"");
      Queries.run(session, "set search_path = \"" + name + "\"");
      for (String statement : CASES.getOrDefault(name, List.of())) {
        Queries.run(session, statement);
      }
    }
  }

  private static void leaveAnInvalidIndex(TestDatabase database) throws Exception {
    try (Connection session = database.connect()) {
      assertThatThrownBy(
              () -> Queries.run(session, "create unique index concurrently dup_a on dup (a)"))
          .hasMessageContaining("could not create unique index");
    }
  }
}
