package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.GatehouseOperations.succeededOn;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.operation.SucceededOn;
import dev.gatehouse.examples.Show;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

/**
 * A staging database beside production's, made for an example and dropped behind it: yours is there
 * already, and its runs have journals.
 *
 * @param journal of the run that went through the changes there
 * @param head as its report shows it
 */
public record Staging(Target production, String database, Path journal, String head)
    implements AutoCloseable {

  /**
   * Makes it as production is, and takes the runbook through it.
   *
   * @throws IllegalStateException when the run there does not succeed
   */
  public static Staging after(Runbook runbook, Target production, Path work) throws Exception {
    String name = "staging_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    execute(production, "create database " + name);
    try {
      Target staging = at(production, name);
      Production.create(staging);
      Plan plan = Plan.of(runbook, staging);
      try (Run run = Runner.journalingTo(work.resolve("staging")).start(plan)) {
        RunRecord record = run.toEnd();
        if (record.state() != RunState.SUCCEEDED) {
          throw new IllegalStateException("staging ended " + record.state());
        }
        System.out.println("(staging went through it: " + Show.near(run.journal()) + ")");
        return new Staging(production, name, run.journal(), run.head());
      }
    } catch (Exception e) {
      execute(production, "drop database " + name);
      throw e;
    }
  }

  /** The check that it went through these, not long ago. */
  public SucceededOn succeeded(Change first, Change... rest) {
    return succeededOn("staging", journal, head).of(first, rest).within(Duration.ofDays(7));
  }

  private static Target at(Target production, String name) {
    Target.Coordinates where = production.coordinates().orElseThrow();
    String url = where.jdbcUrl().replaceFirst("/[^/?]*(\\?|$)", "/" + name + "$1");
    return where
        .secret()
        .map(secret -> Target.at("staging", url, where.account(), secret, production.dialect()))
        .orElseGet(() -> Target.at("staging", url, production.dialect()));
  }

  private static void execute(Target target, String sql) throws SQLException {
    try (Connection connection = target.dialect().openWriting(target);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    execute(production, "drop database " + database);
  }
}
