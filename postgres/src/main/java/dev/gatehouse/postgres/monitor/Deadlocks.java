package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.NamedCheck.Looking;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Deadlocks in the target's database, before it is said since when: {@code
 * deadlocks().sinceStart().atMost(5)}. The server counts them since its statistics were last reset
 * (pg_stat_database), and no more.
 *
 * <p>Immutable. Not a step yet. Needs no privilege.
 *
 * @since 0.1
 */
public final class Deadlocks {
  private static final String SQL =
      "SELECT deadlocks, stats_reset::text FROM pg_stat_database"
          + " WHERE datname = current_database()";

  public Deadlocks() {}

  /**
   * Since the run began, or was resumed: a guard takes its first sample as the count to compare
   * with. Meaningful as a guard only; a gate has nothing to compare with and is INCONCLUSIVE.
   */
  public ServerCount sinceStart() {
    return new ServerCount(
        most ->
            NamedCheck.of(
                    "at most " + most + " deadlocks since the start",
                    Products.only(SQL),
                    reading -> onlyAsGuard())
                .watching(() -> new SinceFirst(most)));
  }

  private static Outcome onlyAsGuard() {
    return Outcome.inconclusive(
        Finding.of("postgres.no-start", "there is no start to count deadlocks from")
            .withExpected("a guard, which compares with its first sample")
            .withFound("a step of a gate")
            .withFix("guardedBy(Postgres.deadlocks().sinceStart().atMost(5).every(ofSeconds(5)))"));
  }

  /**
   * What the server has counted.
   *
   * @param reset when it began to count; empty when it never began anew
   */
  private record Count(long deadlocks, String reset) {
    static Count of(Row row) {
      return new Count(row.number("deadlocks"), row.text("stats_reset"));
    }
  }

  /** One run's question; one thread at a time, as guards are sampled. */
  private static final class SinceFirst implements Looking {
    private final long most;
    private @Nullable Count first;

    SinceFirst(long most) {
      this.most = most;
    }

    @Override
    public synchronized Outcome look(CheckContext reading) throws SQLException {
      Count now = Count.of(Queries.one(reading.connection(), SQL));
      Count then = first;
      if (then == null) {
        then = now;
        first = now;
      }
      long more = now.deadlocks() - then.deadlocks();
      if (more < 0 || !now.reset().equals(then.reset())) {
        first = now;
        return Outcome.inconclusive(
            Finding.of("postgres.stats-reset", "the server began to count deadlocks anew")
                .withExpected("statistics that are not reset during a run")
                .withFound("statistics reset at " + now.reset())
                .withFix("look into the server's log for deadlocks; counting goes on from here"));
      }
      Evidence evidence = reading.evidence().with("deadlocks", more);
      return more <= most
          ? Outcome.passed(evidence)
          : Outcome.failed(
              Finding.of("postgres.deadlocks", "too many deadlocks since the start")
                  .withExpected("at most " + most)
                  .withFound(more + " in this database")
                  .withFix("grep 'deadlock detected' in the server's log: it names the statements"),
              evidence);
    }
  }

  @Override
  public String toString() {
    return "deadlocks (not yet a step: say sinceStart().atMost(n))";
  }
}
