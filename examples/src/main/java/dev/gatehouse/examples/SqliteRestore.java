package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static dev.gatehouse.dsl.GatehouseOperations.exportEnvironment;
import static dev.gatehouse.dsl.GatehouseOperations.followUp;
import static dev.gatehouse.dsl.GatehouseOperations.incident;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;

import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.operation.Command;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * The SQLite part of a restore runbook: freeze, stop the worker, restore, validate, start, hand
 * over.
 */
public final class SqliteRestore {
  private static final int ROWS = 20_000;

  private final Path work;
  private final int rows;

  /**
   * The runbook for a directory that holds {@code shop.db}, its worker and its vault.
   *
   * @param rows that the shop had over all tables
   */
  public SqliteRestore(Path work, int rows) {
    this.work = work;
    this.rows = rows;
  }

  static int run() throws Exception {
    Path work = Workspace.fresh("sqlite-restore");
    SqliteRestore example = new SqliteRestore(work, ROWS);
    Instant good = example.accident();
    Target shop = Sqlite.file("shop", example.database());
    Team team =
        Team.startedHere(work)
            .with("irene", "incident commander")
            .with("otto", "application owner");
    Plan plan = Plan.of(example.runbookFor(good).decidedBy(team.people()), shop);
    Show.plan(plan, work);
    try {
      Runner runner = Runner.journalingTo(example.journals()).withListener(Show.live());
      return People.sayYes(
          plan, runner, (run, record) -> Show.end(run, record, work.resolve("reports")));
    } finally {
      example.control("stop");
    }
  }

  /** A shop with a backup, and then the accident. */
  Instant accident() throws Exception {
    SampleShop.create(database(), rows);
    Worker.install(work);
    Files.writeString(work.resolve("deploys.enabled"), "deploys may run");
    Files.writeString(work.resolve(".env"), "DB_DATABASE=shop.db\n");
    Target shop = Sqlite.file("shop", database());
    Runbook hourly =
        runbook("Hourly backup", gate("Backup", backUp(into(vault())).named("hourly")));
    RunRecord backup = Runner.journalingTo(journals()).run(Plan.of(hourly, shop));
    System.out.println("hourly backup " + backup.state());
    Instant good = Instant.now();
    control("start");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
        Statement statement = connection.createStatement()) {
      statement.execute("pragma busy_timeout = 5000");
      statement.execute("drop table payments");
      statement.executeUpdate("update customers set email = 'lost' || id || '@example.org'");
    }
    System.out.println("the accident: payments dropped, e-mail addresses overwritten");
    return good;
  }

  /** Starts or stops the worker beside any runbook. */
  void control(String verb) throws Exception {
    int exit =
        new ProcessBuilder(work.resolve("worker").toString(), verb).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("'worker " + verb + "' failed: see worker.log in " + work);
    }
  }

  /** What the recovery document says, as a value. */
  public Runbook runbookFor(Instant good) throws SQLException {
    var backup = fromCatalogue(vault()).at(good);
    var stopped = stopWorker().undoneBy(startWorker().named("start the worker again"));
    var started = startWorker().undoneBy(stopWorker().named("stop the worker again"));
    return runbook(
            "Restore the shop's database",
            gate(
                "Authorised",
                approval("restore authorised and stakeholders notified?")
                    .by(one("incident commander"))
                    .validFor(ofHours(4))),
            gate(
                "Frozen",
                move("freeze deploys", "deploys.enabled", "deploys.frozen")
                    .undoneBy(move("allow deploys again", "deploys.frozen", "deploys.enabled")),
                exportEnvironment(work.resolve(".env")).into(work.resolve("incident.env"))),
            gate(
                "Backup proved",
                restoreDrill(backup).into(work.resolve("scratch")).named("restore drill")),
            gate("Workers stopped", stopped),
            gate("Restored", restore(backup).named("restore")),
            gate(
                "Validated",
                Sqlite.integrity(),
                Sqlite.foreignKeys(),
                tableExists("payments"),
                rowCount("payments").is(rows * 3L / 10),
                noRows("no lost address", "select id from customers where email like 'lost%'")),
            gate(
                "Back in service",
                started,
                move("thaw deploys", "deploys.frozen", "deploys.enabled")
                    .undoneBy(move("freeze deploys again", "deploys.enabled", "deploys.frozen"))),
            gate(
                "Handed over",
                note("data since " + good + " is lost: enter it again from the order mails"),
                note("no password to rotate: SQLite has no accounts; keys of the storage by hand"),
                signOff("business workflows validated?")
                    .by(one("application owner"))
                    .validFor(ofDays(1))))
        .respondingTo(incident(good, good))
        .closedToUsers(stopped, started)
        .owing(followUp("blameless review").by("incident commander").within(ofDays(3)));
  }

  private Command move(String name, String from, String to) {
    return command("mv", from, to).withDirectory(work).named(name).provenBy(exists(to));
  }

  private Check exists(String file) {
    return commandSucceeds(command("test", "-e", file).withDirectory(work)).named(file + " exists");
  }

  private Command startWorker() {
    return worker("start", "running").named("start the worker");
  }

  private Command stopWorker() {
    return worker("stop", "stopped").named("stop the worker");
  }

  private Command worker(String verb, String proof) {
    Command proven = command(work.resolve("worker").toString(), proof);
    return command(work.resolve("worker").toString(), verb)
        .provenBy(commandSucceeds(proven).named("the worker is " + proof));
  }

  Path database() {
    return work.resolve("shop.db");
  }

  private Path journals() {
    return work.resolve("journals");
  }

  private Vault vault() {
    return Vault.at(work.resolve("vault"));
  }
}
