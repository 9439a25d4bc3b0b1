package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service of this machine, stopped before a change and started again when that is undone: {@code
 * service("shop-ingest").stopped()}. What is so beforehand is neither done nor undone.
 *
 * <p>By default one of systemd: {@code systemctl stop}, proven by two looks at its state. A service
 * that is being started or stopped, comes and goes, or is started by something else is never called
 * stopped.
 *
 * <p>Immutable. Not a step until it says {@code stopped()} or {@code started()}. Has the rights of
 * the account this process runs under.
 *
 * @since 0.1
 */
public final class Service {
  private static final List<String> ASKED =
      List.of("LoadState", "ActiveState", "SubState", "MainPID", "TriggeredBy");

  private final String name;
  private final Command stop;
  private final Command start;
  private final Check running;
  private final Check stopped;

  private Service(String name, Command stop, Command start, Check running, Check stopped) {
    this.name = name;
    this.stop = stop;
    this.start = start;
    this.running = running;
    this.stopped = stopped;
  }

  /** A unit of systemd. */
  public static Service of(String name) {
    return of("systemctl", name);
  }

  static Service of(String systemctl, String name) {
    if (name.isBlank() || name.startsWith("-")) {
      throw new IllegalArgumentException("name is '" + name + "': name a unit");
    }
    return new Service(
        name,
        Command.of(systemctl, "stop", "--", name),
        Command.of(systemctl, "start", "--", name),
        state(systemctl, name, true),
        state(systemctl, name, false));
  }

  /**
   * The same by other means.
   *
   * @param running passes while it runs
   * @param stopped passes while it does not: that the other fails is no proof
   */
  public Service controlledBy(Command stop, Command start, Check running, Check stopped) {
    return new Service(name, stop, start, running, stopped);
  }

  /** Stopped; undone by starting it. */
  public Change stopped() {
    return stop.unlessAlready(stopped)
        .named("stop " + name)
        .undoneBy(start.unlessAlready(running).named("start " + name + " again"));
  }

  /** Started; undone by stopping it. */
  public Change started() {
    return start
        .unlessAlready(running)
        .named("start " + name)
        .undoneBy(stop.unlessAlready(stopped).named("stop " + name + " again"));
  }

  private static NamedCheck state(String systemctl, String name, boolean wanted) {
    String word = wanted ? "runs" : "is stopped";
    CommandLine line =
        CommandLine.of(
            systemctl, List.of("show", "--property=" + String.join(",", ASKED), "--", name));
    return NamedCheck.of(
        Names.of(name + " " + word),
        reading -> {
          State now = State.of(line);
          if (!"loaded".equals(now.of("LoadState"))) {
            throw new Refusal(
                Finding.of("service.missing", "there is no service '" + name + "'")
                    .withExpected("LoadState=loaded")
                    .withFound(now.toString())
                    .withFix("systemctl status '" + name + "'"));
          }
          return line.preview();
        },
        reading -> look(reading, name, line, wanted));
  }

  private static Outcome look(CheckContext reading, String name, CommandLine line, boolean wanted)
      throws IOException, InterruptedException {
    State first = State.of(line);
    State second = State.of(line);
    boolean same = first.equals(second);
    if (!same || !(second.runs() || second.stopped())) {
      return Outcome.inconclusive(
          finding(name, wanted).withFound(same ? second.toString() : first + ", then " + second));
    }
    boolean holds = second.runs() == wanted;
    return holds
        ? Outcome.passed(reading.evidence().with("state", second))
        : Outcome.failed(
            finding(name, wanted).withFound(second.toString()),
            reading.evidence().with("state", second));
  }

  private static Finding finding(String name, boolean wanted) {
    return Finding.of("service.state", "service '" + name + "' is not as it should be")
        .withExpected(
            wanted
                ? "ActiveState=active with a MainPID"
                : "ActiveState=inactive, started by nothing")
        .withFix("systemctl status '" + name + "'");
  }

  /** What systemd says of it. */
  private record State(Map<String, String> properties) {
    static State of(CommandLine line) throws IOException, InterruptedException {
      Map<String, String> found = new TreeMap<>();
      CommandExecution.Ended ended = CommandExecution.of(line, Progress.SILENT);
      ended
          .output()
          .lines()
          .filter(one -> one.contains("="))
          .forEach(
              one ->
                  found.put(
                      one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1)));
      if (ended.exit() != 0 || !found.keySet().containsAll(ASKED)) {
        throw new IOException("systemctl does not tell: exit " + ended.exit() + " " + found);
      }
      return new State(found);
    }

    String of(String property) {
      return properties.getOrDefault(property, "");
    }

    boolean runs() {
      return of("ActiveState").equals("active") && !of("MainPID").equals("0");
    }

    boolean stopped() {
      String state = of("ActiveState");
      return (state.equals("inactive") || state.equals("failed"))
          && of("MainPID").equals("0")
          && of("TriggeredBy").isBlank();
    }

    @Override
    public String toString() {
      return properties.toString();
    }
  }

  @Override
  public String toString() {
    return "service " + name + " (not yet a step: say stopped() or started())";
  }
}
