package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Monitors.Copies;
import dev.gatehouse.core.dialect.Monitors.Copy;
import dev.gatehouse.core.dialect.Monitors.Known;
import dev.gatehouse.core.dialect.Monitors.Position;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck.Looking;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Where the log ended at earlier looks, against what replicas have applied by now: what was there
 * so long ago and is not applied is so far behind.
 *
 * <p>One thread at a time.
 */
final class LagWatch implements Looking {
  /** A replica that is too far behind ends the wait. */
  private static final Duration FOR_EVER = Duration.ofDays(365);

  /** The end of the log at a moment. */
  private record Look(long nanos, Position end) {}

  private final Duration most;
  private final List<Target> replicas;
  private final boolean noneIsRight;
  private final Deque<Look> looks = new ArrayDeque<>();

  LagWatch(Duration most, List<Target> replicas, boolean noneIsRight) {
    this.most = most;
    this.replicas = replicas;
    this.noneIsRight = noneIsRight;
  }

  /** Waits until all that is there now is applied, or is too old. */
  Outcome await(CheckContext reading) throws SQLException, InterruptedException {
    Outcome first = look(reading);
    if (!undecided(first)) {
      return first;
    }
    // A replica that is named is logged into for each look.
    Poll poll = Poll.every(Duration.ofMillis(replicas.isEmpty() ? 20 : 100));
    Outcome outcome =
        poll.until(FOR_EVER, () -> judge(reading, copies(reading)), seen -> !undecided(seen));
    if (undecided(outcome) && Thread.interrupted()) {
      throw new InterruptedException("interrupted while replicas apply the log");
    }
    return outcome;
  }

  private boolean undecided(Outcome seen) {
    return seen.status() == Status.PASSED && !looks.isEmpty();
  }

  @Override
  public Outcome look(CheckContext reading) throws SQLException {
    long nanos = System.nanoTime();
    Copies copies = copies(reading);
    if (copies instanceof Known known) {
      if (!looks.isEmpty() && known.end().compareTo(looks.getLast().end()) < 0) {
        looks.clear(); // the log began anew
      }
      looks.addLast(new Look(nanos, known.end()));
    }
    return judge(reading, copies);
  }

  private Copies copies(CheckContext reading) throws SQLException {
    return ServerCount.monitors(reading).replication().look(reading.connection(), replicas);
  }

  private Outcome judge(CheckContext reading, Copies copies) {
    if (copies instanceof Unknown unknown) {
      return Outcome.inconclusive(unknown.why());
    }
    Known known = (Known) copies;
    if (known.copies().isEmpty()) {
      looks.clear();
      return noneIsRight ? Outcome.passed(reading.evidence().with("replicas", 0)) : none();
    }
    Copy slowest = known.copies().stream().min(Comparator.comparing(Copy::applied)).orElseThrow();
    while (!looks.isEmpty() && looks.getFirst().end().compareTo(slowest.applied()) <= 0) {
      looks.removeFirst();
    }
    long lag = looks.isEmpty() ? 0 : (System.nanoTime() - looks.getFirst().nanos()) / 1_000_000;
    var evidence =
        reading.evidence().with("replicas", known.copies().size()).with("lag", print(lag));
    return lag <= most.toMillis()
        ? Outcome.passed(evidence)
        : Outcome.failed(
            Finding.of("replication.lag", "a replica is too far behind")
                .withExpected("at most " + print(most.toMillis()))
                .withFound("'" + slowest.name() + "' is at least " + print(lag) + " behind")
                .withFix("wait until it has caught up: " + known.remedy()),
            evidence);
  }

  private static Outcome none() {
    return Outcome.inconclusive(
        Finding.of("replication.none", "no replica is connected")
            .withExpected("at least one")
            .withFound("none")
            .withFix("repair the replica, or say replicationLag().orNoReplica()"));
  }

  static String print(long millis) {
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }
}
