// examples/jshell examples/scripts/mysql-restore.jsh [--broken]
// A MariaDB shop goes back to the moment before an accident: last night's backup and the binary logs up to there. With --broken
// a binary log is missing, and nothing is begun. Maintenance mode and deploys are in the Java form of this example.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.mysql.Incident;
import dev.gatehouse.examples.mysql.MySqlShop;
import dev.gatehouse.mysql.MySql;
import java.time.Instant;
import java.time.ZoneOffset;

Path work = Workspace.fresh("mysql-restore-script");
Path vault = work.resolve("vault");
MySqlShop shop = MySqlShop.open();
Incident incident = new Incident(work, shop);
incident.prepare();
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
rc = Session.run(Plan.of(runbook("Nightly backup", gate("Backup", backUp(into(vault)).named("nightly"))), shop.target()), runner);

Instant disaster = incident.happens();
Path binlogs = incident.archive();
if (arguments.contains("--broken")) {
    incident.loseOne(binlogs);
}

var password = envFile(work.resolve(".env"), "DB_PASSWORD");
var backup = fromCatalogue(vault).at(disaster);
Runbook recovery = runbook("Restore service after data loss",
    gate("Authorised", approval("restore authorised and stakeholders notified?").
        by(one("incident commander"), one("database operator")).validFor(Duration.ofHours(4)).typing("RESTORE")),
    gate("Restore point proved",
        changesIn(binlogs).complete(backup, disaster).named("binary logs without a gap, every checksum right"),
        restoreDrill(backup).intoScratchDatabase().named("drill")),
    gate("Room", MySql.spaceForRestore()),
    gate("Restored", restore(backup).replaying(changesIn(binlogs)).stoppingBefore(disaster).named("import and replay")),
    gate("Sound", MySql.tables().areSound()),
    gate("Validated",
        rowCount("users").is(3),
        rowCount("transactions").is(4),
        lines(incident.log()).since(Duration.ofMinutes(10)).inZone(ZoneOffset.UTC).matching("ERROR").none(),
        signOff("login, payment and reports work end to end?").by(one("application owner")).validFor(Duration.ofDays(1))),
    gate("Credentials",
        rotatePassword("site_app@%").into(password).confirmedBy(logsIn("site_app@%", password)))).
    decidedBy(Team.startedHere(work).
        with("irene", "incident commander").
        with("dora", "database operator").
        with("otto", "application owner").people());

Plan plan = Plan.of(recovery, shop.target());
System.out.println(plan);
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
shop.close();
/exit rc
