// examples/jshell examples/scripts/mysql-quickstart.jsh [--broken]
// Rows in one transaction, DDL statement by statement, and nothing that is not as recorded, on MariaDB.
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.mysql.MySqlShop;

Path work = Workspace.fresh("mysql-quickstart-script");
Path baseline = work.resolve("baseline.jsonl");
Path migrations = Workspace.examples().resolve("migrations/mysql");
MySqlShop shop = MySqlShop.open();
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

rc = Session.run(Plan.of(runbook("Baseline", gate("Recorded", recordBaseline(baseline))), shop.target()), runner);
if (arguments.contains("--broken")) {
    shop.execute("ALTER TABLE orders ADD COLUMN note TEXT");
}

Runbook invoices = runbook("Shop: invoices",
    gate("Preflight",
        noDrift().from(baseline),
        rowCount("orders").isAtLeast(1),
        lockWaits().atMost(0)),
    gate("Rows, all or nothing",
        inOneTransaction(scripts(migrations.resolve("rows"))).
            named("close what was delivered").
            undoneBy(inOneTransaction(sql("update orders set state = 'delivered' where state = 'closed'")).
                named("open it again").
                cannotBeUndone("it is an undo"))),
    gate("Schema, statement by statement",
        statementByStatement(scripts(migrations.resolve("schema"))).
            named("invoices").
            undoneBy(scripts(migrations.resolve("undo")))),
    gate("Smoke", tableExists("invoices"))).
    guardedBy(deadlocks().sinceStart().atMost(0).every(Duration.ofSeconds(1)));

Plan plan = Plan.of(invoices, shop.target());
System.out.println(plan);
rc = Session.run(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
shop.close();
/exit rc
