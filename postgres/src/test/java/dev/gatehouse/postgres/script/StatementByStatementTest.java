package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several indexes built while others write: killed, failed, gone on with, taken back. */
class StatementByStatementTest {
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final String BUILDS =
      """
      CREATE INDEX CONCURRENTLY by_total ON shop.orders (total);

      CREATE UNIQUE INDEX CONCURRENTLY by_number ON shop.orders (number);
      CREATE INDEX CONCURRENTLY by_both ON shop.orders (number, total);
      """;
  private static final String DROPS =
      """
      DROP INDEX CONCURRENTLY shop.by_both;
      DROP INDEX CONCURRENTLY shop.by_number;
      DROP INDEX CONCURRENTLY shop.by_total;
      """;
  private static final String INDEXES =
      "SELECT string_agg(c.relname || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END, ','"
          + " ORDER BY c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
          + " WHERE c.relname LIKE 'by%'";

  private final EngineUnderTest engine =
      EngineUnderTest.onePostgres(StatementByStatementTest.class);
  @TempDir Path work = Path.of("");
  private TestDatabase database = engine.database();
  private Target target = Targets.of(database);
  private Path builds = Path.of("");
  private Path drops = Path.of("");
  private boolean met;

  @BeforeEach
  void a_table() throws SQLException, IOException {
    database.close();
    database = engine.database();
    target = Targets.of(database);
    database.run("CREATE SCHEMA shop");
    database.run("CREATE TABLE shop.orders (number int, total int)");
    database.run("INSERT INTO shop.orders SELECT n, n / 2 FROM generate_series(1, 100) n");
    builds = Files.createDirectories(work.resolve("db"));
    drops = Files.createDirectories(work.resolve("undo"));
    Files.writeString(builds.resolve("003_orders.sql"), BUILDS);
    Files.writeString(drops.resolve("003_orders.sql"), DROPS);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private void twice() throws SQLException {
    database.run("INSERT INTO shop.orders VALUES (7, 7)");
  }

  private static Runbook book(Step step, Step... more) {
    return runbook("indexes", gate("build", step, more));
  }

  private Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  private RunRecord run(Step step, Step... more) {
    return runner().run(Plan.of(book(step, more), target));
  }

  private Step step() {
    return statementByStatement(scripts(builds)).named("indexes").cannotBeUndone("test");
  }

  private String indexes() throws SQLException {
    return String.valueOf(database.one(INDEXES));
  }

  private static String message(RunRecord record) {
    return record.steps().stream().flatMap(step -> step.findings().stream()).toList().toString();
  }

  @Test
  void the_plan_names_each_statement_and_what_takes_it_back() {
    Step step = statementByStatement(scripts(builds)).undoneBy(scripts(drops));
    Plan plan = Plan.of(book(step), target);
    assertThat(plan.outline().steps().get(0).preview())
        .anyMatch(line -> line.startsWith("-- 003_orders.sql  sha256:"))
        .containsSubsequence(
            "-- 003_orders.sql:1",
            "CREATE INDEX CONCURRENTLY by_total ON shop.orders (total);",
            "-- taken back by",
            "DROP INDEX CONCURRENTLY shop.by_total;",
            "-- 003_orders.sql:3",
            "-- 003_orders.sql:4");
    assertThat(plan.outline().steps().get(0).undoPreview())
        .containsSubsequence(
            "DROP INDEX CONCURRENTLY shop.by_both;", "DROP INDEX CONCURRENTLY shop.by_total;");
  }

  /** Each point of the safe order, as an uninterrupted run passes them. */
  private List<String> points() {
    List<String> points = new ArrayList<>();
    RunRecord whole = runner().withPoints(points::add).run(Plan.of(book(step()), target));
    assertThat(whole.state()).as(message(whole)).isEqualTo(RunState.SUCCEEDED);
    return points;
  }

  private void dieAt(int number, String name) throws SQLException {
    database.run("DROP INDEX shop.by_total, shop.by_number, shop.by_both");
    int[] left = {number};
    Run dying =
        runner()
            .withPoints(
                reached -> {
                  if (--left[0] < 0) {
                    throw new Death();
                  }
                })
            .start(Plan.of(book(step()), target));
    Path journal = dying.journal();
    assertThatThrownBy(dying::toEnd).as(name).isInstanceOf(Death.class);
    dying.close();
    try (Run resumed = runner().resume(book(step()), target, journal)) {
      RunRecord record = resumed.toEnd();
      assertThat(record.state()).as(name + message(record)).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.steps().get(0).parts().text()).as(name).isEqualTo("3 of 3 applied");
    }
    assertThat(indexes()).as(name).isEqualTo("by_both,by_number,by_total");
  }

  @Test
  void killed_at_the_second_it_goes_on_behind_the_first() throws Exception {
    List<String> points = points();
    for (String point : List.of("part_intent.durable", "part.applied")) {
      List<Integer> at = new ArrayList<>();
      for (int i = 0; i < points.size(); i++) {
        if (points.get(i).equals("indexes:" + point)) {
          at.add(i);
        }
      }
      assertThat(at).hasSize(3);
      dieAt(at.get(1), point);
    }
  }

  @Test
  @Tag("nightly")
  void killed_at_any_point_it_ends_as_one_that_was_not() throws Exception {
    List<String> points = points();
    int first = points.indexOf("indexes:lease.verified");
    for (int i = first; i < points.indexOf("indexes:outcome.durable"); i++) {
      dieAt(i, points.get(i));
    }
  }

  @Test
  void one_that_fails_stays_half_done_and_the_report_says_what_is_there() throws Exception {
    twice();
    RunRecord record = run(step());
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(record.steps().get(0).state()).isEqualTo(StepState.FAILED_PARTIAL);
    assertThat(RunText.failure(record))
        .contains("'indexes' (1 of 3 applied, 1 half done)")
        .contains("part 003_orders.sql:3: failed, something left behind")
        .contains("part 003_orders.sql:1: in effect")
        .contains("'003_orders.sql:3': a statement outside of transactions failed")
        .contains("duplicated");
    assertThat(indexes()).isEqualTo("by_number invalid,by_total");
    database.run("DELETE FROM shop.orders WHERE number = 7");
    refused(step(), "the index is there already");
    String perhaps = BUILDS.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS");
    RunRecord again = run(statementByStatement(sql(perhaps)).cannotBeUndone("test"));
    assertThat(again.state()).as(message(again)).isEqualTo(RunState.SUCCEEDED);
    assertThat(again.steps().get(0).parts().text()).isEqualTo("2 of 3 applied, 1 found so");
    assertThat(indexes()).isEqualTo("by_both,by_number,by_total");
  }

  @Test
  void one_that_fails_is_taken_back_with_those_before_it() throws Exception {
    twice();
    RunRecord record =
        run(
            statementByStatement(scripts(builds))
                .takenBackBy(scripts(drops))
                .named("indexes")
                .cannotBeUndone("test"));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(indexes()).isEqualTo("null");
  }

  @Test
  void what_was_there_before_is_not_taken_back() throws Exception {
    database.run("CREATE INDEX by_number ON shop.orders (number)");
    RunRecord record =
        run(
            statementByStatement(scripts(builds))
                .takenBackBy(scripts(drops))
                .named("indexes")
                .cannotBeUndone("test"));
    assertThat(message(record)).contains("already exists");
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(indexes()).isEqualTo("by_number");
  }

  @Test
  void all_of_it_is_undone_by_the_same_scripts_when_a_later_step_fails() throws Exception {
    RunRecord record =
        run(
            statementByStatement(scripts(builds)).undoneBy(scripts(drops)),
            rows("select * from shop.orders").are(1));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(indexes()).isEqualTo("null");
  }

  /** Somebody holds the table from the first statement on until the second has met them. */
  @Test
  void one_that_meets_others_is_tried_again_from_there() throws Exception {
    Step step =
        statementByStatement(scripts(builds))
            .withLockTimeout(Duration.ofMillis(300))
            .retrying(3)
            .named("indexes")
            .cannotBeUndone("test");
    List<String> points = new ArrayList<>();
    try (Connection other = database.connect()) {
      other.setAutoCommit(false);
      RunRecord record =
          runner()
              .withPoints(
                  point -> {
                    points.add(point);
                    meet(point, other);
                  })
              .run(Plan.of(book(step), target));
      assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.steps().get(0).parts().text()).isEqualTo("3 of 3 applied");
      assertThat(record.steps().get(0).evidence().orElseThrow().facts())
          .containsEntry("attempts", "2");
    }
    assertThat(points.stream().filter("indexes:part_intent.durable"::equals)).hasSize(4);
    assertThat(indexes()).isEqualTo("by_both,by_number,by_total");
  }

  private void meet(String point, Connection other) {
    try (Statement statement = other.createStatement()) {
      if (point.equals("indexes:part_outcome.durable") && !met) {
        met = true;
        statement.execute("LOCK TABLE shop.orders IN SHARE UPDATE EXCLUSIVE MODE");
      } else if (point.equals("indexes:outcome.durable")) {
        other.rollback();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(Step step, String... words) {
    assertThatThrownBy(() -> Plan.of(book(step), target))
        .isInstanceOf(Refusal.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void what_a_transaction_can_hold_is_refused_with_the_better_verb() throws Exception {
    Files.writeString(builds.resolve("004_more.sql"), "\nALTER TABLE shop.orders ADD note text;\n");
    refused(step(), "004_more.sql:2", "inOneTransaction(sql(\"ALTER TABLE");
  }

  @Test
  void what_nobody_could_look_at_is_refused() {
    refused(
        statementByStatement(sql("CREATE DATABASE other")).cannotBeUndone("test"),
        "sql:1  CREATE DATABASE other",
        "appliedWhen");
  }

  @Test
  void what_takes_back_must_fit() throws Exception {
    Files.writeString(drops.resolve("003_orders.sql"), "DROP INDEX CONCURRENTLY shop.by_both;\n");
    refused(
        statementByStatement(scripts(builds)).undoneBy(scripts(drops)),
        "3 statements, taken back by 1");
    Files.move(drops.resolve("003_orders.sql"), drops.resolve("004_orders.sql"));
    refused(
        statementByStatement(scripts(builds)).takenBackBy(scripts(drops)).cannotBeUndone("test"),
        "no script '004_orders.sql' to take back");
    refused(
        statementByStatement(
                sql("CREATE INDEX CONCURRENTLY IF NOT EXISTS by_both ON shop.orders (total)"))
            .undoneBy(sql("DROP INDEX CONCURRENTLY shop.by_both")),
        "IF [NOT] EXISTS");
  }

  @Test
  void each_needs_what_takes_it_back_where_that_is_its_undo() {
    refused(
        statementByStatement(
                sql("CREATE INDEX CONCURRENTLY one ON shop.orders (total)"),
                sql("CREATE INDEX CONCURRENTLY two ON shop.orders (total)"))
            .undoneBy(sql("DROP INDEX CONCURRENTLY shop.one")),
        "sequence.stays",
        "sql 2:1");
  }
}
