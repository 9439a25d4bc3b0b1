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
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.ramp;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static dev.gatehouse.dsl.GatehouseTelling.announce;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.dsl.ramp.Flag;
import dev.gatehouse.dsl.tell.Message;
import dev.gatehouse.examples.Team;
import java.nio.file.Path;
import java.time.Duration;

/** The promotion of two schemas to production, phase by phase, with a way back for each. */
final class Promotion {
  /** How long each level must be quiet, and how often it is looked at. */
  record Pace(Duration first, Duration second, Duration every) {
    /** As the document has it. */
    static final Pace OF_THE_DOCUMENT = new Pace(ofMinutes(30), ofHours(1), ofSeconds(10));

    /** So that an example ends while somebody watches. */
    static final Pace OF_THE_EXAMPLE = new Pace(ofSeconds(1), ofSeconds(2), ofMillis(200));
  }

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
   */
  static Runbook runbookFor(Path db, Path vault, Channel stakeholders, Path ingest, Pace pace) {
    var dump = backUp(into(vault)).named("backup of production");
    return runbook(
            "Promotion: database housekeeping",
            gate(
                "Staging validated",
                acknowledge("all scripts ran on staging without an error?").by("engineering lead")),
            gate("Backup taken", dump),
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
            gate(
                "Engineering schema",
                noOlderThan(ofMinutes(15), dump),
                inOneTransaction(
                        scripts(db.resolve("migrations/eng")),
                        scripts(db.resolve("views/eng_governance_views.sql")),
                        scripts(db.resolve("policies/eng_rls_policies.sql")),
                        tableExists("eng.strategic_directives_v2"))
                    .withLockTimeout(ofSeconds(10))
                    .named("apply eng")
                    .undoneBy(
                        inOneTransaction(scripts(db.resolve("migrations/DOWN/eng.sql")))
                            .named("take eng back")
                            .cannotBeUndone("it is the way back itself"))),
            gate(
                "Venture hub schema",
                inOneTransaction(
                        scripts(db.resolve("migrations/vh")),
                        scripts(db.resolve("views/vh_readonly_views.sql")),
                        scripts(db.resolve("policies/vh_rls_policies.sql")),
                        sql("insert into audit.migration_log (version) values ('2025-09-22')"))
                    .withLockTimeout(ofSeconds(10))
                    .named("apply vh")
                    .undoneBy(
                        inOneTransaction(scripts(db.resolve("migrations/DOWN/vh.sql")))
                            .named("take vh back")
                            .cannotBeUndone("it is the way back itself"))),
            gate(
                "Verified",
                Access.noWritesAcrossTheBoundary(),
                Access.sensitiveTablesExist(),
                Access.rowSecurityOnSensitiveTables(),
                Access.analystReadsTheViews(),
                Access.analystIsDeniedTheTables(),
                Access.analystReadsNothingElse(),
                rows("select 1 from views.eng_governance_summary").areAtLeast(1),
                rows("select 1 from views.vh_linkage_status").areAtLeast(1),
                rows("select 1 from audit.migration_log where version = '2025-09-22'").are(1)))
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
