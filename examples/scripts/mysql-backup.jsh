// examples/jshell examples/scripts/mysql-backup.jsh [--broken]
// A backup of a MariaDB shop without a client program, proved by a drill; an accident; and the way back.
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.mysql.MySqlShop;
import java.time.Instant;

Path work = Workspace.fresh("mysql-backup-script");
Path vault = work.resolve("vault");
MySqlShop shop = MySqlShop.open();
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

shop.execute("CREATE VIEW open_orders AS SELECT id, total_cents FROM orders WHERE state = 'open'");
if (arguments.contains("--broken")) {
    shop.execute("CREATE DEFINER = 'left_last_year'@'%' VIEW totals AS SELECT SUM(total_cents) AS cents FROM orders");
}

var dump = backUp(into(vault)).named("nightly");
rc = Session.run(Plan.of(runbook("Nightly backup",
    gate("Backup", dump),
    gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill"))), shop.target()), runner);
Instant good = Instant.now();

// the accident
shop.execute("DROP VIEW open_orders", "DELETE FROM orders WHERE state = 'delivered'");

var backup = fromCatalogue(vault).at(good);
Plan plan = Plan.of(runbook("Recovery of the shop",
    gate("Backup proved", restoreDrill(backup).intoScratchDatabase().named("drill again")),
    gate("Restored", restore(backup).named("restore")),
    gate("Validated", rowCount("orders").is(3))), shop.target());
System.out.println(plan);
rc = Session.run(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
shop.close();
/exit rc
