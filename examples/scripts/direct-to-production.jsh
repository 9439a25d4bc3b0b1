// examples/jshell examples/scripts/direct-to-production.jsh [--broken]
// The emergency path: everything in one transaction in production, or nothing of it.
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;
import dev.gatehouse.postgres.Postgres;

Path work = Workspace.fresh("direct-to-production-script");
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
if (arguments.contains("--broken")) {
    Production.tamper(production, "grant update (name) on eng.teams to vh_app");
}

var dump = backUp(into(work.resolve("vault"))).named("backup of production");

var noErrors = noRows("no error in the service logs",
    "select message from audit.service_logs where level = 'ERROR' and timestamp > now() - interval '1 minute'");

Runbook direct = runbook("Direct to production: database housekeeping",
    gate("Authority",
        approval("execution directly in production, incident team on standby?").
            by(one("database administrator"), one("security officer"), one("chairman/CTO")).
            validFor(Duration.ofHours(4)).
            named("required signatures")),
    gate("Recoverable",
        dump,
        restoreDrill(dump).intoScratchDatabase().named("drill"),
        Postgres.recoveryPoint(),
        Postgres.archiving()),
    gate("Applied, all or nothing",
        noOlderThan(Duration.ofMinutes(15), dump),
        inOneTransaction(
            scripts(Production.scripts().resolve("housekeeping.sql")),
            tableExists("eng.strategic_directives_v2"),
            grantee("vh_*").mayNot(INSERT, UPDATE, DELETE, TRUNCATE).on("eng.*").named("no vh role can write to eng"),
            sql("insert into audit.change_log (table_name, operation, user_name) values ('system', 'PROD_HOUSEKEEPING_COMPLETE', current_user)")).
            withLockTimeout(Duration.ofSeconds(10)).
            withStatementTimeout(Duration.ofMinutes(5)).
            named("housekeeping").
            undoneBy(restore(dump).named("restore the backup"))),
    gate("Smoke",
        Postgres.rowSecurity().forcedOn("{eng,vh}.*sensitive*"),
        actingAs("analyst_ro").can(SELECT).on("views.eng_governance_summary", "views.vh_linkage_status"),
        actingAs("analyst_ro").isDenied(SELECT).on("eng.strategic_directives_v2"),
        rows("select 1 from views.eng_governance_summary").areAtLeast(1),
        rows("select 1 from audit.change_log where operation = 'PROD_HOUSEKEEPING_COMPLETE'").are(1)),
    gate("Quiet", quiet(Duration.ofSeconds(2), noErrors).every(Duration.ofMillis(200)))).
    decidedBy(Team.startedHere(work).
        with("dora", "database administrator").
        with("sven", "security officer").
        with("chris", "chairman/CTO").
        people()).
    guardedBy(
        Guard.of(noErrors, Duration.ofSeconds(1)),
        gauge("CPU of the host", () -> 20).isAtMost(80).every(Duration.ofSeconds(1)).forSamples(3), // yours asks the database's host
        Guard.of(deadlocks().sinceStart().atMost(5), Duration.ofSeconds(1)));

Plan plan = Plan.of(direct, production);
System.out.println(plan);

Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
/exit rc
