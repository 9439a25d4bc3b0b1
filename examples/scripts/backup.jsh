// examples/jshell examples/scripts/backup.jsh [--broken]
// A backup of a PostgreSQL database, proved by restoring it into a scratch database and comparing every row.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;

Path work = Workspace.fresh("backup-script");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
if (arguments.contains("--broken")) {
    // dumped without an error: only a restore finds out that one() is not found by then
    Production.tamper(production, "create function public.one() returns integer language sql as 'select 1'; create function public.fits(n integer) returns boolean language sql as 'select n >= one()'; alter table vh.ventures add check (public.fits(id))");
}

var dump = backUp(into(work.resolve("vault"))).named("backup");

Plan plan = Plan.of(runbook("Backup",
    gate("Backup taken", dump),
    gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill"))), production);
System.out.println(plan);

Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
