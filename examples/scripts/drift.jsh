// examples/jshell examples/scripts/drift.jsh [--broken]
// The catalogue is recorded; later it is asked whether anything is not as recorded.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;

Path work = Workspace.fresh("drift-script");
Path baseline = work.resolve("baseline.jsonl");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

rc = Session.run(Plan.of(runbook("Baseline", gate("Recorded", recordBaseline(baseline))), production), runner);
if (arguments.contains("--broken")) {
    Production.tamper(production, "alter table vh.ventures add column note text");
}

Plan plan = Plan.of(runbook("Drift check",
    gate("As recorded", noDrift().onSchemas("eng", "vh", "views").from(baseline))), production);
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
