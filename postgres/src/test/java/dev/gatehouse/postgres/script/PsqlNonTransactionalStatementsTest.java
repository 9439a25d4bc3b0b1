package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.outsideTransaction;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.GatehouseSchema;
import dev.gatehouse.postgres.session.Queries;
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

/** What no transaction holds: what a failed try leaves is found, told and cleared away. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class PsqlNonTransactionalStatementsTest {
  private static final String BUILD =
      "CREATE UNIQUE INDEX CONCURRENTLY \"Ord;ers\" ON shop.orders (total)";
  private static final String DROP = "DROP INDEX CONCURRENTLY shop.\"Ord;ers\"";
  private static final String ANOTHER = "gatehouse_another";

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(PsqlNonTransactionalStatementsTest.class);
  }

  private final EngineUnderTest engine;

  private TestDatabase database;
  private Target target;
  private Path work;

  PsqlNonTransactionalStatementsTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void a_table(@TempDir Path directory) throws SQLException {
    work = directory;
    database = engine.database();
    target = Targets.of(database);
    try (Connection connection = database.connect()) {
      Queries.run(connection, "CREATE SCHEMA shop");
      Queries.run(connection, "CREATE TABLE shop.orders (id int PRIMARY KEY, total int)");
      Queries.run(
          connection, "INSERT INTO shop.orders SELECT n, n / 2 FROM generate_series(1, 100) n");
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static NonTransactional lone(String sql) {
    return new PsqlNonTransactionalStatements().read(Script.of("sql", sql));
  }

  private State state(String sql) throws SQLException {
    try (Connection connection = database.connect()) {
      return lone(sql).probe(connection).map(ProbedState::state).orElseThrow();
    }
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = database.connect()) {
      return Queries.pinned(connection, sql);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect()) {
      Queries.run(connection, sql);
    }
  }

  private RunRecord run(Step step, Step... more) {
    Plan plan = Plan.of(runbook("indexes", gate("build", step, more)), target);
    return Runner.journalingTo(work.resolve("journals")).run(plan);
  }

  private static String message(RunRecord record) {
    return record.steps().stream().flatMap(s -> s.findings().stream()).toList().toString();
  }

  @Test
  void an_index_left_invalid_is_dropped_before_the_next_try() throws Exception {
    assertThat(state(BUILD)).isEqualTo(State.NOT_APPLIED);
    try (Connection connection = database.connect()) {
      assertThatThrownBy(() -> lone(BUILD).execute(connection, "key"))
          .hasMessageContaining("duplicated");
    }
    assertThat(state(BUILD)).isEqualTo(State.REPEATABLE);
    // The server is content with the wreck.
    execute(BUILD.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS"));
    assertThat(state(BUILD)).isEqualTo(State.REPEATABLE);
    execute("UPDATE shop.orders SET total = id");
    try (Connection connection = database.connect()) {
      lone(BUILD.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS")).execute(connection, "key");
    }
    assertThat(state(BUILD)).isEqualTo(State.APPLIED);
    assertThat(one("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isEqualTo("0");
  }

  @Test
  void somebody_elses_build_is_not_taken_for_a_wreck() throws Exception {
    try (Connection connection = database.connect()) {
      assertThatThrownBy(() -> lone(BUILD).execute(connection, "key"))
          .isInstanceOf(SQLException.class);
    }
    try (Connection other = database.connect();
        Connection connection = database.connect()) {
      other.setAutoCommit(false);
      Queries.run(other, "LOCK TABLE shop.orders IN SHARE UPDATE EXCLUSIVE MODE");
      assertThatThrownBy(() -> lone(BUILD).execute(connection, "key"))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("somebody is at work on its table")
          .hasMessageContaining("LOCK TABLE shop.orders");
    }
    assertThat(state(BUILD)).isEqualTo(State.REPEATABLE);
  }

  @Test
  void a_build_that_fails_before_our_eyes_is_undone() throws Exception {
    RunRecord record =
        run(
            outsideTransaction(sql(BUILD))
                .undoneBy(
                    outsideTransaction(sql("DROP INDEX CONCURRENTLY IF EXISTS shop.\"Ord;ers\""))));
    assertThat(message(record)).contains("duplicated");
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(one("SELECT count(*) FROM pg_class WHERE relname = 'Ord;ers'")).isEqualTo("0");
  }

  @Test
  void an_index_is_built_and_proven_and_dropped_again_when_a_later_step_fails() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    RunRecord record =
        run(
            outsideTransaction(sql(BUILD))
                .named("unique totals")
                .undoneBy(outsideTransaction(sql("DROP INDEX CONCURRENTLY shop.\"Ord;ers\""))),
            rows("select * from shop.orders").are(7));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(one("SELECT count(*) FROM pg_class WHERE relname = 'Ord;ers'")).isEqualTo("0");
  }

  @Test
  void an_index_that_is_there_already_is_refused_while_planning() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    execute(BUILD);
    assertThatThrownBy(() -> run(outsideTransaction(sql(BUILD)).cannotBeUndone("test")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the index is there already");
    RunRecord record =
        run(
            outsideTransaction(sql(BUILD.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS")))
                .cannotBeUndone("test"));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void an_index_is_rebuilt_and_its_leftovers_are_cleared() throws Exception {
    String rebuild = "REINDEX INDEX CONCURRENTLY shop.orders_pkey";
    assertThat(state(rebuild)).isEqualTo(State.NOT_APPLIED);
    execute("CREATE INDEX orders_pkey_ccnew ON shop.orders (id)");
    execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid ="
            + " 'shop.orders_pkey_ccnew'::regclass");
    assertThat(state(rebuild)).isEqualTo(State.REPEATABLE);
    assertThat(state("REINDEX (VERBOSE, CONCURRENTLY) TABLE shop.orders"))
        .isEqualTo(State.REPEATABLE);
    assertThat(state("REINDEX SCHEMA CONCURRENTLY shop")).isEqualTo(State.REPEATABLE);
    RunRecord record = run(outsideTransaction(sql(rebuild)).cannotBeUndone("test"));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(state(rebuild)).isEqualTo(State.NOT_APPLIED);
  }

  @Test
  void vacuum_runs_and_may_be_repeated() throws Exception {
    RunRecord record =
        run(outsideTransaction(sql("VACUUM (ANALYZE) shop.orders")).cannotBeUndone("test"));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void what_nobody_could_look_at_needs_a_query_that_can() throws Exception {
    String alter = "ALTER SYSTEM SET autovacuum_naptime = '61s'";
    assertThatThrownBy(() -> run(outsideTransaction(sql(alter)).cannotBeUndone("test")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("nobody could tell")
        .hasMessageContaining(".appliedWhen(");
    RunRecord record =
        run(
            outsideTransaction(sql(alter))
                .appliedWhen(
                    "select 1 from pg_file_settings where name = 'autovacuum_naptime'"
                        + " and setting = '61s'")
                .undoneBy(
                    outsideTransaction(sql("ALTER SYSTEM RESET autovacuum_naptime"))
                        .appliedWhen("select 1")),
            rows("select * from shop.orders").are(7));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
  }

  /** Such as IF NOT EXISTS over something else, or a query that looks for another name. */
  @Test
  void a_statement_whose_own_proof_shows_nothing_is_in_doubt_until_a_person_says()
      throws Exception {
    Step step =
        outsideTransaction(sql("ALTER SYSTEM SET autovacuum_naptime = '62s'"))
            .appliedWhen("select 1 from pg_file_settings where name = 'autovacuum_naptimes'")
            .named("naptime")
            .undoneBy(
                outsideTransaction(sql("ALTER SYSTEM RESET autovacuum_naptime"))
                    .appliedWhen("select 1"));
    Runbook book = runbook("indexes", gate("build", step));
    Runner runner = Runner.journalingTo(work.resolve("journals"));
    Path journal;
    try (Run run = runner.start(Plan.of(book, target))) {
      journal = run.journal();
      assertThat(run.toEnd().state()).isEqualTo(RunState.IN_DOUBT);
      assertThat(run.record().steps().get(0).state()).isEqualTo(StepState.IN_DOUBT);
      assertThat(message(run.record())).contains("no row came from", "appliedWhen(");
    }
    try (Run resumed = runner.resume(book, target, journal)) {
      assertThat(resumed.toEnd().state()).isEqualTo(RunState.IN_DOUBT);
      assertThat(RunText.failure(resumed.record()))
          .contains("'naptime' is in doubt: a statement returned, and nothing shows its effect");
      assertThat(resumed.record().steps().get(0).reason())
          .isEqualTo("it returned without an error, and nothing shows what it did");
      resumed.resolve("naptime", ProbeResult.Kind.PARTIAL, "dba", "it stands in the file");
      assertThat(resumed.toEnd().state()).isEqualTo(RunState.UNDONE);
    }
    assertThat(one("select count(*) from pg_file_settings where name like 'autovacuum_naptime%'"))
        .isEqualTo("0");
  }

  @Test
  void what_a_query_shows_before_is_not_undone() throws Exception {
    Step step =
        outsideTransaction(sql("CREATE DATABASE " + ANOTHER))
            .appliedWhen("select 1 from pg_database where datname = '" + ANOTHER + "'")
            .undoneBy(
                outsideTransaction(sql("DROP DATABASE " + ANOTHER))
                    .appliedWhen(
                        "select 1 where not exists (select from pg_database where datname = '"
                            + ANOTHER
                            + "')"));
    Plan plan = Plan.of(runbook("another", gate("make", step)), target);
    execute("CREATE DATABASE " + ANOTHER);
    try {
      assertThatThrownBy(() -> run(step)).hasMessageContaining("statement.so-already");
      RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
      assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(message(record)).contains("it is so before the statement is executed");
      assertThat(one("SELECT count(*) FROM pg_database WHERE datname = '" + ANOTHER + "'"))
          .isEqualTo("1");
    } finally {
      execute("DROP DATABASE IF EXISTS " + ANOTHER);
    }
  }

  private Step undone() {
    return outsideTransaction(sql(BUILD))
        .withLockTimeout(Duration.ofMillis(500))
        .named("unique totals")
        .undoneBy(outsideTransaction(sql("DROP INDEX CONCURRENTLY IF EXISTS shop.\"Ord;ers\"")));
  }

  private RunRecord run(Plan plan) {
    return Runner.journalingTo(work.resolve("journals")).run(plan);
  }

  private static Plan plan(Step step, Target target) {
    return Plan.of(runbook("indexes", gate("build", step)), target);
  }

  /** Somebody else may have made the schema, for runs that keep nothing. */
  @Test
  void without_a_place_to_keep_what_is_there_it_is_refused_while_planning() throws Exception {
    Account owner = database.newAccount("owner");
    execute("ALTER TABLE shop.orders OWNER TO " + owner.name());
    execute("GRANT USAGE ON SCHEMA shop TO " + owner.name());
    try (Connection connection = database.connect()) {
      GatehouseSchema.ensure(connection);
    }
    Target owners = Targets.of(database, owner);
    assertThatThrownBy(() -> plan(undone(), owners))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("neither for " + owner.name())
        .hasMessageContaining("CREATE TABLE IF NOT EXISTS gatehouse.kept (key text PRIMARY KEY")
        .hasMessageContaining("GRANT SELECT, INSERT, UPDATE ON gatehouse.kept TO " + owner.name());
    assertThat(plan(undone(), target).full())
        .contains("-- before: which index is there is kept in gatehouse.kept");
  }

  @Test
  void an_index_that_somebody_built_meanwhile_is_not_undone() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    Plan plan = plan(undone(), target);
    execute(BUILD);
    RunRecord record = run(plan);
    assertThat(message(record)).contains("already exists");
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(state(BUILD)).isEqualTo(State.APPLIED);
  }

  @Test
  void somebody_elses_invalid_index_is_not_undone() throws Exception {
    assertThatThrownBy(() -> execute(BUILD)).isInstanceOf(SQLException.class);
    Plan plan = plan(undone(), target);
    try (Connection other = database.connect()) {
      other.setAutoCommit(false);
      Queries.run(other, "LOCK TABLE shop.orders IN SHARE UPDATE EXCLUSIVE MODE");
      RunRecord record = run(plan);
      assertThat(message(record)).contains("somebody is at work on its table");
      assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
    }
    assertThat(state(BUILD)).isEqualTo(State.REPEATABLE);
  }

  @Test
  void an_invalid_index_that_is_replaced_by_a_second_one_is_the_steps_own() throws Exception {
    assertThatThrownBy(() -> execute(BUILD)).isInstanceOf(SQLException.class);
    RunRecord record = run(plan(undone(), target));
    assertThat(message(record)).contains("duplicated");
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(state(BUILD)).isEqualTo(State.NOT_APPLIED);
  }

  @Test
  void killed_before_its_statement_it_takes_nobodys_index_for_its_own() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    Runbook book = runbook("indexes", gate("build", undone()));
    Runner runner = Runner.journalingTo(work.resolve("journals"));
    Run dying =
        runner
            .withPoints(
                point -> {
                  if (point.equals("unique totals:intent.durable")) {
                    throw new Error("dead");
                  }
                })
            .start(Plan.of(book, target));
    assertThatThrownBy(dying::toEnd).hasMessage("dead");
    Path journal = dying.journal();
    dying.close();
    execute(BUILD);
    try (Run resumed = runner.resume(book, target, journal)) {
      RunRecord record = resumed.toEnd();
      assertThat(message(record)).contains("already exists");
      assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
    }
    assertThat(state(BUILD)).isEqualTo(State.APPLIED);
  }

  @Test
  void what_may_do_nothing_is_refused_where_its_undo_would_take_what_was_there() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    Step step =
        outsideTransaction(sql(BUILD.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS")))
            .undoneBy(outsideTransaction(sql("DROP INDEX CONCURRENTLY shop.\"Ord;ers\"")));
    Plan plan = plan(step, target);
    execute(BUILD);
    assertThatThrownBy(() -> plan(step, target)).hasMessageContaining("statement.so-already");
    RunRecord record = run(plan);
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(state(BUILD)).isEqualTo(State.APPLIED);
  }

  private static Step dropped() {
    return outsideTransaction(sql(DROP))
        .withLockTimeout(Duration.ofMillis(500))
        .undoneBy(outsideTransaction(sql(BUILD)));
  }

  @Test
  void an_index_that_is_gone_before_it_is_dropped_is_not_built_by_the_undo() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    execute(BUILD);
    Plan plan = plan(dropped(), target);
    execute(DROP);
    RunRecord record = run(plan);
    assertThat(message(record)).contains("does not exist");
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(state(BUILD)).isEqualTo(State.NOT_APPLIED);
  }

  @Test
  void an_index_that_is_half_dropped_is_told_as_such_and_built_again() throws Exception {
    execute("UPDATE shop.orders SET total = id");
    execute(BUILD);
    Plan plan = plan(dropped(), target);
    try (Connection other = database.connect()) {
      other.setAutoCommit(false);
      Queries.run(other, "SELECT count(*) FROM shop.orders");
      RunRecord record =
          Runner.journalingTo(work.resolve("journals"))
              .withPoints(
                  point -> {
                    if (point.endsWith(":outcome.durable")) {
                      end(other);
                    }
                  })
              .run(plan);
      assertThat(record.steps().get(0).state()).as(message(record)).isEqualTo(StepState.UNDONE);
    }
    assertThat(state(BUILD)).isEqualTo(State.APPLIED);
  }

  private static void end(Connection other) {
    try {
      other.rollback();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_a_transaction_can_hold_and_what_is_several_is_refused() {
    assertThatThrownBy(() -> lone("CREATE INDEX i ON t (a)"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("inOneTransaction(sql(");
    assertThatThrownBy(() -> lone("VACUUM; VACUUM"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("each a step of its own");
    assertThatThrownBy(() -> lone("CREATE INDEX CONCURRENTLY ON t (a)"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the_name");
  }

  @Test
  void each_statement_of_a_script_is_told_with_its_place() {
    String script = BUILD + ";\n-- two\n\nVACUUM orders;";
    assertThat(new PsqlNonTransactionalStatements().readEach(Script.of("1.sql", script)))
        .extracting(placed -> placed.where() + " " + placed.statement().sql())
        .containsExactly("1.sql:1 " + BUILD, "1.sql:4 VACUUM orders");
    assertThatThrownBy(() -> lone("\\i other.sql"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("sql:1");
  }
}
