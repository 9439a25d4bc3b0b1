package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sessions of the target's database, before it is said in which state: {@code
 * sessions().inState("idle in transaction").atMost(3)}. Gatehouse's own are not counted.
 *
 * <p>On PostgreSQL the account must be a member of pg_read_all_stats (or pg_monitor), on MySQL and
 * MariaDB it needs PROCESS: without it the sessions of others are hidden, and the check is
 * INCONCLUSIVE. MySQL and MariaDB count sessions whose default database is the target's or that
 * have none, and see a transaction once it has touched a table of InnoDB.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class SessionStates {

  /** All of them. */
  public SessionStates() {}

  /**
   * Those in one state. Every product knows {@code active}, {@code idle} and {@code idle in
   * transaction}; PostgreSQL has more. One that the target does not know is refused while planning.
   *
   * @throws IllegalArgumentException when the state is blank
   */
  public ServerCount inState(String state) {
    String checked = Names.checked(state);
    return ServerCount.now(
        "sessions.state", "sessions are " + checked, reading -> question(reading, checked));
  }

  private static Question question(CheckContext reading, String state) {
    Monitors monitors = ServerCount.monitors(reading);
    Set<String> states = monitors.sessionStates();
    if (!states.contains(state)) {
      throw new Refusal(
          Finding.of("sessions.no-state", "no session can be '" + state + "' on this target")
              .withExpected("one of " + String.join(", ", new TreeSet<>(states)))
              .withFound("'" + state + "', which " + reading.target() + " does not know")
              .withFix("name one of these states: sessions().inState(\"idle in transaction\")"));
    }
    return monitors.sessions(state);
  }

  @Override
  public String toString() {
    return "sessions (not yet a step: say inState(\"...\").atMost(n))";
  }
}
