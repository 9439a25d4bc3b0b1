package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.GatehouseOperations.call;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** A service's own migrations by Flyway, as one step of a runbook. */
public final class FlywayDeployment {
  private FlywayDeployment() {}

  /**
   * Flyway as the service configures it: with connections of its own, which Gatehouse neither lends
   * nor fences; Flyway's own lock keeps two of it apart.
   */
  public static Flyway flyway(Target target, Path migrations) {
    return Flyway.configure()
        .dataSource(connections(target))
        .schemas("vh")
        .locations("filesystem:" + migrations)
        .baselineOnMigrate(true)
        .load();
  }

  /** As the target logs in; a service gives Flyway its pool. */
  private static DataSource connections(Target target) {
    return new PGSimpleDataSource() {
      @Override
      public Connection getConnection() throws SQLException {
        return target.connect(Map.of());
      }
    };
  }

  /** See {@link FlywayHistory}. */
  public static NamedCheck history(Flyway flyway) {
    return FlywayHistory.shows(flyway);
  }

  /** Backed up and proved, migrated, looked at. */
  public static Runbook runbookFor(Flyway flyway, Path vault) {
    var dump = backUp(into(vault)).named("backup");
    return runbook(
        "Migrate by Flyway",
        gate("Backup taken", dump),
        gate("Restore proved", restoreDrill(dump).intoScratchDatabase().named("drill")),
        gate(
            "Migrated",
            call("flyway", () -> flyway.migrate())
                .provenBy(history(flyway))
                .inTarget()
                .undoneBy(restore(dump).named("restore the backup"))),
        gate("Verified", tableExists("vh.venture_owners"), rowCount("vh.ventures").is(5_000)));
  }
}
