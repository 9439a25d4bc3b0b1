// examples/jshell examples/scripts/restore.jsh [--broken]
// Half of a table is lost; the database goes back to the last backup, in one transaction, after a safety backup.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;
import java.time.Instant;

Path work = Workspace.fresh("restore-script");
Path vault = work.resolve("vault");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

rc = Session.run(Plan.of(runbook("Nightly backup", gate("Backup", backUp(into(vault)).named("nightly"))), production), runner);
Instant good = Instant.now();

// the accident
Production.tamper(production, "delete from vh.ingest_runs where id % 2 = 0");
if (arguments.contains("--broken")) {
    Production.flipAByteOf(vault);
}

var backup = fromCatalogue(vault).at(good);

Plan plan = Plan.of(runbook("Restore production",
    gate("Authorised",
        approval("restore production, losing what came after " + good.truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + "?").
            by(atLeast(2, "senior engineer"), one("product owner")).
            validFor(Duration.ofHours(12)).
            notBefore(Duration.ofSeconds(2)). // ten minutes, at home
            typing("RESTORE").
            named("restore approved")),
    gate("Backup proved", restoreDrill(backup).intoScratchDatabase().named("drill")),
    gate("Restored", restore(backup).named("restore")),
    gate("Verified", rowCount("vh.ingest_runs").is(20_000))).
    decidedBy(Team.startedHere(work).
        with("ada", "senior engineer", "product owner").
        with("bob", "senior engineer").
        with("carol", "product owner").
        people()), production);
System.out.println(plan);

rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
