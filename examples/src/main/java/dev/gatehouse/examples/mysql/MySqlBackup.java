package dev.gatehouse.examples.mysql;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;

import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Session;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A backup without a client program, proved by a drill; an accident; and the way back. */
public final class MySqlBackup {
  private MySqlBackup() {}

  /** With {@code --broken} a view is executed as an account that is no longer there. */
  public static int run(List<String> arguments) throws Exception {
    Path work = Workspace.fresh("mysql-backup");
    Path vault = work.resolve("vault");
    Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
    try (MySqlShop shop = MySqlShop.open()) {
      shop.execute(
          "CREATE VIEW open_orders AS SELECT id, total_cents FROM orders WHERE state = 'open'",
          "CREATE TRIGGER no_gifts BEFORE INSERT ON orders FOR EACH ROW"
              + " SET NEW.total_cents = GREATEST(NEW.total_cents, 1)");
      if (arguments.contains("--broken")) {
        shop.execute(
            "CREATE DEFINER = 'left_last_year'@'%' VIEW totals AS SELECT SUM(total_cents) AS cents"
                + " FROM orders");
      }
      int backedUp = Session.run(Plan.of(nightly(vault), shop.target()), runner);
      if (backedUp != 0) {
        return backedUp;
      }
      Instant good = Instant.now();
      shop.execute("DROP VIEW open_orders", "DELETE FROM orders WHERE state = 'delivered'");
      System.out.println("(the accident: delivered orders and a view are gone)");
      Plan plan = Plan.of(recovery(vault, good), shop.target());
      Show.plan(plan, work);
      return Session.run(
          plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
    }
  }

  static Runbook nightly(Path vault) {
    var dump = backUp(into(vault)).named("nightly");
    return runbook(
        "Nightly backup",
        gate("Backup", dump, noOlderThan(ofMinutes(15), dump)),
        gate(
            "Restore proved",
            restoreDrill(dump)
                .intoScratchDatabase()
                .withDeadline(ofHours(1))
                .proving(rowCount("orders").isAtLeast(1))
                .named("drill")));
  }

  static Runbook recovery(Path vault, Instant good) {
    var backup = fromCatalogue(vault).at(good);
    return runbook(
        "Recovery of the shop",
        gate("Backup proved", restoreDrill(backup).intoScratchDatabase().named("drill")),
        gate("Restored", restore(backup).named("restore")),
        gate(
            "Validated",
            rowCount("orders").is(3),
            noRows("no open order is missing", "select 1 from open_orders having count(*) <> 1")));
  }
}
