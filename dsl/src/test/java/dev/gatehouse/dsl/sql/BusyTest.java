package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that somebody else writes to is no fault of the script. */
class BusyTest {
  @TempDir private Path directory = Path.of("");

  /** The write lock is held until the run begins its attempt of that number. */
  private RunRecord run(InOneTransaction change, int releasedBefore) throws Exception {
    Path file = directory.resolve("shop.db");
    Target target = Desk.shop(file, "create table orders(id integer primary key)");
    Change step = change.named("Change").cannotBeUndone("test");
    Plan plan = Plan.of(runbook("Busy", gate("g", step)), target);
    int[] attempts = {0};
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      return Runner.journalingTo(directory.resolve("journals"))
          .withPoints(
              point -> {
                if (point.equals("Change:session.opened")) {
                  attempts[0]++;
                  execute(
                      statement, attempts[0] == releasedBefore ? "rollback" : "begin immediate");
                }
              })
          .run(plan);
    }
  }

  private static void execute(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void it_is_said_what_it_is() throws Exception {
    RunRecord record = run(inOneTransaction(sql("insert into orders values (1)")), 9);
    assertThat(record.steps().get(0).findings().get(0).text())
        .isEqualTo(
            """
            another connection holds the write lock of the file
              expected  nobody in the way
              found     SQLException: database is busy: another connection holds the write lock \
            and kept it for 5s; nothing was done
              fix       run it again when that is done (SQLite does not tell who it is: fuser FILE \
            does); nothing is wrong with the step
              code      contention.busy\
            """);
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
  }

  @Test
  void it_is_tried_again_when_the_step_says_so() throws Exception {
    RunRecord record = run(inOneTransaction(sql("insert into orders values (1)")).retrying(3), 2);
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.steps().get(0).evidence().orElseThrow().fact("attempts")).contains("2");
  }
}
