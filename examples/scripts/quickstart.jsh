// examples/jshell examples/scripts/quickstart.jsh
// The quickstart as a script. One runbook, one run: a line that fails ends the script with 70.
import dev.gatehouse.examples.SampleShop;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.sqlite.Sqlite;

Path work = Workspace.fresh("quickstart-script");
Path database = work.resolve("shop.db");
SampleShop.create(database, 200_000);

var dump = backUp(into(work.resolve("vault"))).compressed().named("backup");

Runbook invoices = runbook("Shop: invoices",
    gate("Preflight",
        Sqlite.integrity(),
        Sqlite.foreignKeys(),
        noRows("no order below zero", "select id from orders where total_cents < 0")),
    gate("Backup taken", dump),
    gate("Restore proved", restoreDrill(dump).into(work.resolve("scratch")).named("restore drill")),
    gate("Migrated, all or nothing",
        noOlderThan(Duration.ofMinutes(15), dump),
        inOneTransaction(scripts(Workspace.examples().resolve("migrations/shop")), tableExists("invoices")).
            named("migrate").
            undoneBy(restore(dump).named("restore the backup"))),
    gate("Smoke", rowCount("invoices").isAtLeast(1)));

Plan plan = Plan.of(invoices, Sqlite.file("shop", database));
System.out.println(plan);

Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
rc = Session.run(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
