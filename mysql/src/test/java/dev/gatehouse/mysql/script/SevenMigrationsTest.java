package dev.gatehouse.mysql.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** DDL that commits by itself, seven scripts of it: killed, failed, taken back, gone on with. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class SevenMigrationsTest {
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final List<String> MIGRATIONS =
      List.of(
          "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(40))",
          "ALTER TABLE orders ADD COLUMN note VARCHAR(40)",
          "CREATE INDEX by_total ON orders (total)",
          "ALTER TABLE item ADD COLUMN price INT NOT NULL DEFAULT 0",
          "ALTER TABLE orders ADD UNIQUE INDEX by_number (number)",
          "RENAME TABLE item TO items",
          "DROP TABLE legacy");

  /** All but the last, which nothing brings back. */
  private static final List<String> BACK =
      List.of(
          "DROP TABLE item",
          "ALTER TABLE orders DROP COLUMN note",
          "DROP INDEX by_total ON orders",
          "ALTER TABLE item DROP COLUMN price",
          "ALTER TABLE orders DROP INDEX by_number",
          "RENAME TABLE items TO item");

  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  private TestDatabase database = served.engine().database();
  private Target target = Targets.of(database);
  private Path migrations = Path.of("");
  private Path back = Path.of("");

  static List<Served> servers() {
    return Served.share(SevenMigrationsTest.class);
  }

  @BeforeEach
  void a_database() throws SQLException, IOException {
    migrations = written("migrations", MIGRATIONS);
    back = written("back", BACK);
    anew();
  }

  private void anew() throws SQLException {
    database.close();
    database = served.engine().database();
    target = Targets.of(database);
    database.run(
        List.of(
            "CREATE TABLE orders (id INT PRIMARY KEY, number INT, total INT)",
            "INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20)",
            "CREATE TABLE legacy (id INT)"));
  }

  private Path written(String name, List<String> scripts) throws IOException {
    Path directory = Files.createDirectories(work.resolve(name));
    for (int number = 1; number <= scripts.size(); number++) {
      Files.writeString(
          directory.resolve("00" + number + ".sql"),
          "-- " + number + "\n" + scripts.get(number - 1));
    }
    return directory;
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private static Runbook book(Step step) {
    return runbook("seven migrations", gate("apply", step));
  }

  private Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  private Step step() {
    return statementByStatement(scripts(migrations)).named("migrations").cannotBeUndone("test");
  }

  private Step takenBack() {
    return statementByStatement(scripts(migrations))
        .takenBackBy(scripts(back))
        .named("migrations")
        .cannotBeUndone("test");
  }

  private RunRecord run(Step step) {
    return runner().run(Plan.of(book(step), target));
  }

  private static String message(RunRecord record) {
    return record.steps().stream().flatMap(step -> step.findings().stream()).toList().toString();
  }

  /** Columns and indexes of all tables. */
  private String schema() throws SQLException {
    return database.one(
            "SELECT GROUP_CONCAT(CONCAT(table_name, '.', column_name, ' ', column_type, ' ',"
                + " is_nullable) ORDER BY table_name, column_name) FROM"
                + " information_schema.columns WHERE table_schema = DATABASE()")
        + "; "
        + database.one(
            "SELECT GROUP_CONCAT(CONCAT(table_name, '.', index_name, ' ', column_name) ORDER BY"
                + " table_name, index_name) FROM information_schema.statistics"
                + " WHERE table_schema = DATABASE()")
        + "; "
        + database.one("SELECT GROUP_CONCAT(total ORDER BY id) FROM orders");
  }

  /** The points an uninterrupted run passes, from its first action on, and the schema it leaves. */
  private String lived(List<String> points) throws SQLException {
    RunRecord whole = runner().withPoints(points::add).run(Plan.of(book(step()), target));
    assertThat(whole.state()).as(message(whole)).isEqualTo(RunState.SUCCEEDED);
    return schema();
  }

  private void dieAt(int point, List<String> points, String expected) throws SQLException {
    anew();
    String name = point + " " + points.get(point);
    int[] left = {point};
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
      assertThat(record.steps().get(0).parts().text()).as(name).isEqualTo("7 of 7 applied");
    }
    assertThat(schema()).as(name).isEqualTo(expected);
  }

  /** The n-th point of that name, counted from 1. */
  private static int nth(List<String> points, String name, int n) {
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).equals("migrations:" + name)) {
        at.add(i);
      }
    }
    assertThat(at).hasSize(MIGRATIONS.size());
    return at.get(n - 1);
  }

  @Test
  void killed_before_and_after_a_migration_it_ends_like_the_uninterrupted_run() throws Exception {
    List<String> points = new ArrayList<>();
    String expected = lived(points);
    assertThat(expected)
        .contains("items.price", "orders.note", "by_number")
        .doesNotContain("legacy");
    dieAt(nth(points, "part_intent.durable", 5), points, expected);
    dieAt(nth(points, "part.applied", 3), points, expected);
  }

  @Test
  @Tag("nightly")
  void killed_at_each_point_it_ends_like_the_uninterrupted_run() throws Exception {
    List<String> points = new ArrayList<>();
    String expected = lived(points);
    int end = points.indexOf("migrations:outcome.durable");
    assertThat(end).isGreaterThan(7 * 6);
    for (int at = points.indexOf("migrations:lease.verified"); at < end; at++) {
      dieAt(at, points, expected);
    }
  }

  @Test
  void what_fails_leaves_those_before_it_and_the_report_says_which() throws Exception {
    database.run("INSERT INTO orders VALUES (3, 2, 30)");
    RunRecord record = run(step());
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.NOT_UNDONE);
    assertThat(RunText.failure(record))
        .contains("'005.sql:2': a statement outside of transactions failed")
        .contains("Duplicate entry")
        .contains("'migrations' (4 of 7 applied), cannot be undone")
        .contains("part 004.sql:2: in effect")
        .contains("part 001.sql:2: in effect")
        .doesNotContain("part 005.sql");
    assertThat(schema()).contains("item.price", "orders.by_total").doesNotContain("by_number");
  }

  @Test
  void what_fails_is_taken_back_last_first() throws Exception {
    database.run("INSERT INTO orders VALUES (3, 2, 30)");
    String before = schema();
    RunRecord record = run(takenBack());
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(record.steps().get(0).parts().text()).isEqualTo("4 of 7 applied, 4 taken back");
    assertThat(schema()).isEqualTo(before);
  }

  @Test
  void a_table_that_was_there_before_is_not_dropped_by_taking_back() throws Exception {
    database.run("CREATE TABLE item (id INT)");
    String before = schema();
    RunRecord record = run(takenBack());
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(message(record)).contains("001.sql:2");
    assertThat(schema()).isEqualTo(before);
  }
}
