package dev.gatehouse.examples.mysql;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.changesIn;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.envFile;
import static dev.gatehouse.dsl.GatehouseCredentials.logsIn;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static dev.gatehouse.dsl.GatehouseOperations.exportEnvironment;
import static dev.gatehouse.dsl.GatehouseOperations.followUp;
import static dev.gatehouse.dsl.GatehouseOperations.http;
import static dev.gatehouse.dsl.GatehouseOperations.incident;
import static dev.gatehouse.dsl.GatehouseOperations.lines;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.responseTime;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.time.ZoneOffset.UTC;

import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Session;
import dev.gatehouse.dsl.http.Workflow;
import dev.gatehouse.dsl.operation.Command;
import dev.gatehouse.examples.Application;
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.mysql.MySql;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The MySQL part of a restore runbook, line by line: a nightly backup, the binary logs up to the
 * accident, and everything around it. What people agree to here is what no check can look at.
 *
 * <table>
 *   <caption>Each line of the document, and where it is here</caption>
 *   <tr><td>Prerequisites: commander has authorised, stakeholders notified</td><td>{@code approval}, of
 *       the commander and the operator, by their keys</td></tr>
 *   <tr><td>Latest validated backup; choose the restore point from the catalogue</td><td>{@code
 *       fromCatalogue(vault).at(disaster)}, restored beside everything by {@code restoreDrill}</td></tr>
 *   <tr><td>Freeze deploys: disable deploy.yml</td><td>{@code workflow(...).disabled()}, and {@code
 *       isIdle()}: none is under way; {@code enabled()} afterwards</td></tr>
 *   <tr><td>Export the current .env</td><td>{@code exportEnvironment}</td></tr>
 *   <tr><td>1 mysqlbinlog --verify-binlog-checksum</td><td>{@code changesIn(...).complete(...)}: every
 *       file that is needed, every checksum, no gap</td></tr>
 *   <tr><td>2 php artisan down; 5 php artisan up</td><td>{@code command(...).provenBy(...)}, each undone
 *       by the other</td></tr>
 *   <tr><td>2 sufficient disk space</td><td>{@code MySql.spaceForRestore()}</td></tr>
 *   <tr><td>2 manual snapshot, stored for 30 days</td><td>{@code backUp(...).keptFor(ofDays(30))}</td></tr>
 *   <tr><td>3 import the full dump; replay binlogs up to the restore time</td><td>{@code
 *       restore(backup).replaying(...).stoppingBefore(disaster)}</td></tr>
 *   <tr><td>3 mysqlcheck --auto-repair</td><td>{@code MySql.tables().areSound()}: a table that was just
 *       made and is damaged is restored, and not repaired</td></tr>
 *   <tr><td>4 SELECT COUNT(*) of critical tables</td><td>{@code rowCount(...).isAtLeast(...)}</td></tr>
 *   <tr><td>4 php artisan migrate --pretend</td><td>{@code commandSucceeds}</td></tr>
 *   <tr><td>4 end-to-end functional checks</td><td>{@code signOff} of the application owner</td></tr>
 *   <tr><td>4 dashboards: error rates, replication lag, query latency</td><td>{@code noRows} of errors,
 *       {@code lines(log)} without ERROR, {@code responseTime}; the shop has no replica, else {@code
 *       replicationLag().atMost(...)}</td></tr>
 *   <tr><td>5 restore time, data-loss window, outstanding tasks recorded</td><td>{@code respondingTo},
 *       {@code closedToUsers} and {@code owing}: computed, and in every report</td></tr>
 *   <tr><td>5 date in docs/security-checklist.md; tickets; blameless review within three days</td><td>
 *       {@code followUp}, each with its owner and date</td></tr>
 *   <tr><td>Rotate database users</td><td>{@code rotatePassword(...).confirmedBy(logsIn(...))}</td></tr>
 *   <tr><td>Rotate backup storage keys</td><td>{@code acknowledge}: in the provider's console, by a
 *       person</td></tr>
 * </table>
 */
public final class MySqlRestore {
  private final Path work;
  private final Path log;
  private final String address;
  private final Workflow deploys;

  private MySqlRestore(Incident incident, Application application, DeployService service) {
    this.work = incident.work();
    this.log = incident.log();
    this.address = application.address();
    this.deploys =
        http(service.address())
            .withHeader("Authorization", service.token())
            .workflow("acme/shop", "deploy.yml");
  }

  /** With {@code --broken} a file of the archive is missing, and nothing is begun. */
  public static int run(List<String> arguments) throws Exception {
    Path work = Workspace.fresh("mysql-restore");
    Path vault = work.resolve("vault");
    Runner runner = Runner.journalingTo(work.resolve("journals")).withListener(Show.live());
    try (MySqlShop shop = MySqlShop.open();
        Application application = Application.begin();
        DeployService service = DeployService.begin()) {
      Incident incident = new Incident(work, shop);
      incident.prepare();
      var nightly = backUp(into(vault)).named("nightly");
      int backedUp =
          Session.run(
              Plan.of(runbook("Nightly backup", gate("Backup", nightly)), shop.target()), runner);
      if (backedUp != 0) {
        return backedUp;
      }
      Instant disaster = incident.happens();
      Path binlogs = incident.archive();
      if (arguments.contains("--broken")) {
        incident.loseOne(binlogs);
      }
      System.out.println("(the accident: all transactions are gone)");
      Team team =
          Team.startedHere(work)
              .with("irene", "incident commander")
              .with("dora", "database operator")
              .with("otto", "application owner");
      Plan plan =
          Plan.of(
              new MySqlRestore(incident, application, service)
                  .recovery(vault, binlogs, disaster)
                  .decidedBy(team.people()),
              shop.target());
      Show.plan(plan, work);
      return People.sayYes(
          plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
    }
  }

  /** What the recovery document says, as a value. */
  Runbook recovery(Path vault, Path binlogs, Instant disaster) {
    var backup = fromCatalogue(vault).at(disaster);
    var restored =
        restore(backup)
            .replaying(changesIn(binlogs))
            .stoppingBefore(disaster)
            .named("import and replay");
    var drill = restoreDrill(backup).intoScratchDatabase().withDeadline(ofHours(1)).named("drill");
    var password = envFile(work.resolve(".env"), "DB_PASSWORD");
    var safety = backUp(into(vault)).keptFor(ofDays(30)).named("safety snapshot");
    var down = down("maintenance mode").undoneBy(up("end maintenance mode"));
    var up = up("leave maintenance mode").undoneBy(down("maintenance mode again"));

    return runbook(
            "Restore service after data loss",
            gate(
                "Authorised",
                approval("restore authorised, window approved, stakeholders notified?")
                    .by(one("incident commander"), one("database operator"))
                    .validFor(ofHours(4))
                    .named("restore authorised"),
                note("commander, operator and owner are named in the journal, by their keys")),
            gate(
                "Frozen",
                deploys.disabled(),
                deploys.isIdle(),
                exportEnvironment(work.resolve(".env")).into(work.resolve("incident.env"))),
            gate(
                "Restore point proved",
                changesIn(binlogs)
                    .complete(backup, disaster)
                    .named("binary logs without a gap, every checksum right"),
                drill),
            gate("Maintenance mode", down),
            gate(
                "Room and safety",
                MySql.spaceForRestore(),
                safety,
                noOlderThan(ofMinutes(15), safety)),
            gate(
                "Restored",
                approval("import into the shop now?")
                    .by(one("database operator"))
                    .validFor(ofHours(1))
                    .typing("RESTORE")
                    .named("import approved"),
                restored),
            gate("Sound", MySql.tables().areSound()),
            gate(
                "Validated",
                rowCount("users").isAtLeast(3),
                rowCount("transactions").isAtLeast(4),
                rowCount("audit_logs").isAtLeast(1),
                commandSucceeds(artisan("migrate", "--pretend")).named("no migration is pending"),
                signOff("login, payment and reports work end to end?")
                    .by(one("application owner"))
                    .validFor(ofDays(1))
                    .named("service validated"),
                lines(log).since(ofMinutes(10)).inZone(UTC).matching("ERROR").none(),
                responseTime(address + "/health").atMost(ofSeconds(2)),
                noRows(
                    "no error since the restore",
                    "select 1 from audit_logs where level = 'ERROR'"
                        + " and created_at > utc_timestamp() - interval 10 minute")),
            gate("Back in service", up, deploys.enabled()),
            gate(
                "Handed over",
                signOff("what is lost is known to those who lost it, and service is announced?")
                    .by(one("incident commander"))
                    .validFor(ofDays(1))
                    .named("incident closed")),
            gate(
                "Credentials",
                rotatePassword("site_app@%")
                    .into(password)
                    .confirmedBy(logsIn("site_app@%", password)),
                acknowledge("backup storage keys rotated?").by("database operator"),
                note("the replaced tables are dropped when nobody wants them back")))
        .respondingTo(incident(disaster, disaster).exposing("site_app"))
        .closedToUsers(down, up)
        .owing(
            followUp("date of this restore in docs/security-checklist.md")
                .by("incident commander")
                .within(ofDays(1)),
            followUp("tickets for what was done by hand").by("database operator").within(ofDays(3)),
            followUp("blameless review").by("incident commander").within(ofDays(3)));
  }

  private Command artisan(String... arguments) {
    return command(work.resolve("artisan").toString(), arguments).withDirectory(work);
  }

  private Command down(String name) {
    return artisan("down", "--render=errors::503-maintenance")
        .named(name)
        .provenBy(commandSucceeds(artisan("is-down")).named(name + ": it is down"));
  }

  private Command up(String name) {
    return artisan("up")
        .named(name)
        .provenBy(commandSucceeds(artisan("is-up")).named(name + ": it is up"));
  }
}
