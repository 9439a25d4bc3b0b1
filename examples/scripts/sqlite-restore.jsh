// examples/jshell examples/scripts/sqlite-restore.jsh
// A damaged SQLite database is restored from the catalogue. The worker processes are in the Java form of this example.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.SampleShop;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.sqlite.Sqlite;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;

Path work = Workspace.fresh("sqlite-restore-script");
Path database = work.resolve("shop.db");
SampleShop.create(database, 20_000);
Target shop = Sqlite.file("shop", database);
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

rc = Session.run(Plan.of(runbook("Hourly backup", gate("Backup", backUp(into(work.resolve("vault"))).named("hourly"))), shop), runner);
Instant good = Instant.now();

// the accident
try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
    connection.createStatement().execute("drop table payments");
}

var backup = fromCatalogue(work.resolve("vault")).at(good);

Runbook restoring = runbook("Restore the shop's database",
    gate("Authorised",
        approval("restore authorised and stakeholders notified?").
            by(one("incident commander")).
            validFor(Duration.ofHours(4))),
    gate("Backup proved", restoreDrill(backup).into(work.resolve("scratch")).named("restore drill")),
    gate("Restored", restore(backup).named("restore")),
    gate("Validated",
        Sqlite.integrity(),
        Sqlite.foreignKeys(),
        rowCount("payments").is(6_000)),
    gate("Handed over",
        note("data since " + good + " is lost: enter it again from the order mails"),
        signOff("business workflows validated?").by(one("application owner")).validFor(Duration.ofDays(1)))).
    decidedBy(Team.startedHere(work).
        with("irene", "incident commander").
        with("otto", "application owner").
        people());

Plan plan = Plan.of(restoring, shop);
System.out.println(plan);
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
