package dev.gatehouse.mysql.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.rehearsed;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A change and its undo on a copy of the target's own server, and what is wrong with them. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // JDBC heeds no interrupt
class RehearsalTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");
  private Backups backups;
  private Content content;

  static List<Served> servers() {
    return Served.share(RehearsalTest.class);
  }

  @BeforeEach
  void a_shop() throws Exception {
    backups = new Backups(served, work);
    backups.execute(
        "CREATE TABLE orders (id INT PRIMARY KEY, total INT NOT NULL DEFAULT 0,"
            + " note VARCHAR(20), KEY by_total (total)) COMMENT '%s'"
                .formatted(backups.database.name()),
        "INSERT INTO orders VALUES (1, 10, 'a'), (2, 20, NULL), (3, 30, 'c')",
        "CREATE TABLE `lines` (id INT PRIMARY KEY, order_id INT,"
            + " CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders (id))",
        "INSERT INTO `lines` VALUES (1, 1), (2, 3)",
        "CREATE TABLE seen (id INT PRIMARY KEY)",
        "INSERT INTO seen VALUES (7)",
        "CREATE VIEW totals AS SELECT SUM(total) AS total FROM orders",
        "CREATE TRIGGER no_less BEFORE UPDATE ON orders FOR EACH ROW"
            + " SET NEW.total = GREATEST(NEW.total, 0)",
        "CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
        "CREATE PROCEDURE more () UPDATE orders SET total = total + 1");
    content = backups.content();
  }

  @AfterEach
  void the_target_is_untouched_and_no_copy_is_left() throws Exception {
    try (Backups closed = backups) {
      assertThat(content.differences(closed.content())).isEmpty();
      assertThat(
              closed.database.one(
                  "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema LIKE"
                      + " 'gatehouse\\_drill\\_%%' AND table_comment = '%s'"
                          .formatted(closed.database.name())))
          .isEqualTo("0");
    }
  }

  /**
   * What is done, and what takes it back; each a list of statements.
   *
   * @param rows in one transaction; else one after the other
   */
  private record Pair(boolean rows, List<String> there, List<String> back) {
    static Pair rows(String there, String back) {
      return new Pair(true, split(there), split(back));
    }

    static Pair schema(String there, String back) {
      return new Pair(false, split(there), split(back));
    }

    private static List<String> split(String statements) {
      return List.of(statements.split("; "));
    }

    Change change() {
      String first = String.join(";\n", there);
      String second = String.join(";\n", back);
      return rows
          ? inOneTransaction(sql(first))
              .named("change")
              .undoneBy(inOneTransaction(sql(second)).named("back").cannotBeUndone("the way back"))
          : statementByStatement(sql(first))
              .named("change")
              .undoneBy(
                  statementByStatement(sql(second)).named("back").cannotBeUndone("the way back"));
    }
  }

  private static final List<Pair> RIGHT =
      List.of(
          Pair.rows(
              "UPDATE orders SET total = total + 1; INSERT INTO `lines` VALUES (3, 2)",
              "DELETE FROM `lines` WHERE id = 3; UPDATE orders SET total = total - 1"),
          Pair.schema(
              "ALTER TABLE orders ADD COLUMN extra INT; CREATE INDEX by_note ON orders (note)",
              "DROP INDEX by_note ON orders; ALTER TABLE orders DROP COLUMN extra"),
          Pair.rows(
              "DELETE FROM `lines` WHERE id = 2; CALL more()",
              "UPDATE orders o SET o.total = o.total - 1; INSERT INTO `lines` VALUES (2, 3)"),
          Pair.schema(
              "CREATE TABLE a (x INT); CREATE TABLE b (y INT)", "DROP TABLE b; DROP TABLE a"),
          Pair.rows(
              "UPDATE orders SET note = 'b' WHERE id = 2; UPDATE orders SET note = 'd' WHERE id = 3",
              "UPDATE orders SET note = 'c' WHERE id = 3; UPDATE orders SET note = NULL WHERE id ="
                  + " 2"),
          Pair.schema(
              "RENAME TABLE seen TO looked; CREATE FUNCTION thrice (n INT) RETURNS INT DETERMINISTIC"
                  + " RETURN n * 3",
              "DROP FUNCTION thrice; RENAME TABLE looked TO seen"),
          Pair.rows(
              "INSERT INTO orders VALUES (4, twice(20), 'new'); UPDATE `lines` SET order_id = 4",
              "UPDATE `lines` SET order_id = IF(id = 1, 1, 3); DELETE FROM orders WHERE id = 4"),
          Pair.schema(
              "CREATE VIEW most AS SELECT MAX(total) AS total FROM orders; CREATE TRIGGER no_more"
                  + " BEFORE INSERT ON seen FOR EACH ROW SET NEW.id = 1",
              "DROP TRIGGER no_more; DROP VIEW most"));

  /** What is made wrong with a pair that is right. */
  private enum Fault {
    LOST_ROWS {
      @Override
      Pair in(Pair pair) {
        return with(pair, "DELETE FROM `lines` WHERE id = 1", "DROP TABLE `lines`");
      }
    },
    OTHER_VALUES {
      @Override
      Pair in(Pair pair) {
        return with(
            pair,
            "UPDATE orders SET note = 'A' WHERE id = 1",
            "ALTER TABLE orders ALTER total SET DEFAULT 7");
      }
    },
    LEFT_OVER {
      @Override
      Pair in(Pair pair) {
        List<String> there = new ArrayList<>(pair.there);
        there.add(
            pair.rows ? "INSERT INTO seen VALUES (8)" : "CREATE INDEX left_over ON seen (id)");
        return new Pair(pair.rows, there, pair.back);
      }
    },
    UNDO_THAT_DOES_LESS {
      @Override
      Pair in(Pair pair) {
        return new Pair(pair.rows, pair.there, pair.back.subList(1, pair.back.size()));
      }
    },
    HALF_A_SCRIPT {
      @Override
      Pair in(Pair pair) {
        List<String> there = new ArrayList<>(pair.there);
        there.add(
            pair.rows
                ? "INSERT INTO orders VALUES (1, 1, 'twice')"
                : "ALTER TABLE `lines` DROP FOREIGN KEY of_order, ADD UNIQUE (order_id),"
                    + " DROP COLUMN gone");
        return new Pair(pair.rows, there, pair.back);
      }
    };

    abstract Pair in(Pair pair);

    /** The undo does that, too. */
    private static Pair with(Pair pair, String row, String definition) {
      List<String> back = new ArrayList<>(pair.back);
      back.add(pair.rows ? row : definition);
      return new Pair(pair.rows, pair.there, back);
    }
  }

  private RunRecord run(Change change) throws Exception {
    return Runner.journalingTo(work.resolve("journals")).run(plan(change));
  }

  private Plan plan(Change change) throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("dump");
    return Plan.of(
        runbook(
            "Housekeeping",
            gate("Backup", dump),
            gate(
                "Rehearsed",
                rehearsed(change).onCopyOf(dump).intoScratchDatabase().named("rehearsal"))),
        backups.target);
  }

  private String missed(Fault fault, Pair right) throws Exception {
    RunRecord record;
    try {
      record = run(fault.in(right).change());
    } catch (Refusal refused) {
      // found while planning, which is sooner; but not because a rehearsal was refused
      assertThat(refused).as("%s", fault.in(right)).hasMessageNotContaining("rehearsal.beyond");
      return "";
    }
    return record.step("rehearsal").orElseThrow().state() == StepState.FAILED_CLEAN
        ? ""
        : record.state() + " " + fault + " " + fault.in(right) + "\n";
  }

  /** A sample, of rows and of definitions. */
  @Test
  void what_is_wrong_is_found_on_the_copy() throws Exception {
    StringBuilder missed = new StringBuilder();
    int pair = 0;
    for (Fault fault : List.of(Fault.LOST_ROWS, Fault.LEFT_OVER, Fault.HALF_A_SCRIPT)) {
      missed.append(missed(fault, RIGHT.get(pair++)));
    }
    assertThat(missed).asString().isEmpty();
  }

  @Test
  @Tag("nightly")
  void all_that_is_wrong_is_found_on_the_copy() throws Exception {
    StringBuilder missed = new StringBuilder();
    int planted = 0;
    for (Pair right : RIGHT) {
      for (Fault fault : Fault.values()) {
        missed.append(missed(fault, right));
        planted++;
      }
    }
    System.out.println(served + ": " + planted + " faults planted, missed: [" + missed + "]");
    assertThat(planted).isGreaterThanOrEqualTo(40);
    assertThat(missed).asString().isEmpty();
  }

  @Test
  void what_is_right_passes() throws Exception {
    passes(RIGHT.subList(0, 2));
  }

  @Test
  @Tag("nightly")
  void all_that_is_right_passes() throws Exception {
    passes(RIGHT);
  }

  private void passes(List<Pair> pairs) throws Exception {
    for (Pair right : pairs) {
      RunRecord record = run(right.change());
      assertThat(record.step("rehearsal").orElseThrow().findings()).as("%s", right).isEmpty();
      assertThat(record.state()).as("%s", right).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.step("rehearsal").orElseThrow().evidence().orElseThrow().facts())
          .containsEntry("compared", "rows, states and definitions")
          .containsEntry("rows", "6");
    }
  }

  /** The session, and so the server that makes it, reads a program otherwise than its maker's. */
  @Test
  void a_program_that_is_made_again_is_another_under_another_sql_mode() throws Exception {
    backups.execute("SET SESSION sql_mode = ''", "CREATE PROCEDURE odd () SELECT 1");
    content = backups.content();
    RunRecord record =
        run(Pair.schema("DROP PROCEDURE odd", "CREATE PROCEDURE odd () SELECT 1").change());
    assertThat(record.step("rehearsal").orElseThrow().findings().toString())
        .contains("procedure odd is not as it was", "sqlMode");
  }

  @Test
  void what_would_leave_the_copy_is_refused_while_planning() {
    for (Pair beyond :
        List.of(
            Pair.rows("INSERT INTO seen SELECT 1 FROM mysql.user", "DELETE FROM seen"),
            Pair.schema("DROP TABLE nowhere.orders", "DROP TABLE seen"),
            Pair.schema("CREATE TABLE a (x INT)", "DROP TABLE mysql.user"))) {
      assertThatThrownBy(() -> plan(beyond.change()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("rehearsal.beyond");
    }
  }

  /** Replicas were not told that it was made, and would end at a change of what they have not. */
  @Test
  void replicas_are_told_nothing_of_a_copy() throws Exception {
    Artifact artifact = backups.backUp();
    List<String> logged = new ArrayList<>();
    backups.method.drill(
        artifact,
        backups.unpacked(artifact),
        new Scratch.OnServer(backups.target),
        "run/" + backups.database.name(),
        copy -> {
          try (Connection session = copy.dialect().openWriting(copy)) {
            logged.add(Queries.one(session, "SELECT @@SESSION.sql_log_bin"));
          }
        },
        Progress.SILENT);
    try (Connection session = Sessions.writing(backups.target)) {
      logged.add(Queries.one(session, "SELECT @@SESSION.sql_log_bin"));
    }
    assertThat(logged).containsExactly("0", "1");
  }

  /** It sleeps on the copy, where nothing but the run can end it. */
  @Test
  void an_abort_leaves_neither_copy_nor_statement() throws Exception {
    Change slow =
        Pair.rows("INSERT INTO seen SELECT 1000 + SLEEP(120)", "DELETE FROM seen WHERE id > 900")
            .change();
    try (Run run = Runner.journalingTo(work.resolve("journals")).start(plan(slow))) {
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::untilPeople);
      while (sleeping().equals("0")) {
        assertThat(ended).isNotDone();
        TimeUnit.MILLISECONDS.sleep(50);
      }
      run.abort("me", "so");
      RunRecord record = ended.get(90, TimeUnit.SECONDS);
      assertThat(sleeping()).isEqualTo("0");
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(record.step("rehearsal").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
    }
  }

  private String sleeping() throws Exception {
    return backups.database.one(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE db LIKE 'gatehouse%drill%'"
            + " AND info LIKE 'INSERT INTO seen SELECT 1000%'");
  }
}
