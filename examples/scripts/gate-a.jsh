// examples/jshell examples/scripts/gate-a.jsh [--mysql] [--broken]
// "DBA Runbook for Gate A: Safety Preflight" on a throw-away MariaDB or MySQL: password rotated, least privilege on ks_*, backup, drill,
// way back. With --broken a grant on the whole server is left, and the gate stays closed. Its Java form says where each line is.
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.mysql.Heaven;

Path work = Workspace.fresh("gate-a-script");
Heaven heaven = Heaven.prepared(work, arguments.contains("--mysql") ? "MySQL" : "MariaDB");
if (arguments.contains("--broken")) {
    heaven.broken(Heaven.Fault.LEGACY);
}
Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());

String name = heaven.name();
var app = grantee("keystone_app@%");
var onlyTheirs = app.mayOnly(SELECT, INSERT, UPDATE, CREATE, INDEX).on(name + ".ks_*");
var keystone = actingAs("keystone_app@%").loggingInWith(heaven.keystone());
var password = envFile(heaven.env(), "DATABASE_PASSWORD");
var dump = backUp(into(work.resolve("vault"))).compressed().keptFor(Duration.ofDays(30)).named("full backup");

Runbook gateA = runbook("Gate A: safety preflight",
    gate("Ready", acknowledge("tested in staging first, SECRETS_POLICY.md read?").by("data safety")),
    gate("1 Password rotated",
        rotatePassword("heaven_app@%").into(password).confirmedBy(logsIn("heaven_app@%", password))),
    gate("2 Least privilege",
        grantLeastPrivilege(onlyTheirs).revokingLegacyWithin(name + ".*").named("grants on ks_*"),
        onlyTheirs,
        grantsCover(onlyTheirs),
        app.mayNot(SELECT, INSERT, UPDATE, DELETE).on(name + ".{node,term}"),
        app.hasNoEscalation(),
        keystone.can(SELECT).on(name + ".ks_heavenletter"),
        keystone.isDenied(SELECT).on(name + ".node")),
    gate("3 Backup", dump),
    gate("4 Restore proved",
        restoreDrill(dump).intoScratchDatabase().withDeadline(Duration.ofHours(1)).proving(rowCount("node").isAtLeast(3)).named("drill")),
    gate("5 Way back known",
        noOlderThan(Duration.ofHours(24), dump),
        acknowledge("all know that Gate A is open, and whom to call?").by("project lead")));

Plan plan = Plan.of(gateA, heaven.shop().target());
System.out.println(plan);
rc = People.sayYes(plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
heaven.close();
/exit rc
