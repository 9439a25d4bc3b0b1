package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.Gatehouse.trial;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes made of scripts, run to their end on a real server. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class ScriptRunTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ScriptRunTest.class);
  }

  private final EngineUnderTest engine;

  private TestDatabase database;
  private Target target;
  private Path work;

  ScriptRunTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void a_database(@TempDir Path directory) throws SQLException {
    work = directory;
    database = engine.database();
    target = Targets.of(database);
    execute(
        "CREATE SCHEMA audit",
        "CREATE TABLE audit.change_log (operation text, user_name text, at timestamptz)",
        "CREATE TABLE orders (id int PRIMARY KEY, total int)",
        "INSERT INTO orders SELECT n, n FROM generate_series(1, 100) n");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = database.connect()) {
      for (String sql : statements) {
        Queries.run(connection, sql);
      }
    }
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = database.connect()) {
      return Queries.pinned(connection, sql);
    }
  }

  private Baseline catalogue() throws SQLException {
    try (Connection connection = database.connect()) {
      return Postgres.dialect().catalogue().orElseThrow().read(connection);
    }
  }

  private void script(String name, String text) throws IOException {
    Path file = work.resolve("db").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private RunRecord run(Step step, Step... more) {
    Plan plan = Plan.of(runbook("scripts", gate("apply", step, more)), target);
    return Runner.journalingTo(work.resolve("journals")).run(plan);
  }

  private static String message(RunRecord record) {
    return record.steps().stream()
        .flatMap(step -> step.findings().stream())
        .map(Object::toString)
        .toList()
        .toString();
  }

  @Test
  void scripts_checks_and_an_audit_row_are_applied_together() throws Exception {
    script(
        "up/001_make.sql",
        "\\set s public\n\\ir ../parts/items.sql\nCREATE VIEW v AS TABLE items;");
    script("up/002_fill.sql", "COPY items FROM stdin;\n1\ta;b\n2\t\\N\n\\.\nANALYZE items;");
    script("parts/items.sql", "CREATE TABLE :\"s\".items (id int, name text);");
    Change change =
        inOneTransaction(
                scripts(work.resolve("db/up")).includingFrom(work.resolve("db")),
                tableExists("items"),
                rows("select * from v").are(2),
                sql(
                    "INSERT INTO audit.change_log"
                        + " VALUES ('HOUSEKEEPING', current_user, now())"))
            .withLockTimeout(Duration.ofSeconds(10))
            .withStatementTimeout(Duration.ofMinutes(5))
            .named("housekeeping")
            .cannotBeUndone("test");
    Plan plan = Plan.of(runbook("scripts", gate("apply", change)), target);
    assertThat(plan.outline().steps().get(0).preview())
        .startsWith("SET LOCAL lock_timeout = 10000", "SET LOCAL statement_timeout = 300000")
        .anyMatch(line -> line.startsWith("-- parts/items.sql  sha256:"))
        .contains("CREATE TABLE \"public\".items (id int, name text);", "COPY items FROM stdin;");
    RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.step("housekeeping").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("rowsChanged", "3");
    assertThat(one("SELECT string_agg(coalesce(name, '-'), ',') FROM public.items"))
        .isEqualTo("a;b,-");
    assertThat(one("SELECT count(*) FROM audit.change_log")).isEqualTo("1");
  }

  @Test
  void a_statement_that_fails_leaves_nothing_and_is_named_by_file_and_line() throws Exception {
    script("up/001.sql", "CREATE TABLE items (id int);\n\\ir ../parts/bad.sql\n");
    script("parts/bad.sql", "-- here\nINSERT INTO items\n VALUES ('x');");
    Baseline before = catalogue();
    RunRecord record =
        run(
            inOneTransaction(scripts(work.resolve("db/up")).includingFrom(work.resolve("db")))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(message(record)).contains("parts/bad.sql:2", "invalid input syntax");
    assertThat(before.drift(catalogue())).isEmpty();
  }

  @Test
  void a_lock_that_is_not_to_be_had_gives_up_in_time() throws Exception {
    try (Connection holder = database.connect()) {
      holder.setAutoCommit(false);
      Queries.run(holder, "LOCK TABLE orders IN ACCESS SHARE MODE");
      long begun = System.nanoTime();
      RunRecord record =
          run(
              inOneTransaction(sql("ALTER TABLE orders ADD COLUMN more int"))
                  .withLockTimeout(Duration.ofMillis(200))
                  .cannotBeUndone("test"));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(message(record)).contains("lock timeout");
    }
    RunRecord slow =
        run(
            inOneTransaction(sql("SELECT pg_sleep(60)"))
                .withStatementTimeout(Duration.ofMillis(200))
                .cannotBeUndone("test"));
    assertThat(slow.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(message(slow)).contains("statement timeout");
  }

  @Test
  void scripts_that_go_down_take_back_those_that_went_up() throws Exception {
    script("up/001.sql", "CREATE TABLE items (id int);");
    script("up/002.sql", "ALTER TABLE orders ADD COLUMN item int;");
    script("down/001.sql", "ALTER TABLE orders DROP COLUMN item;\nDROP TABLE items;");
    Change change =
        inOneTransaction(scripts(work.resolve("db/up")))
            .undoneBy(inOneTransaction(scripts(work.resolve("db/down"))));
    Plan plan =
        Plan.of(
            runbook("scripts", gate("apply", change, rows("select * from orders").are(7))), target);
    assertThat(plan.outline().steps().get(0).undoPreview())
        .contains("ALTER TABLE orders DROP COLUMN item;", "DROP TABLE items;")
        .anyMatch(line -> line.startsWith("-- 001.sql  sha256:"));
    // Read and pinned while planning: what is edited since does not count.
    script("down/001.sql", "DROP TABLE orders;");
    Baseline before = catalogue();
    RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(before.drift(catalogue()).stream().map(d -> d.object().words()).toList())
        .noneMatch(words -> words.contains("items") || words.contains(".item"));
    assertThat(one("SELECT count(*) FROM public.orders")).isEqualTo("100");
  }

  @Test
  void a_trial_tells_what_would_change_and_changes_nothing() throws Exception {
    Baseline before = catalogue();
    RunRecord record =
        run(
            trial(
                inOneTransaction(
                        sql(
                            "CREATE TABLE items (id int); ALTER TABLE orders ALTER total TYPE"
                                + " bigint; DROP TABLE audit.change_log; DELETE FROM orders WHERE"
                                + " id > 90"),
                        rows("select * from orders").are(90))
                    .named("housekeeping")));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.step("trial: housekeeping").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("rolledBack", "true")
        .containsEntry("rowsChanged", "10")
        .hasEntrySatisfying(
            "wouldChange",
            lines ->
                assertThat(lines)
                    .contains("+ table public.items", "- table audit.change_log")
                    .contains("~ column public.orders.total  type: integer -> bigint"));
    assertThat(one("SELECT count(*) FROM public.orders")).isEqualTo("100");
    assertThat(
            before.drift(catalogue()).stream()
                .filter(drift -> !drift.object().words().contains("gatehouse"))
                .toList())
        .isEmpty();
  }

  @Test
  void a_trial_fails_where_the_commit_would_have_failed() throws Exception {
    execute("CREATE TABLE items (id int REFERENCES orders DEFERRABLE INITIALLY DEFERRED)");
    RunRecord record = run(trial(inOneTransaction(sql("INSERT INTO items VALUES (1000)"))));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(message(record)).contains("could not have been committed", "foreign key");
  }

  @Test
  void what_the_server_cannot_parse_is_refused_while_planning_also_as_an_undo() {
    Change wrong = inOneTransaction(sql("SELECT 1;\nDROP TABEL orders")).cannotBeUndone("test");
    assertThatThrownBy(() -> run(wrong))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     sql:2  DROP TABEL orders")
        .hasMessageContaining("syntax error at or near \"TABEL\"")
        .hasMessageContaining("code      script.syntax");
    Change undo =
        inOneTransaction(sql("CREATE TYPE mood AS ENUM ('a')"))
            .undoneBy(inOneTransaction(sql("ALTER TYPE mood DROP VALUE 'a'")));
    assertThatThrownBy(() -> run(undo))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("script.syntax");
    Change right =
        inOneTransaction(
                sql(
                    "CREATE RULE r AS ON DELETE TO orders DO ALSO (SELECT 1; SELECT 2);"
                        + " CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;"
                        + " CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $gatehouse$ SELECT 1;"
                        + " $gatehouse$ -- so\n; DO $$ BEGIN NULL; END $$; SELECT 1 INTO TEMP x;"
                        + " INSERT INTO orders SELECT max(id) + 1 FROM orders /* end */"))
            .cannotBeUndone("test");
    assertThat(run(right).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void what_cannot_be_included_is_refused_while_planning() throws Exception {
    script("up/001.sql", "\\ir ../parts/items.sql\n");
    script("parts/items.sql", "SELECT 1;");
    Change change = inOneTransaction(scripts(work.resolve("db/up"))).cannotBeUndone("test");
    assertThatThrownBy(() -> run(change))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("leaves the directory")
        .hasMessageContaining("includingFrom");
    script("up/001.sql", "\\i link.inc\n");
    Files.createSymbolicLink(work.resolve("db/up/link.inc"), work.resolve("db/parts/items.sql"));
    assertThatThrownBy(() -> run(change))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is no regular file");
    Files.move(work.resolve("db/up/link.inc"), work.resolve("db/link.inc"));
    script("up/001.sql", "\\i link.inc\n");
    Change wider =
        inOneTransaction(scripts(work.resolve("db/up")).includingFrom(work.resolve("db")))
            .cannotBeUndone("test");
    assertThatThrownBy(() -> run(wider))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is a symbolic link");
    script("up/001.sql", "\\i absent.sql\n");
    assertThatThrownBy(() -> run(wider))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no such file");
    script("up/001.sql", "\\i /etc/passwd\n");
    assertThatThrownBy(() -> run(wider))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("leaves the directory");
  }
}
