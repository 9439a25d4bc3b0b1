package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value added to an enum is not used before the commit. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class NewEnumValuesTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(NewEnumValuesTest.class);
  }

  private final EngineUnderTest engine;
  private TestDatabase database;
  private Target target;
  private Path work;

  NewEnumValuesTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void open(@TempDir Path directory) {
    work = directory;
    database = engine.database();
    target = Targets.of(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RunRecord run(TransactionPart... parts) {
    return Runner.journalingTo(work.resolve("journals"))
        .run(
            Plan.of(
                runbook(
                    "Scripts",
                    gate("g", inOneTransaction(parts[0], rest(parts)).cannotBeUndone("test"))),
                target));
  }

  private static TransactionPart[] rest(TransactionPart... parts) {
    return List.of(parts).subList(1, parts.length).toArray(TransactionPart[]::new);
  }

  @ParameterizedTest
  @Sampled(
      few = 4,
      of = {
        "INSERT INTO t VALUES ('b')",
        "COPY t FROM stdin;\na\nb\n\\.\n",
        "CREATE VIEW v AS SELECT * FROM t WHERE m = 'b'",
        "DO $do$ BEGIN INSERT INTO t VALUES ('b'); END $do$",
        "INSERT INTO s VALUES ('{a,b}')",
        "COPY s FROM stdin;\n{a,b}\n\\.\n",
        "COPY t FROM stdin WITH (FORMAT csv);\n\"b\"\n\\.\n",
        "INSERT INTO t VALUES ($x$b$x$)",
        "INSERT INTO d VALUES ('b')",
        "ALTER TYPE mood RENAME VALUE 'b' TO 'c'; INSERT INTO t VALUES ('c')",
        "CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'b'::mood $$",
      })
  void a_new_enum_value_cannot_be_used_by_the_same_transaction(String use) throws Exception {
    database.run("CREATE TYPE mood AS ENUM ('a')");
    database.run("CREATE TABLE t (m mood)");
    database.run("CREATE TABLE s (ms mood[])");
    database.run("CREATE DOMAIN dm AS mood");
    database.run("CREATE TABLE d (m dm)");
    TransactionPart add = sql("ALTER TYPE \"mood\" ADD VALUE IF NOT EXISTS 'b' BEFORE 'a'");
    assertThatThrownBy(() -> run(add, sql(use)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("script.new-enum-value")
        .hasMessageContaining("sql:1 adds it to mood; sql:1 names it")
        .hasMessageContaining("into an inOneTransaction(...) of its own before this one");
    assertThat(run(add).state()).isEqualTo(RunState.SUCCEEDED);
    RunRecord after = run(add, sql(use));
    assertThat(after.state()).as(RunText.recap(after)).isEqualTo(RunState.SUCCEEDED);
  }

  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {
        "DO $$ BEGIN ALTER TYPE mood ADD VALUE 'b'; EXCEPTION WHEN duplicate_object THEN NULL;"
            + " END $$",
        "DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE IF NOT EXISTS ''b'''; END $$",
      })
  void one_that_a_block_adds_is_seen(String block) throws Exception {
    database.run("CREATE TYPE mood AS ENUM ('a')");
    database.run("CREATE TABLE t (m mood)");
    assertThatThrownBy(() -> run(sql(block), sql("INSERT INTO t VALUES ('b')")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("script.new-enum-value");
  }

  @Test
  void a_check_may_name_it_behind_the_transaction() throws Exception {
    database.run("CREATE TYPE mood AS ENUM ('a')");
    database.run("CREATE TABLE t (m mood)");
    Step add =
        inOneTransaction(sql("ALTER TYPE mood ADD VALUE 'b'")).named("add").cannotBeUndone("test");
    Check none = noRows("none yet", "select 1 from t where m = 'b'");
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(Plan.of(runbook("Scripts", gate("g", add, none)), target));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    Check other = noRows("none", "select 1 from t where m = 'c'");
    assertThatThrownBy(() -> run(sql("ALTER TYPE mood ADD VALUE 'c'"), other))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("ask in a step behind it");
  }

  @Test
  void where_the_text_does_not_tell_the_server_does() throws Exception {
    database.run("CREATE TYPE mood AS ENUM ('a')");
    database.run("CREATE TABLE t (m mood)");
    RunRecord record =
        run(sql("ALTER TYPE mood ADD VALUE 'b'"), sql("INSERT INTO t SELECT chr(98)::mood"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.steps().get(0).findings().get(0).fix())
        .startsWith("put ALTER TYPE ... ADD VALUE into an inOneTransaction(...) of its own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TYPE mood RENAME VALUE 'a' TO 'c'; INSERT INTO t VALUES ('c')",
        "ALTER TYPE mood ADD VALUE 'b'; ALTER TYPE mood ADD VALUE 'c' AFTER 'b';"
            + " COMMENT ON TYPE mood IS 'b'; CREATE FUNCTION f() RETURNS mood LANGUAGE plpgsql"
            + " AS $$ BEGIN RETURN 'b'; END $$",
        "INSERT INTO t VALUES ('a'); ALTER TYPE mood ADD VALUE 'b'",
      })
  void what_every_server_allows_is_allowed(String script) throws Exception {
    database.run("CREATE TYPE mood AS ENUM ('a')");
    database.run("CREATE TABLE t (m mood)");
    RunRecord record = run(sql(script));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_label_of_any_length_is_read_over() {
    String label = "x".repeat(200_000);
    for (String add :
        List.of(
            "ALTER TYPE mood ADD VALUE '%s'".formatted(label),
            "DO $$ BEGIN ALTER TYPE mood ADD VALUE '%s'; END $$".formatted(label),
            "ALTER TYPE mood ADD VALUE 'b'; ALTER TYPE mood RENAME VALUE 'b' TO '%s'"
                .formatted(label))) {
      assertThatThrownBy(() -> run(sql(add), sql("INSERT INTO t VALUES ('" + label + "')")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("script.new-enum-value");
    }
  }

  /** Only since version 17. */
  @Test
  void what_a_transaction_adds_to_an_enum_of_its_own_may_be_used_where_the_server_lets_it() {
    TransactionPart script =
        sql(
            "CREATE TYPE tone AS ENUM ('x'); ALTER TYPE tone ADD VALUE 'y';"
                + " CREATE TABLE s (m tone DEFAULT 'y'); INSERT INTO s VALUES ('y')");
    if (Integer.parseInt(engine.version().split("\\.")[0]) < 17) {
      assertThatThrownBy(() -> run(script))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("script.new-enum-value");
    } else {
      assertThat(run(script).state()).isEqualTo(RunState.SUCCEEDED);
    }
  }
}
