// examples/jshell examples/scripts/flyway.jsh [--broken]
// A service's own migrations by Flyway as a step: proven by Flyway's history, undone by the backup.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.FlywayDeployment;
import dev.gatehouse.examples.postgres.Production;
import org.flywaydb.core.Flyway;

Path work = Workspace.fresh("flyway-script");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
if (arguments.contains("--broken")) {
    Production.tamper(production, "update vh.ventures set name = 'venture 1' where id = 2");
}

Flyway flyway = FlywayDeployment.flyway(production, Production.scripts().resolve("flyway"));
var dump = backUp(into(work.resolve("vault"))).named("backup");

Plan plan = Plan.of(runbook("Migrate by Flyway",
    gate("Backup taken", dump),
    gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill")),
    gate("Migrated",
        call("flyway", () -> flyway.migrate()).
            provenBy(FlywayDeployment.history(flyway)).
            inTarget().
            undoneBy(restore(dump).named("restore the backup"))),
    gate("Verified", tableExists("vh.venture_owners"), rowCount("vh.ventures").is(5_000))), production);
System.out.println(plan);

rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
