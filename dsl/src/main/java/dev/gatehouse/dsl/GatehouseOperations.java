package dev.gatehouse.dsl;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Incident;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.dsl.file.ExportEnvironment;
import dev.gatehouse.dsl.file.LogLines;
import dev.gatehouse.dsl.file.Sources;
import dev.gatehouse.dsl.http.HttpApi;
import dev.gatehouse.dsl.operation.Acknowledgement;
import dev.gatehouse.dsl.operation.Asking;
import dev.gatehouse.dsl.operation.Command;
import dev.gatehouse.dsl.operation.Deadlocks;
import dev.gatehouse.dsl.operation.Freezable;
import dev.gatehouse.dsl.operation.Gauge;
import dev.gatehouse.dsl.operation.JavaCall;
import dev.gatehouse.dsl.operation.MaintenanceWindow;
import dev.gatehouse.dsl.operation.Owing;
import dev.gatehouse.dsl.operation.ReplicationLag;
import dev.gatehouse.dsl.operation.ResponseTime;
import dev.gatehouse.dsl.operation.Seats;
import dev.gatehouse.dsl.operation.ServerCount;
import dev.gatehouse.dsl.operation.Service;
import dev.gatehouse.dsl.operation.SessionStates;
import dev.gatehouse.dsl.operation.SucceededOn;
import dev.gatehouse.dsl.operation.WaitTimer;
import dev.gatehouse.dsl.ramp.Flag;
import dev.gatehouse.dsl.ramp.Ramp;
import dev.gatehouse.dsl.ramp.Soak;
import dev.gatehouse.dsl.sql.Query;
import dev.gatehouse.dsl.sql.Value;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * The verbs for what surrounds a change: people, maintenance windows, programs, what the server
 * tells of its work, and numbers from elsewhere. Made for {@code import static
 * dev.gatehouse.dsl.GatehouseOperations.*}, beside {@link Gatehouse}, whose rules hold here, too.
 *
 * @since 0.1
 */
public final class GatehouseOperations {
  private GatehouseOperations() {}

  /** A question to a person; say who may answer: {@code acknowledge("...").by("role")}. */
  public static Acknowledgement acknowledge(String question) {
    return new Acknowledgement(question);
  }

  /**
   * Agreement of several people before dangerous steps: {@code approval("restore
   * production").by(atLeast(2, "senior engineer"), one("product owner")).validFor(ofHours(12))}.
   */
  public static Asking approval(String question) {
    return new Asking(question);
  }

  /**
   * The same at the end of a runbook, who vouches that all is well: {@code signOff("promotion
   * complete?").by(one("product owner")).validFor(ofDays(7))}. How long a word counts must be said
   * here, too.
   */
  public static Asking signOff(String question) {
    return new Asking(question);
  }

  /**
   * What the runbook answers to; reports count from it: {@code
   * runbook(...).respondingTo(incident(began, good).exposing("app"))}.
   *
   * @param began when it began to hurt
   * @param good the last moment at which the data were known to be good
   * @throws IllegalArgumentException when good is later than began
   */
  public static Incident incident(Instant began, Instant good) {
    return new Incident(began, good, List.of());
  }

  /**
   * What is owed after the run: {@code runbook(...).owing(followUp("blameless review").by("incident
   * commander").within(ofDays(3)))}.
   */
  public static Owing followUp(String what) {
    return new Owing(what);
  }

  /** That many different people in that role. */
  public static Seats atLeast(int number, String role) {
    return new Seats(number, role);
  }

  /** One person in that role. */
  public static Seats one(String role) {
    return new Seats(1, role);
  }

  /** Time in which anybody may think again: {@code waitTimer(ofMinutes(5))}. */
  public static WaitTimer waitTimer(Duration time) {
    return WaitTimer.of(time);
  }

  /**
   * Keeps every other run from starting on this target: {@code freeze(journals).because("incident
   * 7")}; its undo thaws, and so does {@code thaw()} of it.
   *
   * @param journals where those runners journal to, as this one does
   */
  public static Freezable freeze(Path journals) {
    return new Freezable(journals);
  }

  /**
   * Somebody who decides: {@code person("ada").withKey(publicKey).as("dba")}; a runbook has them by
   * {@code decidedBy(People.of(...))}.
   */
  public static Person person(String name) {
    return Person.named(name);
  }

  /**
   * The hours in which the target may be changed.
   *
   * @param from first time of day that belongs to it, such as {@code 02:00}
   * @param to first time of day that no longer does; before {@code from} when it crosses midnight
   */
  public static MaintenanceWindow maintenanceWindow(String from, String to, ZoneId zone) {
    return MaintenanceWindow.of(from, to, zone);
  }

  /**
   * A program of this machine, without a shell. Say {@code undoneBy(step)} or {@code
   * cannotBeUndone("why")} to make it a step.
   *
   * @param program an absolute path, or a name that is looked up in PATH while planning
   */
  public static Command command(String program, String... arguments) {
    return Command.of(program, arguments);
  }

  /**
   * Code of the application as a change: {@code call("flyway", () -> flyway.migrate())}. Say {@code
   * provenBy(check)}, and {@code undoneBy(step)} or {@code cannotBeUndone("why")} to make it a
   * step.
   */
  public static JavaCall call(String name, JavaCall.Code code) {
    return JavaCall.of(name, code);
  }

  /**
   * A service of this machine: {@code service("shop-ingest").stopped()}, which is undone by
   * starting it again.
   */
  public static Service service(String name) {
    return Service.of(name);
  }

  /** Passes when the program, which only looks, exits with 0. */
  public static NamedCheck commandSucceeds(String program, String... arguments) {
    return Command.of(program, arguments).check();
  }

  /** The same for a command with options. */
  public static NamedCheck commandSucceeds(Command command) {
    return command.check();
  }

  /**
   * What answers by HTTP there: {@code http("https://shop.example").withHeader("Authorization",
   * token)}; its {@code get(path)} is asked, its {@code post(path)} and {@code put(path)} are
   * steps.
   *
   * @param base begins with http:// or https://; without account or password
   * @throws IllegalArgumentException when it is no such address
   */
  public static HttpApi http(String base) {
    return HttpApi.at(base);
  }

  /**
   * How long an HTTP endpoint takes to answer: {@code responseTime(app +
   * "/health").atMost(ofSeconds(5)).every(ofSeconds(1)).forSamples(2)}.
   *
   * @param address begins with http:// or https://; without account or password
   * @throws IllegalArgumentException when it is no such address
   */
  public static ResponseTime responseTime(String address) {
    return new ResponseTime(address);
  }

  /**
   * A number from elsewhere, such as the load of an operating system: {@code gauge("load of the
   * host", () -> bean.getSystemLoadAverage()).isAtMost(8).every(ofSeconds(5))}.
   *
   * @param name as the checklist and the guard have it
   * @throws IllegalArgumentException when the name is blank
   */
  public static Gauge gauge(String name, Callable<? extends Number> source) {
    return new Gauge(name, source);
  }

  /**
   * A flag opened level by level, with time in which checks must hold: {@code
   * ramp(ingest).from(0).to(10).soaking(ofMinutes(30)).to(100).watching(noErrors)}.
   */
  public static Ramp.Of ramp(Flag flag) {
    return new Ramp.Of(flag);
  }

  /**
   * Time in which checks must hold: {@code quiet(ofMinutes(10), noErrors, health)}.
   *
   * @throws IllegalArgumentException when the time is not above zero
   */
  public static Soak quiet(Duration time, Check first, Check... rest) {
    return Soak.of(time, Names.list(first, rest));
  }

  /**
   * Proof that another database has been through the same: {@code succeededOn("staging", journal,
   * head).of(housekeeping).within(ofDays(7))}.
   *
   * @param head as the report of that run shows it
   */
  public static SucceededOn.Elsewhere succeededOn(String name, Path journal, String head) {
    return new SucceededOn.Elsewhere(name, journal, head);
  }

  /**
   * A number to compare with later: {@code var before = measure("p95 before", query)}, and behind
   * the change {@code value(query).isAtMostPercentAbove(10).of(before)}.
   */
  public static NamedCheck measure(String name, String query, Object... binds) {
    return new Value(Query.of(query, binds)).measured(name);
  }

  /**
   * What the sources of an application never do: {@code
   * sources("apps/vh").except("vendor/**").neverWrite("eng_*", "eng.*")}.
   *
   * @param directory whose files are read, and those of all directories in it
   */
  public static Sources sources(String directory) {
    return Sources.below(Path.of(directory));
  }

  /** The same for a path. */
  public static Sources sources(Path directory) {
    return Sources.below(directory);
  }

  /**
   * A copy of an application's environment file, kept while its settings may be lost: {@code
   * exportEnvironment(".env").into(Path.of("incident-7.env"))}.
   */
  public static ExportEnvironment exportEnvironment(String file) {
    return new ExportEnvironment(Path.of(file));
  }

  /** The same for a path. */
  public static ExportEnvironment exportEnvironment(Path file) {
    return new ExportEnvironment(file);
  }

  /**
   * Lines of a log: {@code
   * lines("app.log").since(ofMinutes(10)).inZone(UTC).matching("ERROR").none()}.
   *
   * @param rest more files of the same log, such as {@code app.log.1}, in any order
   */
  public static LogLines.Log lines(String file, String... rest) {
    return new LogLines.Log(Path.of(file), Stream.of(rest).map(Path::of).toArray(Path[]::new));
  }

  /** The same for paths. */
  public static LogLines.Log lines(Path file, Path... rest) {
    return new LogLines.Log(file, rest);
  }

  /**
   * The sessions of the target's database: {@code sessions().inState("idle in
   * transaction").atMost(3)}. Gatehouse's own are not counted.
   */
  public static SessionStates sessions() {
    return new SessionStates();
  }

  /**
   * Sessions of the target's database that wait for a lock: {@code lockWaits().atMost(3)}.
   * PostgreSQL needs no privilege, MySQL and MariaDB need PROCESS: without it INCONCLUSIVE.
   */
  public static ServerCount lockWaits() {
    return ServerCount.lockWaits();
  }

  /** Deadlocks: {@code deadlocks().sinceStart().atMost(5)}. */
  public static Deadlocks deadlocks() {
    return new Deadlocks();
  }

  /** How far replicas are behind: {@code replicationLag().atMost(ofSeconds(10))}. */
  public static ReplicationLag replicationLag() {
    return new ReplicationLag();
  }
}
