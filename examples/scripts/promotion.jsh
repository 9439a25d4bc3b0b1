// examples/jshell examples/scripts/promotion.jsh [--broken]
// Two schemas are promoted to production, phase by phase, with scripts that take each back.
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.dsl.ramp.Flag;
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.examples.postgres.Production;
import dev.gatehouse.examples.postgres.Staging;
import dev.gatehouse.postgres.Postgres;

Path work = Workspace.fresh("promotion-script");
Path db = Production.scripts();
Target production = ExampleDatabase.of(arguments).target();
Production.create(production);
if (arguments.contains("--broken")) {
    Production.tamper(production, "grant update on eng.teams to public");
}

var applyEng = inOneTransaction(
    scripts(db.resolve("migrations/eng")),
    scripts(db.resolve("views/eng_governance_views.sql")),
    scripts(db.resolve("policies/eng_rls_policies.sql")),
    tableExists("eng.strategic_directives_v2")).
    withLockTimeout(Duration.ofSeconds(10)).
    named("apply eng").
    undoneBy(inOneTransaction(scripts(db.resolve("migrations/DOWN/eng.sql"))).
        named("take eng back").
        cannotBeUndone("it is the way back itself"));

var applyVh = inOneTransaction(
    scripts(db.resolve("migrations/vh")),
    scripts(db.resolve("views/vh_readonly_views.sql")),
    scripts(db.resolve("policies/vh_rls_policies.sql")),
    sql("insert into audit.migration_log (version) values ('2025-09-22')")).
    withLockTimeout(Duration.ofSeconds(10)).
    named("apply vh").
    undoneBy(inOneTransaction(scripts(db.resolve("migrations/DOWN/vh.sql"))).
        named("take vh back").
        cannotBeUndone("it is the way back itself"));

Staging staging = Staging.after(
    runbook("Promotion: staging", gate("Engineering schema", applyEng), gate("Venture hub schema", applyVh)),
    production, work);

var dump = backUp(into(work.resolve("vault"))).named("backup of production");

Runbook promotion = runbook("Promotion: database housekeeping",
    gate("Staging validated", staging.succeeded(applyEng, applyVh)),
    gate("Boundary", sources(db.resolveSibling("apps").resolve("vh")).neverWrite("eng_*", "eng.*")),
    gate("Backup taken", dump, Postgres.recoveryPoint(), Postgres.archiving()),
    gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill")),
    gate("Engineering schema", applyEng),
    gate("Venture hub schema", applyVh),
    gate("Verified",
        grantee("vh_*").mayNot(INSERT, UPDATE, DELETE, TRUNCATE).on("eng.*").named("no vh role can write to eng"),
        Postgres.rowSecurity().forcedOn("{eng,vh}.*sensitive*"),
        actingAs("analyst_ro").can(SELECT).on("views.eng_governance_summary", "views.vh_linkage_status"),
        actingAs("analyst_ro").isDenied(SELECT).on("eng.strategic_directives_v2"),
        rows("select 1 from views.eng_governance_summary").areAtLeast(1),
        rows("select 1 from views.vh_linkage_status").areAtLeast(1))).
    then(ramp(Flag.file("ingest", Files.writeString(work.resolve("ingest.percent"), "0"))).
        from(0).to(10).soaking(Duration.ofSeconds(1)).to(50).soaking(Duration.ofSeconds(1)).to(100).
        watching(noRows("select message from audit.service_logs where level = 'ERROR'")).
        every(Duration.ofMillis(200)).
        gates()).
    then(gate("Signed off",
        signOff("promotion complete?").
            by(one("engineering lead"), one("database admin"), one("security team"), one("product owner")).
            validFor(Duration.ofDays(7)))).
    decidedBy(Team.startedHere(work).
        with("lena", "engineering lead").
        with("dora", "database admin").
        with("sven", "security team").
        with("paul", "product owner").
        people()).
    guardedBy(Guard.of(deadlocks().sinceStart().atMost(5), Duration.ofSeconds(10)));

Plan plan = Plan.of(promotion, production);
System.out.println(plan);

Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
staging.close();
/exit rc
