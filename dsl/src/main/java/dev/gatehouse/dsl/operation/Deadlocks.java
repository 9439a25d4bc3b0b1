package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.NamedCheck.Looking;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Deadlocks, before it is said since when: {@code deadlocks().sinceStart().atMost(5)}. PostgreSQL
 * counts those of the target's database and needs no privilege; MySQL and MariaDB count those of
 * the whole server, once they are told to a session; MySQL needs SELECT on performance_schema.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class Deadlocks {
  private static final String WHAT = "deadlocks since the start";

  /** All of them. */
  public Deadlocks() {}

  /**
   * Since the run began, or was resumed: a guard takes its first sample as the count to compare
   * with. Meaningful as a guard only; a gate has nothing to compare with and is INCONCLUSIVE.
   */
  public ServerCount sinceStart() {
    return new ServerCount(
        most ->
            NamedCheck.of(
                    "at most " + most + " " + WHAT,
                    ServerCount.planning(reading -> ServerCount.monitors(reading).deadlocks()),
                    reading -> onlyAsGuard())
                .watching(() -> new SinceFirst(most)));
  }

  private static Outcome onlyAsGuard() {
    return Outcome.inconclusive(
        Finding.of("deadlocks.no-start", "there is no start to count deadlocks from")
            .withExpected("a guard, which compares with its first sample")
            .withFound("a step of a gate")
            .withFix("guardedBy(deadlocks().sinceStart().atMost(5).every(ofSeconds(5)))"));
  }

  /**
   * The first sample.
   *
   * @param nanos when it was taken, by this machine
   */
  private record First(long number, long nanos) {
    /** A count that began after it was taken; the server tells its age in whole seconds. */
    boolean isOlderThan(Counted now) {
      Duration since = Duration.ofNanos(System.nanoTime() - nanos).minusSeconds(1);
      return now.number() < number
          || now.counting().filter(age -> age.compareTo(since) < 0).isPresent();
    }
  }

  /** One run's question; one thread at a time, as guards are sampled. */
  private static final class SinceFirst implements Looking {
    private final long most;
    private @Nullable First first;

    SinceFirst(long most) {
      this.most = most;
    }

    @Override
    public synchronized Outcome look(CheckContext reading) throws SQLException {
      Answer answer = ServerCount.monitors(reading).deadlocks().ask(reading.connection());
      if (answer instanceof Unknown unknown) {
        return Outcome.inconclusive(unknown.why());
      }
      Counted now = (Counted) answer;
      First then = first;
      if (then == null || then.isOlderThan(now)) {
        first = new First(now.number(), System.nanoTime());
      }
      if (then != null && then.isOlderThan(now)) {
        return anew(now);
      }
      long more = then == null ? 0 : now.number() - then.number();
      return ServerCount.judge(reading, "deadlocks.count", WHAT, most, more, now);
    }

    private static Outcome anew(Counted now) {
      return Outcome.inconclusive(
          Finding.of("deadlocks.count-reset", "the server began to count deadlocks anew")
              .withExpected("a count that is not reset during a run")
              .withFound(
                  "it has counted "
                      + now.counting().map(age -> "for " + age.toSeconds() + " s").orElse("less"))
              .withFix("look into the server's log for deadlocks; counting goes on from here"));
    }
  }

  @Override
  public String toString() {
    return "deadlocks (not yet a step: say sinceStart().atMost(n))";
  }
}
