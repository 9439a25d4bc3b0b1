package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static java.time.Duration.ofMinutes;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Session;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;

/** The main job: a shop's database is checked, backed up, proved restorable, and migrated. */
final class Quickstart {

  static final int ROWS = 200_000;

  private Quickstart() {}

  static int run() throws Exception {
    Path work = Workspace.fresh("quickstart");
    Path database = work.resolve("shop.db");
    System.out.println("making a shop with " + ROWS + " rows: " + database);
    SampleShop.create(database, ROWS);

    Target shop = Sqlite.file("shop", database);
    Plan plan = Plan.of(migration(work, Workspace.examples().resolve("migrations/shop")), shop);
    Show.plan(plan, work);

    Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
    return Session.run(
        plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
  }

  static Runbook migration(Path work, Path migrations) {
    var dump = backUp(into(work.resolve("vault"))).compressed().named("backup");
    return runbook(
        "Shop: invoices",
        gate(
            "Preflight",
            Sqlite.integrity(),
            Sqlite.foreignKeys(),
            rowCount("customers").isAtLeast(1),
            noRows(
                "no order without payment",
                "select id from orders except select order_id from payments")),
        gate("Backup taken", dump),
        gate(
            "Restore proved",
            restoreDrill(dump).into(work.resolve("scratch")).sameContent().named("restore drill")),
        gate(
            "Migrated, all or nothing",
            noOlderThan(ofMinutes(15), dump),
            inOneTransaction(
                    scripts(migrations),
                    tableExists("invoices"),
                    rows("select 1 from invoices where amount_cents < 0").are(0))
                .named("migrate")
                .undoneBy(restore(dump).named("restore the backup"))),
        gate(
            "Smoke",
            rowCount("invoices").isAtLeast(1),
            Sqlite.integrity().named("integrity after")));
  }
}
