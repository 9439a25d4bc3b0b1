package dev.gatehouse.mysql.maintenance;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.FakeDialect;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import dev.gatehouse.mysql.backup.TypeZoo;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables are damaged in their files, and found. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class TablesTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  private TestDatabase database;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Target target;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void tables() throws Exception {
    database = served.engine().database();
    target = Targets.of(database);
    database.run("CREATE TABLE kept (id INT PRIMARY KEY, name VARCHAR(40))");
    database.run("INSERT INTO kept VALUES (1, 'a'), (2, 'b')");
    database.run("CREATE TABLE mine (id INT PRIMARY KEY, name VARCHAR(40)) ENGINE = MyISAM");
    database.run("INSERT INTO mine VALUES (1, 'a'), (2, 'b'), (3, 'c')");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Outcome asked(Tables tables) throws Exception {
    return At.ask(target, tables.areSound());
  }

  /** Overwrites a part of a table's file while the server has it closed. */
  private void damage(String table, String extension, long from, int length) throws Exception {
    database.run("FLUSH TABLES");
    Path file =
        Path.of(database.one("SELECT @@GLOBAL.datadir"))
            .resolve(database.name())
            .resolve(table + extension);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(from);
      open.write(new byte[length]);
    }
  }

  private void cut(String table, String extension, long to) throws Exception {
    database.run("FLUSH TABLES");
    Path file =
        Path.of(database.one("SELECT @@GLOBAL.datadir"))
            .resolve(database.name())
            .resolve(table + extension);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(to);
    }
  }

  private RunRecord run(Change change) throws Exception {
    Plan plan = Plan.of(runbook("Work", gate("Done", change)), target);
    try (Run run = Runner.journalingTo(Files.createTempDirectory(directory, "j")).start(plan)) {
      return run.toEnd();
    }
  }

  private static StepState state(RunRecord record) {
    return record.steps().get(0).state();
  }

  @Test
  void sound_tables_pass_and_a_crashed_one_is_found_and_repaired() throws Exception {
    assertThat(asked(MySql.tables()).status()).isEqualTo(Status.PASSED);
    cut("mine", ".MYI", 1024);
    Outcome found = asked(MySql.tables());
    assertThat(found.status()).isEqualTo(Status.FAILED);
    assertThat(found.findings()).hasSize(1);
    assertThat(At.said(found))
        .startsWith("the engine finds table 'mine' damaged\n  expected  CHECK TABLE: status OK\n")
        .contains("error: ", "REPAIR TABLE `mine`", "table.damaged");
    assertThat(asked(MySql.tables("kept")).status()).isEqualTo(Status.PASSED);

    RunRecord repaired = run(MySql.tables().repaired().cannotBeUndone("tried"));
    assertThat(state(repaired))
        .as(repaired.steps().get(0).findings().toString())
        .isEqualTo(StepState.SUCCEEDED);
    assertThat(repaired.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry("worked on", "mine");
    assertThat(asked(MySql.tables()).status()).isEqualTo(Status.PASSED);
    assertThat(database.one("SELECT COUNT(*) FROM mine")).isEqualTo("3");
    RunRecord again = run(MySql.tables().repaired().cannotBeUndone("tried"));
    assertThat(again.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry("worked on", "none: all are sound");
  }

  /** A repair keeps what it can read, and says so in a warning of a statement that succeeds. */
  @Test
  void a_repair_that_loses_rows_fails_or_was_accepted() throws Exception {
    cut("mine", ".MYD", 25);
    assertThat(asked(MySql.tables()).status()).isEqualTo(Status.FAILED);
    RunRecord lost = run(MySql.tables("mine").repaired().cannotBeUndone("tried"));
    assertThat(state(lost)).isEqualTo(StepState.FAILED_PARTIAL);
    assertThat(lost.steps().get(0).findings().toString())
        .contains("table.rows-changed", "Number of rows changed from 3 to ");
    database.run("TRUNCATE TABLE mine");
    database.run("INSERT INTO mine VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    cut("mine", ".MYD", 25);
    RunRecord accepted =
        run(
            MySql.tables("mine")
                .acceptingOtherRowCounts("they are copied again")
                .repaired()
                .cannotBeUndone("tried"));
    assertThat(state(accepted)).isEqualTo(StepState.SUCCEEDED);
    assertThat(accepted.steps().get(0).findings().toString()).contains("table.rows-changed");
  }

  @Test
  void tables_of_aria_are_repaired_too() throws Exception {
    if (TypeZoo.isMariaDb(served)) {
      database.run("CREATE TABLE ours (id INT PRIMARY KEY, name VARCHAR(40)) ENGINE = Aria");
      database.run("INSERT INTO ours VALUES (1, 'a'), (2, 'b')");
      damage("ours", ".MAI", 8192, 4096);
      assertThat(asked(MySql.tables()).status()).isEqualTo(Status.FAILED);
      RunRecord repaired = run(MySql.tables("ours").repaired().cannotBeUndone("tried"));
      assertThat(state(repaired))
          .as(repaired.steps().get(0).findings().toString())
          .isEqualTo(StepState.SUCCEEDED);
      assertThat(database.one("SELECT COUNT(*) FROM ours")).isEqualTo("2");
    }
  }

  @Test
  void what_no_engine_tells_is_inconclusive() throws Exception {
    database.run("CREATE TABLE quick (id INT) ENGINE = MEMORY");
    Outcome unclear = asked(MySql.tables());
    assertThat(unclear.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(At.said(unclear)).contains("'quick'", "doesn't support check", "except(\"quick\")");
    assertThat(asked(MySql.tables().except("quick")).status()).isEqualTo(Status.PASSED);

    Account poor = database.newAccount("poor");
    for (String grant :
        List.of(
            "GRANT SELECT ON `" + database.name() + "`.kept TO ",
            "GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO ")) {
      database.run(grant + "'" + poor.name() + "'@'%'");
    }
    Outcome unseen = At.ask(Targets.of(database, poor), MySql.tables().areSound());
    assertThat(unseen.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(At.said(unseen)).contains("tables.unseen", "GRANT SELECT ON `");
    Outcome seen = At.ask(Targets.of(database, poor), MySql.tables("kept").areSound());
    assertThat(seen.status()).isEqualTo(Status.PASSED);
  }

  @Test
  void rebuilt_and_analyzed() throws Exception {
    for (Change change :
        List.of(
            MySql.tables().rebuilt().nothingToUndo("rows stay"),
            MySql.tables("kept").analyzed().nothingToUndo("rows stay"))) {
      assertThat(state(run(change))).isEqualTo(StepState.SUCCEEDED);
    }
    assertThat(database.one("SELECT COUNT(*) FROM kept")).isEqualTo("2");
  }

  @Test
  void what_cannot_be_is_refused_while_planning() throws Exception {
    assertThatThrownBy(() -> asked(MySql.tables("kept", "nowhere")))
        .hasMessageContaining("tables.missing")
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> asked(MySql.tables().except("nowhere")))
        .hasMessageContaining("tables.missing");
    assertThatThrownBy(() -> MySql.tables("kept").except("mine"))
        .isInstanceOf(IllegalArgumentException.class);
    Target other = new FakeDialect().target();
    assertThatThrownBy(() -> At.ask(other, MySql.tables().areSound()))
        .hasMessageContaining("dialect.other-product");
    Change repair = MySql.tables().repaired().cannotBeUndone("tried");
    assertThatThrownBy(() -> Plan.of(runbook("Work", gate("Done", repair)), other))
        .hasMessageContaining("dialect.other-product");
  }
}
