package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a script leaves in its session, and what shows only when its transaction commits. */
class ScriptEndsTest {
  @TempDir private Path directory = Path.of("");
  private Target target = Target.at("none", "jdbc:sqlite:none", Sqlite.dialect());

  @BeforeEach
  void two_tables() throws SQLException {
    target =
        Desk.shop(
            directory.resolve("shop.db"),
            "create table parent(id integer primary key)",
            "create table child(id integer primary key, parent_id integer"
                + " references parent(id) deferrable initially deferred)",
            "insert into parent values (1)");
  }

  private RunRecord run(TransactionPart first, TransactionPart... more) {
    return Runner.journalingTo(directory.resolve("journals"))
        .run(
            Plan.of(
                runbook("r", gate("g", inOneTransaction(first, more).cannotBeUndone("test"))),
                target));
  }

  @Test
  void a_deferred_reference_that_leads_nowhere_is_named_when_the_commit_finds_it() {
    RunRecord record =
        run(sql("insert into child values (1, 1), (2, 7), (3, 7), (4, 8), (5, null)"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(RunText.failure(record))
        .contains("deferred references lead nowhere at the commit")
        .contains("child (parent_id) = 7 leads to no row of parent (rows: 2)")
        .contains("child (parent_id) = 8 leads to no row of parent (rows: 1)")
        .contains("add the rows that are referred to, or correct or delete those");
    assertThat(run(sql("insert into child values (1, 9); insert into parent values (9)")).state())
        .isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_temporary_table_does_not_answer_a_check_for_another() {
    RunRecord record =
        run(
            sql("create temp table Parent(id integer); create temp table beside(a)"),
            noRows("bad", "select 1 from parent where id = 1"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(RunText.failure(record))
        .contains("a script left temporary tables in the way of the checks")
        .contains("DROP TABLE temp.Parent");
  }

  @Test
  void what_was_applied_before_is_recognised() {
    for (String statement :
        List.of(
            "create table child(a)",
            "alter table child add column id integer",
            "create index i on child(id); create index i on child(id)")) {
      RunRecord record = run(sql(statement));
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(RunText.failure(record))
          .as(statement)
          .contains("it is there already: was this script applied before?")
          .contains("take out what was applied;");
    }
  }

  @Test
  void a_setting_that_ended_with_its_script_is_told() {
    RunRecord record = run(sql("select 1; pragma legacy_alter_table = on"));
    assertThat(record.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry("ended with its script", "legacy_alter_table was changed by sql:1");
    assertThat(List.of(record.state())).containsExactly(RunState.SUCCEEDED);
  }
}
