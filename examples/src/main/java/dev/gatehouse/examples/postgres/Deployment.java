package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static dev.gatehouse.dsl.Gatehouse.recordBaseline;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.trial;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.dsl.sql.InOneTransaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Five workflows as five runbooks: what would change, backup, restore, drift, deploy. */
final class Deployment {
  private Deployment() {}

  private static InOneTransaction housekeeping(Path db) {
    return inOneTransaction(scripts(db.resolve("housekeeping.sql"))).withLockTimeout(ofSeconds(10));
  }

  /** Executes the scripts, prints what they change in the catalogue, and rolls back. */
  static Runbook diff(Path db) {
    return runbook(
        "Diff: housekeeping", gate("Tried and rolled back", trial(housekeeping(db).named("diff"))));
  }

  static Runbook backup(Path vault) {
    var dump = backUp(into(vault)).named("backup");
    return runbook(
        "Backup",
        gate("Backup taken", dump),
        gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill")));
  }

  /**
   * @param wait between the question and the restore, in which anybody may say no; minutes, at home
   */
  static Runbook restored(Path vault, Instant at, Duration wait) {
    var backup = fromCatalogue(vault).at(at);
    return runbook(
        "Restore production",
        gate(
            "Authorised",
            approval(
                    "restore production to "
                        + at.truncatedTo(SECONDS)
                        + ", and lose what came after?")
                .by(atLeast(2, "senior engineer"), one("product owner"))
                .validFor(ofHours(12))
                .notBefore(wait)
                .typing("RESTORE")
                .named("restore approved")),
        gate("Backup proved", restoreDrill(backup).intoScratchDatabase().named("drill")),
        gate("Restored", restore(backup).named("restore")),
        gate("Verified", rowCount("vh.ingest_runs").is(20_000)));
  }

  static Runbook baseline(Path file) {
    return runbook("Baseline", gate("Recorded", recordBaseline(file)));
  }

  static Runbook drift(Path baseline) {
    return runbook(
        "Drift check",
        gate("As recorded", noDrift().onSchemas("eng", "vh", "views").from(baseline)));
  }

  static Runbook deploy(Path db, Path vault, Path baseline) {
    var dump = backUp(into(vault)).named("backup");
    return runbook(
        "Deploy: housekeeping",
        gate("No drift", noDrift().onSchemas("eng", "vh", "views").from(baseline)),
        gate(
            "Reviewed",
            approval("diff reviewed, window agreed?")
                .by(atLeast(2, "reviewer"))
                .validFor(ofHours(12))),
        gate("Backup taken", dump),
        gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill")),
        gate(
            "Deployed",
            housekeeping(db).named("deploy").undoneBy(restore(dump).named("restore the backup"))),
        gate("Verified", rowCount("eng.strategic_directives_v2").is(300)));
  }
}
