package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.person;
import static java.time.Duration.ofHours;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.SettableClock;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.dsl.operation.Approval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** People with keys, a SQLite shop, a clock that is set, and a runbook about which they decide. */
final class Assembly {
  static final String STEP = "restore approved";
  static final String SENIOR = "senior engineer";

  final SettableClock clock = SettableClock.at("2026-11-21T10:00:00Z");
  final Map<String, Signer> keys = new HashMap<>();
  final Path journals;
  final Target shop;
  People people;
  private final Path file;

  Assembly(Path directory) throws SQLException {
    journals = directory.resolve("journals");
    file = directory.resolve("shop.db");
    shop = Desk.shop(file, "create table done(what text)");
    people =
        People.of(
            keyed("ada").as(SENIOR, "product owner"),
            keyed("bob").as(SENIOR),
            keyed("carol").as("product owner"),
            keyed("mallory").as(SENIOR, "product owner"),
            keyed("nora").as("reader"));
  }

  Person keyed(String name) {
    Signer key = keys.computeIfAbsent(name, who -> Signer.ephemeral());
    return person(name).withKey(key.publicKey());
  }

  Runner runner() {
    return Runner.journalingTo(journals).withClock(clock).startedBy("mallory");
  }

  /** A gate for each step. */
  Runbook book(Step... steps) {
    List<Gate> gates = new ArrayList<>();
    for (Step step : steps) {
      gates.add(gate("gate of " + step.name(), step));
    }
    return runbook("words", gates.get(0), gates.subList(1, gates.size()).toArray(Gate[]::new))
        .decidedBy(people);
  }

  Run start(Step... steps) {
    return runner().start(Plan.of(book(steps), shop, clock));
  }

  Run resume(Run before, Step... steps) {
    return runner().resume(book(steps), shop, before.journal());
  }

  /** One senior engineer within an hour. */
  static Approval approved() {
    return approval("go?").by(one(SENIOR)).validFor(ofHours(1)).named(STEP);
  }

  static Change change(String name) {
    return inOneTransaction(sql("insert into done values ('" + name + "')"))
        .named(name)
        .undoneBy(
            inOneTransaction(sql("delete from done where what = '" + name + "'"))
                .named("undo " + name)
                .cannotBeUndone("it is the way back itself"));
  }

  Mailbox of(Run run, String who) {
    return Mailbox.of(run.journal()).as(who).signedBy(keys.get(who)).withClock(clock);
  }

  Receipt yes(Run run, String who, String role) {
    return of(run, who).yes(STEP, role, "");
  }

  /** Whatever somebody does to the shop, past the run. */
  void beside(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.createStatement().execute(statement);
    }
  }

  /** What took effect in the shop. */
  List<String> done() {
    List<String> done = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var rows = connection.createStatement().executeQuery("select what from done")) {
      while (rows.next()) {
        done.add(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return done;
  }

  static List<Entry> entries(Run run) {
    try {
      return Journal.peek(run.journal());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Codes of the words that do not count, in order. */
  static List<String> refused(Run run) {
    List<String> codes = new ArrayList<>();
    for (Entry entry : entries(run)) {
      if (entry.type().equals("SAID") && Boolean.FALSE.equals(entry.body().get("counts"))) {
        Object findings = entry.body().get("findings");
        Object first = ((List<?>) findings).get(0);
        codes.add(String.valueOf(((Map<?, ?>) first).get("code")));
      }
    }
    return codes;
  }

  static long count(Run run, String type) {
    return entries(run).stream().filter(entry -> entry.type().equals(type)).count();
  }
}
