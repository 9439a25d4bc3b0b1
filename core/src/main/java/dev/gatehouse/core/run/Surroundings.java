package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.outcome.Scrubber;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who and what else is there now, for those who are asked: sessions, waits and objects of the
 * target. What cannot be told is told as that.
 */
final class Surroundings {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Scrubber scrubber;
  private final List<String> lines = new ArrayList<>();

  /** Ends what is being asked, once there is a session. */
  private volatile Runnable out = () -> {};

  private Surroundings(Scrubber scrubber) {
    this.scrubber = scrubber;
  }

  /** One line each. A server that stands still is given up; the session ends when it answers. */
  static List<String> of(RunContext run) {
    Surroundings around = new Surroundings(run.plan().scrubber());
    FutureTask<List<String>> looking = new FutureTask<>(() -> around.look(run));
    Thread thread = new Thread(looking, "gatehouse-packet");
    thread.setDaemon(true);
    thread.start();
    try {
      return looking.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      around.out.run();
      return List.of("could not be looked at: no answer within " + PATIENCE.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      around.out.run();
      return List.of("could not be looked at: interrupted");
    } catch (ExecutionException e) {
      return List.of("could not be looked at: " + around.scrubber.describe(e));
    }
  }

  private List<String> look(RunContext run) {
    Dialect dialect = run.plan().target().dialect();
    try (ReadingSession reading = run.reading(connection -> out = dialect.canceller(connection))) {
      read(dialect, reading.connection());
      lines.addAll(TouchedRows.of(run.plan(), reading.connection()));
    } catch (Exception e) {
      lines.add("could not be looked at: " + scrubber.describe(e));
    }
    return List.copyOf(lines);
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
