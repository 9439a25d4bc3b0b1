package dev.gatehouse.examples.mysql;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.grantsCover;
import static dev.gatehouse.dsl.GatehouseCredentials.envFile;
import static dev.gatehouse.dsl.GatehouseCredentials.logsIn;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.access.Privilege.CREATE;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INDEX;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;

import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * "DBA Runbook for Gate A: Safety Preflight", line by line.
 *
 * <table>
 *   <caption>Each line of the document, and where it is here</caption>
 *   <tr><td>Prerequisites: admin access, tools, staging</td><td>the target's account; no client
 *       program is needed; the drill makes its own copy</td></tr>
 *   <tr><td>secure channel, no secrets in documents or repositories</td><td>{@code Secret}, a file
 *       of mode 0600; no journal, plan or report holds one</td></tr>
 *   <tr><td>test in staging first; SECRETS_POLICY.md read</td><td>{@code approval}</td></tr>
 *   <tr><td>log with timestamps; DATA_SAFETY_CHECKLIST.md</td><td>journal and checklist; the
 *       checklist of the run is the record</td></tr>
 *   <tr><td>contact, escalation</td><td>{@code note}</td></tr>
 *   <tr><td>1.1 strong password, with symbols; distribute</td><td>{@code rotatePassword}, 40 random
 *       letters and digits and no symbol, 238 bits, into the file the site reads</td></tr>
 *   <tr><td>1.2 connect as admin</td><td>the target</td></tr>
 *   <tr><td>1.3 ALTER USER, root "if needed", FLUSH PRIVILEGES</td><td>{@code rotatePassword}; root's
 *       is acknowledged, because this run works by it and its target does not ask for it at each
 *       login ({@code passwordsIn}); FLUSH is not needed</td></tr>
 *   <tr><td>1.3 update DATABASE_URL; 1.6 vaults</td><td>{@code envFile}; acknowledged</td></tr>
 *   <tr><td>1.4 reconnect, SELECT 1, SHOW DATABASES</td><td>in {@code rotatePassword}: a login of its
 *       own with the new one, a random wrong one refused; {@code logsIn} by what the site's file
 *       holds then. Databases are not listed: what the account sees of them is no proof</td></tr>
 *   <tr><td>1.5 invalidate old; record date and hash</td><td>in {@code rotatePassword}: the old one
 *       is refused with 1045. Dates are in the journal; no hash is, on purpose</td></tr>
 *   <tr><td>1.5 revoke old users or sessions</td><td>{@code endingSessions}</td></tr>
 *   <tr><td>2.2 Option A, static template, CREATE USER</td><td>acknowledged, because {@code
 *       grantsFrom} does not read MySQL yet; what it leaves is proved by claims and a login</td></tr>
 *   <tr><td>2.3 Option B, --dry-run</td><td>the plan of {@code grantLeastPrivilege}</td></tr>
 *   <tr><td>2.3 --revoke-legacy</td><td>{@code revokingLegacyWithin}</td></tr>
 *   <tr><td>2.2 grants for new ks_* tables</td><td>{@code grantsCover}, asked again after each
 *       push</td></tr>
 *   <tr><td>2.4 SHOW GRANTS; SELECT from both tables</td><td>claims over effective access; {@code
 *       actingAs(...).loggingInWith(...)}</td></tr>
 *   <tr><td>2.5, 3.4, 4.4 record proof</td><td>checklist, JSON report, journal</td></tr>
 *   <tr><td>3.1 no heavy load; storage, retention</td><td>{@code noRows} over the process list;
 *       {@code keptFor}; encryption is the storage's, acknowledged</td></tr>
 *   <tr><td>3.2 mysqldump, gzip, md5sum, mariabackup</td><td>{@code backUp(...).compressed()}: one
 *       snapshot, SHA-256 of every byte and digests of every table; no physical backup</td></tr>
 *   <tr><td>3.3 upload, tag, 7 daily, 4 weekly</td><td>{@code command}, proved by {@code diff -r}; the artifact is named by
 *       time; nothing of Gatehouse removes one, so thinning out is a note</td></tr>
 *   <tr><td>4.1 to 4.4 staging database, restore, counts, samples, under an hour, DROP</td><td>
 *       {@code restoreDrill}: every row compared, then {@code proving}, {@code withDeadline}; its
 *       copy is dropped, which it proves</td></tr>
 *   <tr><td>5.1 revert users; restore from backup</td><td>the undo of the grants, row by row; the
 *       old password is dead by intent: rotate again; {@code noOlderThan}</td></tr>
 *   <tr><td>5.2, 5.3 notify, audit, pause gates</td><td>acknowledged; a run that failed says why in
 *       its checklist</td></tr>
 * </table>
 */
public final class GateA {
  private GateA() {}

  /** With {@code --broken} somebody has done something that keeps a gate closed. */
  public static int run(List<String> arguments) throws Exception {
    Path work = Workspace.fresh("gate-a");
    String product = arguments.contains("--mysql") ? "MySQL" : "MariaDB";
    try (Heaven heaven = Heaven.prepared(work, product)) {
      int broken = arguments.indexOf("--broken");
      if (broken >= 0) {
        String fault = broken + 1 < arguments.size() ? arguments.get(broken + 1) : "legacy";
        heaven.broken(Heaven.Fault.valueOf(fault.toUpperCase(Locale.ROOT)));
      }
      Team team = Team.startedHere(work).with("dana", "data safety").with("lee", "project lead");
      Plan plan = Plan.of(gateA(heaven).decidedBy(team.people()), heaven.shop().target());
      Show.plan(plan, work);
      Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
      return People.sayYes(
          plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
    }
  }

  /** What the document says, as a value. */
  static Runbook gateA(Heaven heaven) {
    String database = heaven.name();
    Secret secret = heaven.keystone();
    String vault = heaven.work().resolve("vault").toString();
    String storage = heaven.work().resolve("storage").toString();
    var password = envFile(heaven.env(), "DATABASE_PASSWORD");
    var app = grantee("keystone_app@%");
    var onlyTheirs = app.mayOnly(SELECT, INSERT, UPDATE, CREATE, INDEX).on(database + ".ks_*");
    var keystone = actingAs("keystone_app@%").loggingInWith(secret);
    var dump = backUp(into(Path.of(vault))).compressed().keptFor(ofDays(30)).named("full backup");

    return runbook(
        "Gate A: safety preflight",
        gate(
            "Ready",
            approval("tested in staging first, SECRETS_POLICY.md read, go on?")
                .by(one("data safety"))
                .validFor(ofHours(4))
                .named("go"),
            note("escalation: project lead, then DBA on call; 4 h, full rollback in 24 h")),
        gate(
            "1 Password rotated",
            rotatePassword("heaven_app@%")
                .into(password)
                .confirmedBy(logsIn("heaven_app@%", password))
                .endingSessions(),
            acknowledge("vaults updated, root's password rotated?").by("data safety")),
        gate(
            "2 Least privilege",
            acknowledge("keystone_app made from keystone_least_privilege.sql?").by("data safety"),
            grantLeastPrivilege(onlyTheirs)
                .revokingLegacyWithin(database + ".*")
                .named("grants on ks_*"),
            onlyTheirs,
            grantsCover(onlyTheirs),
            app.mayNot(SELECT, INSERT, UPDATE, DELETE).on(database + ".{node,term}"),
            app.mayNot(SELECT, INSERT, UPDATE, DELETE).on(heaven.archive() + ".*"),
            app.hasNoEscalation(),
            keystone.can(SELECT, INSERT, UPDATE).on(database + ".ks_heavenletter"),
            keystone.isDenied(SELECT).on(database + ".node")),
        gate(
            "3 Backup",
            noRows(
                "nobody works heavily",
                "select id from information_schema.processlist"
                    + " where command = 'Query' and time > 60"),
            dump,
            command("cp", "-a", vault, storage)
                .named("upload")
                .provenBy(commandSucceeds("diff", "-r", vault, storage))
                .cannotBeUndone("the retention of the storage removes it"),
            acknowledge("the storage is encrypted?").by("data safety"),
            note("keep 7 daily and 4 weekly; delete after Gate E, by hand")),
        gate(
            "4 Restore proved",
            restoreDrill(dump)
                .intoScratchDatabase()
                .withDeadline(ofHours(1))
                .proving(
                    rowCount("node").isAtLeast(3),
                    noRows(
                        "no term belongs to nothing",
                        "select tid from term left join node using (nid) where node.nid is null"))
                .named("drill")),
        gate(
            "5 Way back known",
            noOlderThan(ofHours(24), dump),
            acknowledge("all know that Gate A is open, and whom to call?").by("project lead"),
            note(
                "a failed run leaves its cause in the checklist: pause the gates until resolved")));
  }
}
