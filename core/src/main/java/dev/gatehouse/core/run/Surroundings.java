package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.outcome.Scrubber;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who and what else is there now, for those who are asked: sessions, waits and objects of the
 * target. What cannot be told is told as that.
 */
final class Surroundings {
  private final Scrubber scrubber;
  private final List<String> lines = new ArrayList<>();

  private Surroundings(Scrubber scrubber) {
    this.scrubber = scrubber;
  }

  /** One line each. */
  static List<String> of(RunContext run) {
    Surroundings around = new Surroundings(run.plan().scrubber());
    try (ReadingSession reading = run.reading()) {
      around.read(run.plan().target().dialect(), reading.connection());
    } catch (Exception e) {
      around.lines.add("could not be looked at: " + around.scrubber.describe(e));
    }
    return List.copyOf(around.lines);
  }

  private void read(Dialect dialect, Connection connection) {
    if (dialect.monitors().isPresent()) {
      Monitors monitors = dialect.monitors().get();
      for (String state : new TreeSet<>(monitors.sessionStates())) {
        ask("sessions that are " + state, monitors.sessions(state), connection);
      }
      ask("sessions that wait for a lock", monitors.lockWaits(), connection);
    } else {
      lines.add("sessions: not told by this product");
    }
    if (dialect.catalogue().isPresent()) {
      objects(dialect, connection);
    }
    lines.add("rows: not counted here; backups and checks tell those they looked at");
  }

  private void ask(String what, Monitors.Question question, Connection connection) {
    try {
      Monitors.Answer answer = question.ask(connection);
      lines.add(
          what
              + ": "
              + (answer instanceof Monitors.Counted counted
                  ? String.valueOf(counted.number())
                  : "unknown, " + ((Monitors.Unknown) answer).why().headline()));
    } catch (Exception e) {
      lines.add(what + ": unknown, " + scrubber.describe(e));
    }
  }

  private void objects(Dialect dialect, Connection connection) {
    try {
      Map<String, Integer> kinds = new TreeMap<>();
      for (CatalogueObject object : dialect.catalogue().orElseThrow().read(connection).objects()) {
        kinds.merge(object.kind(), 1, Integer::sum);
      }
      kinds.forEach((kind, number) -> lines.add("objects of kind " + kind + ": " + number));
    } catch (Exception e) {
      lines.add("objects: unknown, " + scrubber.describe(e));
    }
  }
}
