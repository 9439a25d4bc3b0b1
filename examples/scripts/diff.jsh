// examples/jshell examples/scripts/diff.jsh [--broken]
// Executes the scripts, says what they change in the catalogue, and rolls back.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;

Path work = Workspace.fresh("diff-script");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
if (arguments.contains("--broken")) {
    Production.tamper(production, "create table eng.sensitive_decisions (id integer)");
}

Plan plan = Plan.of(runbook("Diff: housekeeping",
    gate("Tried and rolled back",
        trial(inOneTransaction(scripts(Production.scripts().resolve("housekeeping.sql"))).named("diff")))), production);

Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
rc = People.sayYes(plan, runner, (run, record) -> {
    Show.wouldChange(record);
    Show.end(run, record, work.resolve("reports"));
});
/exit rc
