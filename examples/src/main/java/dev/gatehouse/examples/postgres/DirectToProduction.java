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
import static dev.gatehouse.dsl.GatehouseOperations.http;
import static dev.gatehouse.dsl.GatehouseOperations.lockWaits;
import static dev.gatehouse.dsl.GatehouseOperations.maintenanceWindow;
import static dev.gatehouse.dsl.GatehouseOperations.one;
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
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.http.HttpApi;
import java.nio.file.Path;

/** The emergency path: everything in one transaction in production, or nothing of it. */
final class DirectToProduction {
  private DirectToProduction() {}

  /**
   * @param db directory of the scripts
   * @param vault for the backup
   * @param address of the application
   * @param token what its administrators send
   * @param from begin of the maintenance window, UTC, as {@code 02:00}
   * @param to its end
   */
  static Runbook runbookFor(
      Path db, Path vault, String address, Secret token, String from, String to) {
    var dump = backUp(into(vault)).named("backup of production");
    HttpApi app = http(address).withHeader("Authorization", token);

    Change maintenance =
        app.post("/api/maintenance/enable")
            .provenBy(app.get("/api/maintenance").says("enabled", "true"))
            .named("maintenance mode")
            .undoneBy(app.post("/api/maintenance/disable"));

    return runbook(
            "Direct to production: database housekeeping",
            gate(
                "Authority",
                approval("execution directly in production, incident team on standby?")
                    .by(one("database administrator"), one("security officer"), one("chairman/CTO"))
                    .validFor(ofHours(4))
                    .named("required signatures")),
            gate("Recoverable", dump, restoreDrill(dump).intoScratchDatabase().named("drill")),
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
                rows("select 1 from audit.change_log where operation = 'PROD_HOUSEKEEPING_COMPLETE'")
                    .are(1)),
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
            Guard.of(
                noRows(
                    "no error in the service logs",
                    "select message from audit.service_logs"
                        + " where level = 'ERROR' and timestamp > now() - interval '1 minute'"),
                ofSeconds(1)),
            responseTime(address + "/health")
                .atMost(ofSeconds(5))
                .every(ofSeconds(1))
                .forSamples(2),
            Guard.of(deadlocks().sinceStart().atMost(5), ofSeconds(1)),
            Guard.of(sessions().inState("idle in transaction").atMost(20), ofSeconds(5)),
            Guard.of(lockWaits().atMost(20), ofSeconds(5)).forSamples(3));
  }
}
