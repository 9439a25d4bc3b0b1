package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.deadlocks;
import static dev.gatehouse.dsl.GatehouseOperations.gauge;
import static dev.gatehouse.dsl.GatehouseOperations.http;
import static dev.gatehouse.dsl.GatehouseOperations.lockWaits;
import static dev.gatehouse.dsl.GatehouseOperations.maintenanceWindow;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.quiet;
import static dev.gatehouse.dsl.GatehouseOperations.responseTime;
import static dev.gatehouse.dsl.GatehouseOperations.sessions;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.time.ZoneOffset.UTC;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.http.HttpApi;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * "DIRECT TO PRODUCTION - Database Housekeeping", line by line: everything in one transaction in
 * production, or nothing of it.
 *
 * <table>
 *   <caption>Each line of the document, and where it is here</caption>
 *   <tr><td>Hard stop: chairman has approved; signatures of administrator, security officer,
 *       chairman/CTO</td><td>{@code approval}, asked again before the commit; each with a key of their
 *       own, none of them who started it</td></tr>
 *   <tr><td>Hard stop: full backup within the last 15 minutes</td><td>{@code noOlderThan}, asked again
 *       before the commit</td></tr>
 *   <tr><td>Hard stop: PITR recovery point; Gate 1, WAL position</td><td>{@code recoveryPoint}: its
 *       name and LSN, and the WAL file that holds it has arrived in the archive; {@code archiving}: and
 *       none has failed since</td></tr>
 *   <tr><td>Hard stop: incident response team on standby</td><td>part of the question of {@code
 *       approval}: people, not a machine's work</td></tr>
 *   <tr><td>Hard stop: rollback plan tested and ready</td><td>{@code restoreDrill}: the rollback is the
 *       restore of this backup, and the drill restores it, in the same procedure</td></tr>
 *   <tr><td>Gate 1 pg_dump, pg_restore --list, size and time recorded</td><td>{@code backUp}; every row
 *       compared by the drill; the checklist has place, size, digest, moment</td></tr>
 *   <tr><td>Gate 2 hour between 2 and 4</td><td>{@code maintenanceWindow}, with headroom, asked again
 *       before the commit, in a zone that is written</td></tr>
 *   <tr><td>Gate 2 curl maintenance/enable</td><td>{@code app.post(...).provenBy(...)}, undone by
 *       disable</td></tr>
 *   <tr><td>Gate 3 trial compilation as analyst_ro</td><td>"Smoke", which restores when it fails:
 *       before the change there are no such views to compile, and the drill proves the way back</td></tr>
 *   <tr><td>Script: set -e, trap, ON_ERROR_STOP, BEGIN, \i, COMMIT</td><td>{@code inOneTransaction};
 *       {@code housekeeping.sql} includes the migrations in the document's order</td></tr>
 *   <tr><td>lock_timeout 10s, statement_timeout 5min</td><td>{@code withLockTimeout}, {@code
 *       withStatementTimeout}</td></tr>
 *   <tr><td>temporary table rollback_state</td><td>not needed: the journal has who, when and which
 *       version</td></tr>
 *   <tr><td>strategic_directives_v2 exists; no unprotected sensitive table; no cross-boundary
 *       write</td><td>the same as checks inside the transaction, over effective access</td></tr>
 *   <tr><td>insert PROD_HOUSEKEEPING_COMPLETE</td><td>{@code sql(...)} in the same transaction</td></tr>
 *   <tr><td>Smoke tests 1 to 4</td><td>gate "Smoke"; a denial is told from another error</td></tr>
 *   <tr><td>Emergency rollback: stop services, restore the latest file, restart</td><td>{@code
 *       undoneBy(restore(dump))}: exactly this run's backup; the application is in maintenance mode
 *       meanwhile, so nothing is stopped and started</td></tr>
 *   <tr><td>Emergency rollback: alerts</td><td>the runner's channel is told of FAILED and ENDED</td></tr>
 *   <tr><td>Monitoring and abort: any ERROR in logs; connections; locks not granted</td><td>guards:
 *       {@code noRows}, {@code sessions}, {@code lockWaits}</td></tr>
 *   <tr><td>Abort: lock timeout exceeded</td><td>the step fails, and nothing is committed</td></tr>
 *   <tr><td>Abort: more than 5 deadlocks; response over 5 s; CPU over 80 %</td><td>guards: {@code
 *       deadlocks}, {@code responseTime}, {@code gauge} of the host's load</td></tr>
 *   <tr><td>Abort: any team member calls for it</td><td>{@code examples/run abort}, a letter of one
 *       person</td></tr>
 *   <tr><td>Post: no errors in last 10 minutes, health green, metrics normal</td><td>{@code quiet}:
 *       watched, not remembered</td></tr>
 *   <tr><td>Post: no user complaints</td><td>{@code signOff}: only people hear of them</td></tr>
 *   <tr><td>Post: audit log complete; backup verified; rollback still viable</td><td>"Smoke"; the
 *       drill; {@code noOlderThan} says until when</td></tr>
 * </table>
 */
final class DirectToProduction {
  private DirectToProduction() {}

  /**
   * @param db directory of the scripts
   * @param vault for the backup
   * @param address of the application
   * @param token what its administrators send
   * @param from begin of the maintenance window, UTC, as {@code 02:00}
   * @param to its end
   * @param quiet how long all must be well afterwards
   * @param cpu how busy the database's host is, in percent
   */
  static Runbook runbookFor(
      Path db,
      Path vault,
      String address,
      Secret token,
      String from,
      String to,
      Duration quiet,
      Callable<Integer> cpu) {
    var dump = backUp(into(vault)).named("backup of production");
    HttpApi app = http(address).withHeader("Authorization", token);

    Change maintenance =
        app.post("/api/maintenance/enable")
            .provenBy(app.get("/api/maintenance").says("enabled", "true"))
            .named("maintenance mode")
            .undoneBy(
                app.post("/api/maintenance/disable")
                    .provenBy(app.get("/api/maintenance").says("enabled", "false")));

    return runbook(
            "Direct to production: database housekeeping",
            gate(
                "Authority",
                approval("execution directly in production, incident team on standby?")
                    .by(one("database administrator"), one("security officer"), one("chairman/CTO"))
                    .validFor(ofHours(4))
                    .named("required signatures")),
            gate(
                "Recoverable",
                dump,
                restoreDrill(dump).intoScratchDatabase().named("drill"),
                Postgres.recoveryPoint(),
                Postgres.archiving()),
            gate("Window", maintenanceWindow(from, to, UTC).withHeadroom(ofMinutes(30))),
            gate("Maintenance mode", maintenance),
            gate(
                "Applied, all or nothing",
                noOlderThan(ofMinutes(15), dump),
                inOneTransaction(
                        scripts(db.resolve("housekeeping.sql")),
                        tableExists("eng.strategic_directives_v2"),
                        Access.sensitiveTablesExist(),
                        Access.rowSecurityOnSensitiveTables(),
                        Access.noWritesAcrossTheBoundary(),
                        sql(
                            """
                            insert into audit.change_log (table_name, operation, user_name, row_data)
                            values ('system', 'PROD_HOUSEKEEPING_COMPLETE', current_user,
                              jsonb_build_object('status', 'success', 'phase', 'all'))
                            """))
                    .withLockTimeout(ofSeconds(10))
                    .withStatementTimeout(ofMinutes(5))
                    .named("housekeeping")
                    .undoneBy(restore(dump).named("restore the backup"))),
            gate(
                "Smoke",
                rows("select 1 from views.eng_governance_summary").areAtLeast(1),
                rows("select 1 from views.vh_linkage_status").areAtLeast(1),
                Access.analystReadsTheViews(),
                Access.analystIsDeniedTheTables(),
                Access.analystReadsNothingElse(),
                rows("select 1 from audit.change_log where operation ="
                        + " 'PROD_HOUSEKEEPING_COMPLETE'")
                    .are(1)),
            gate(
                "Quiet",
                quiet(quiet, noErrors(), app.get("/health").hasStatus(200)).every(second(quiet))),
            gate(
                "Signed",
                signOff("all smoke tests seen green?")
                    .by(one("database administrator"))
                    .validFor(ofDays(1))),
            gate(
                "Open again",
                app.post("/api/maintenance/disable")
                    .provenBy(app.get("/api/maintenance").says("enabled", "false"))
                    .named("end of maintenance mode")
                    .cannotBeUndone("its users are back")))
        .guardedBy(
            Guard.of(noErrors(), ofSeconds(1)),
            gauge("CPU of the host", cpu).isAtMost(80).every(ofSeconds(1)).forSamples(3),
            responseTime(address + "/health")
                .atMost(ofSeconds(5))
                .every(ofSeconds(1))
                .forSamples(2),
            Guard.of(deadlocks().sinceStart().atMost(5), ofSeconds(1)),
            Guard.of(sessions().inState("idle in transaction").atMost(20), ofSeconds(5)),
            Guard.of(lockWaits().atMost(20), ofSeconds(5)).forSamples(3));
  }

  private static NamedCheck noErrors() {
    return noRows(
        "no error in the service logs",
        "select message from audit.service_logs"
            + " where level = 'ERROR' and timestamp > now() - interval '1 minute'");
  }

  /** Ten looks at least, and no more than one a second. */
  private static Duration second(Duration quiet) {
    Duration tenth = quiet.dividedBy(10);
    return tenth.compareTo(ofSeconds(1)) > 0 ? ofSeconds(1) : tenth;
  }
}
