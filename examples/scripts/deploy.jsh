// examples/jshell examples/scripts/deploy.jsh [--broken]
// No drift, a reviewed diff, a proved backup, and then the change, undone by that backup.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;

Path work = Workspace.fresh("deploy-script");
Path baseline = work.resolve("baseline.jsonl");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

rc = Session.run(Plan.of(runbook("Baseline", gate("Recorded", recordBaseline(baseline))), production), runner);
if (arguments.contains("--broken")) {
    Production.tamper(production, "create index ventures_by_stage on vh.ventures (stage)");
}

var dump = backUp(into(work.resolve("vault"))).named("backup");

Plan plan = Plan.of(runbook("Deploy: housekeeping",
    gate("No drift", noDrift().onSchemas("eng", "vh", "views").from(baseline)),
    gate("Reviewed", approval("diff reviewed, window agreed?").by(atLeast(2, "reviewer")).validFor(Duration.ofHours(12))),
    gate("Backup taken", dump),
    gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill")),
    gate("Deployed",
        inOneTransaction(scripts(Production.scripts().resolve("housekeeping.sql"))).
            named("deploy").
            undoneBy(restore(dump).named("restore the backup"))),
    gate("Verified", rowCount("eng.strategic_directives_v2").is(300))).
    decidedBy(Team.startedHere(work).with("rita", "reviewer").with("rolf", "reviewer").people()), production);
System.out.println(plan);

rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
