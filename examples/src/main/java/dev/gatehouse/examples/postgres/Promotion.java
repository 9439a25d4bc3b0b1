package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.Gatehouse.value;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.deadlocks;
import static dev.gatehouse.dsl.GatehouseOperations.measure;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.ramp;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static dev.gatehouse.dsl.GatehouseOperations.sources;
import static dev.gatehouse.dsl.GatehouseTelling.announce;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.dsl.ramp.Flag;
import dev.gatehouse.dsl.tell.Message;
import dev.gatehouse.examples.Team;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.time.Duration;

/**
 * "Production Promotion Runbook - Database Housekeeping", line by line: two schemas, phase by
 * phase, with a way back for each.
 *
 * <table>
 *   <caption>Each line of the document, and where it is here</caption>
 *   <tr><td>Do not execute until staging is validated; 1 all scripts ran on staging, no errors, row
 *       counts, views compile, RLS active and tested, complete trail</td><td>{@code succeededOn}: the
 *       journal of staging's run, verified up to its head, went through the same statements, and
 *       ended SUCCEEDED behind the same checks ({@link #onStaging})</td></tr>
 *   <tr><td>2 pg_dump, pg_restore --list, note location and size</td><td>{@code backUp}, {@code
 *       restoreDrill}: a whole restore, each row compared; place, size and digest stand in the
 *       checklist</td></tr>
 *   <tr><td>3 PITR is configured, WAL position, recovery point</td><td>{@code recoveryPoint}: a restore
 *       point with its LSN, and the WAL file that holds it has arrived in the archive; {@code
 *       archiving}: and none has failed since</td></tr>
 *   <tr><td>4 maintenance window scheduled</td><td>by whoever starts it; {@code maintenanceWindow}
 *       is in {@code direct-to-production}</td></tr>
 *   <tr><td>4 stakeholders notified, channel open</td><td>{@code announce}, closed until it has
 *       arrived</td></tr>
 *   <tr><td>4 incident team on standby</td><td>{@code acknowledge}: people, not a machine's
 *       work</td></tr>
 *   <tr><td>Phase 1.1 to 1.3, 2.1, 2.2 psql with ON_ERROR_STOP and --single-transaction</td><td>
 *       {@code inOneTransaction(scripts(...))}, migrations, views and policies of a phase in one
 *       transaction and not one each, so that no half of a phase is ever seen</td></tr>
 *   <tr><td>Phase 1.4 verify: row security</td><td>{@code rowSecurity().forcedOn(...)}; {@code
 *       tableExists} before the commit</td></tr>
 *   <tr><td>Phase 2.3 no cross-boundary writes, 0 rows expected</td><td>{@code
 *       grantee("vh_*").mayNot(...)} over effective access: roles, PUBLIC and columns as well</td></tr>
 *   <tr><td>Phase 3 CI policy: three greps over apps/vh</td><td>{@code sources(...).neverWrite}: asked
 *       in this run, and no pass where nothing was read. The workflow's file is not written: a check
 *       of CI is committed by people</td></tr>
 *   <tr><td>Post 1 expected tables, view compilation</td><td>{@code tableExists}, {@code
 *       sensitiveTablesExist}; {@code actingAs("analyst_ro").can(SELECT)} executes the views</td></tr>
 *   <tr><td>Post 2 analyst is denied the table, reads the view</td><td>{@code isDenied(SELECT)}, and by
 *       the catalogue on each table of eng; a denial is told from another error</td></tr>
 *   <tr><td>Post 3 audit trail</td><td>{@code rows} over audit.migration_log; the run's own journal</td>
 *       </tr>
 *   <tr><td>Ramp 10, 50, 100 %; 30 minutes, 1 hour; errors every 10 s; ingest success</td><td>{@code
 *       ramp}, {@link Pace}, {@code watching(noErrors, ingestSucceeds)}; only watched time counts</td>
 *       </tr>
 *   <tr><td>Immediate rollback: stop ingest, pg_restore --clean, verify</td><td>the undo of the phases
 *       ({@code migrations/DOWN}), and the flag back to 0, which is what stops ingest here; {@code
 *       direct-to-production} restores</td></tr>
 *   <tr><td>Partial rollback: DOWN scripts, flags</td><td>{@code undoneBy}: each phase its own script;
 *       one undo of the flag from every level</td></tr>
 *   <tr><td>Communication template</td><td>{@code Message.begins}; {@code FAILED} and {@code ENDED}
 *       are told by the channel, with what is wrong</td></tr>
 *   <tr><td>Success: no errors in logs</td><td>{@code noErrors}, watched at each level and as a guard
 *       over the whole run</td></tr>
 *   <tr><td>Success: views return data, RLS blocks, trail, no cross-boundary write, CI green, ingest
 *       rate</td><td>gates "Verified" and "Boundary", {@code ingestSucceeds}</td></tr>
 *   <tr><td>Success: p95 within 10 %</td><td>{@code measure} before, {@code isAtMostPercentAbove(10)}
 *       behind the ramp. This database records no latencies: the time between two runs of ingest stands for
 *       it</td></tr>
 *   <tr><td>Sign-off by four</td><td>{@code signOff}, each with a key of their own</td></tr>
 * </table>
 */
final class Promotion {
  /** How long each level must be quiet, and how often it is looked at. */
  record Pace(Duration first, Duration second, Duration every) {
    /** As the document has it. */
    static final Pace OF_THE_DOCUMENT = new Pace(ofMinutes(30), ofHours(1), ofSeconds(10));

    /** So that an example ends while somebody watches. */
    static final Pace OF_THE_EXAMPLE = new Pace(ofSeconds(1), ofSeconds(2), ofMillis(200));
  }

  private static final String P95 =
      """
      select extract(epoch from percentile_cont(0.95) within group (order by gap)) from
        (select created_at - lag(created_at) over (order by created_at) as gap from vh.ingest_runs) g
      """;

  private Promotion() {}

  /** Those who sign off, with keys below that directory. */
  static Team team(Path work) {
    return Team.startedHere(work)
        .with("lena", "engineering lead")
        .with("dora", "database admin")
        .with("sven", "security team")
        .with("paul", "product owner");
  }

  /**
   * @param db directory of the scripts
   * @param vault for the backup
   * @param stakeholders who is told that it begins
   * @param ingest the file by which the ingest service knows its percentage
   * @param staging what went through it before
   */
  static Runbook runbookFor(
      Path db, Path vault, Channel stakeholders, Path ingest, Pace pace, Staging staging) {
    var dump = backUp(into(vault)).named("backup of production");
    Change eng = applyEng(db);
    Change vh = applyVh(db);
    var before = measure("p95 of ingest before", P95);
    return runbook(
            "Promotion: database housekeeping",
            gate("Staging validated", staging.succeeded(eng, vh)),
            gate("Boundary", boundary(db)),
            gate("Measured", before),
            gate("Backup taken", dump, Postgres.recoveryPoint(), Postgres.archiving()),
            gate(
                "Restore proved",
                restoreDrill(dump)
                    .intoScratchDatabase()
                    .withDeadline(ofMinutes(10))
                    .named("drill")),
            gate(
                "Communicated",
                announce(
                    Message.begins("database housekeeping")
                        .impact("reports may be slow; no downtime is planned")
                        .eta("within two hours")
                        .updatingIn(ofMinutes(15)),
                    stakeholders),
                acknowledge("incident team on standby?").by("product owner")),
            gate("Engineering schema", noOlderThan(ofMinutes(15), dump), eng),
            gate("Venture hub schema", vh),
            verified())
        .then(
            ramp(Flag.file("ingest", ingest))
                .from(0)
                .to(10)
                .soaking(pace.first())
                .to(50)
                .soaking(pace.second())
                .to(100)
                .watching(noErrors(), ingestSucceeds())
                .every(pace.every())
                .gates())
        .then(gate("No slower", value(P95).isAtMostPercentAbove(10).of(before)))
        .then(
            gate(
                "Signed off",
                signOff("promotion complete?")
                    .by(
                        one("engineering lead"),
                        one("database admin"),
                        one("security team"),
                        one("product owner"))
                    .validFor(ofDays(7))))
        .guardedBy(
            Guard.of(noErrors(), ofSeconds(10)),
            Guard.of(deadlocks().sinceStart().atMost(5), ofSeconds(10)));
  }

  /** The same changes and the same checks on staging, where nobody is asked. */
  static Runbook onStaging(Path db) {
    return runbook(
        "Promotion: staging",
        gate("Engineering schema", applyEng(db)),
        gate("Venture hub schema", applyVh(db)),
        verified());
  }

  private static Change applyEng(Path db) {
    return inOneTransaction(
            scripts(db.resolve("migrations/eng")),
            scripts(db.resolve("views/eng_governance_views.sql")),
            scripts(db.resolve("policies/eng_rls_policies.sql")),
            tableExists("eng.strategic_directives_v2"))
        .withLockTimeout(ofSeconds(10))
        .named("apply eng")
        .undoneBy(
            inOneTransaction(scripts(db.resolve("migrations/DOWN/eng.sql")))
                .named("take eng back")
                .cannotBeUndone("it is the way back itself"));
  }

  private static Change applyVh(Path db) {
    return inOneTransaction(
            scripts(db.resolve("migrations/vh")),
            scripts(db.resolve("views/vh_readonly_views.sql")),
            scripts(db.resolve("policies/vh_rls_policies.sql")),
            sql("insert into audit.migration_log (version) values ('2025-09-22')"))
        .withLockTimeout(ofSeconds(10))
        .named("apply vh")
        .undoneBy(
            inOneTransaction(scripts(db.resolve("migrations/DOWN/vh.sql")))
                .named("take vh back")
                .cannotBeUndone("it is the way back itself"));
  }

  /** The venture hub's application stays on its side, whatever its account may do. */
  static Check boundary(Path db) {
    return sources(db.resolveSibling("apps").resolve("vh")).neverWrite("eng_*", "eng.*");
  }

  private static Gate verified() {
    return gate(
        "Verified",
        Access.noWritesAcrossTheBoundary(),
        Access.sensitiveTablesExist(),
        Access.rowSecurityOnSensitiveTables(),
        Access.analystReadsTheViews(),
        Access.analystIsDeniedTheTables(),
        Access.analystReadsNothingElse(),
        rows("select 1 from views.eng_governance_summary").areAtLeast(1),
        rows("select 1 from views.vh_linkage_status").areAtLeast(1),
        rows("select 1 from audit.migration_log where version = '2025-09-22'").are(1));
  }

  private static Check noErrors() {
    return noRows(
        "no error in the service logs",
        "select message from audit.service_logs"
            + " where level = 'ERROR' and timestamp > now() - interval '10 minutes'");
  }

  private static Check ingestSucceeds() {
    return value(
            """
            select 100.0 * count(*) filter (where status = 'success') / count(*) from vh.ingest_runs
            where created_at > (select max(created_at) from vh.ingest_runs) - interval '1 hour'
            """)
        .isAtLeast(95)
        .named("ingest succeeds");
  }
}
