package dev.gatehouse.examples.mysql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.recordBaseline;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.GatehouseOperations.deadlocks;
import static dev.gatehouse.dsl.GatehouseOperations.lockWaits;
import static dev.gatehouse.dsl.GatehouseOperations.replicationLag;
import static dev.gatehouse.dsl.GatehouseOperations.sessions;
import static java.time.Duration.ofSeconds;

import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Session;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import java.nio.file.Path;
import java.util.List;

/** Rows in one transaction, DDL statement by statement, and nothing that is not as recorded. */
public final class MySqlQuickstart {
  private MySqlQuickstart() {}

  /** With {@code --broken} somebody has changed a table by hand. */
  public static int run(List<String> arguments) throws Exception {
    Path work = Workspace.fresh("mysql-quickstart");
    Path baseline = work.resolve("baseline.jsonl");
    Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
    try (MySqlShop shop = MySqlShop.open()) {
      int recorded = Session.run(Plan.of(baseline(baseline), shop.target()), runner);
      if (recorded != 0) {
        return recorded;
      }
      if (arguments.contains("--broken")) {
        shop.execute("ALTER TABLE orders ADD COLUMN note TEXT");
      }
      Plan plan = Plan.of(invoices(baseline), shop.target());
      Show.plan(plan, work);
      return Session.run(
          plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
    }
  }

  static Runbook baseline(Path baseline) {
    return runbook("Baseline", gate("Recorded", recordBaseline(baseline)));
  }

  static Runbook invoices(Path baseline) {
    Path migrations = Workspace.examples().resolve("migrations/mysql");
    return runbook(
            "Shop: invoices",
            gate(
                "Preflight",
                noDrift().from(baseline),
                rowCount("orders").isAtLeast(1),
                noRows("no order below zero", "select id from orders where total_cents < 0"),
                lockWaits().atMost(0),
                replicationLag().orNoReplica().atMost(ofSeconds(10))),
            gate(
                "Rows, all or nothing",
                inOneTransaction(
                        scripts(migrations.resolve("rows")),
                        rows("select id from orders where state = 'delivered'").are(0))
                    .withLockTimeout(ofSeconds(10))
                    .named("close what was delivered")
                    .undoneBy(
                        inOneTransaction(
                                sql("update orders set state = 'delivered' where state = 'closed'"))
                            .named("open it again")
                            .cannotBeUndone("it is an undo"))),
            gate(
                "Schema, statement by statement",
                statementByStatement(scripts(migrations.resolve("schema")))
                    .named("invoices")
                    .undoneBy(scripts(migrations.resolve("undo")))),
            gate("Smoke", tableExists("invoices"), rowCount("invoices").isAtLeast(0)))
        .guardedBy(
            deadlocks().sinceStart().atMost(0).every(ofSeconds(1)),
            sessions().inState("idle in transaction").atMost(0).every(ofSeconds(1)));
  }
}
