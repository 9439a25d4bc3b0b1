package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Facts;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where runs begin: where their journals are kept, by which clock, and who is told.
 *
 * <p>Immutable and thread-safe. The account needs what the plan's steps need, and to take the
 * target's lease (see the dialect).
 *
 * @since 0.1
 */
public final class Runner {
  private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(3);

  private final Opening opening;

  private Runner(Opening opening) {
    this.opening = opening;
  }

  /**
   * Journals go into that directory, one file a run; the signing key into {@code keys} below it.
   *
   * @param directory outside the target; made with mode 0700 when it is not there
   */
  public static Runner journalingTo(Path directory) {
    return new Runner(Opening.in(Journals.in(directory.toAbsolutePath().normalize())));
  }

  /** The same runner by another clock. */
  public Runner withClock(InstantSource other) {
    return new Runner(opening.by(other));
  }

  /** The same runner, telling that listener. */
  public Runner withListener(RunListener other) {
    return new Runner(opening.telling(other));
  }

  /**
   * The same runner, telling those channels, and no others. What they are told of is journaled
   * first, and told beside the run: that a channel is slow, or gone, neither delays nor fails it.
   * What was not told when a run is closed is told when it is resumed, or by {@link #tell}.
   *
   * @throws IllegalArgumentException when two have the same name, or one has none that a journal
   *     could hold, or nothing to be told of
   */
  public Runner telling(Channel... channels) {
    return new Runner(opening.to(opening.audience().with(List.of(channels))));
  }

  /**
   * The same runner, which journals what is known of who called for its runs. Whoever is named
   * there counts as having started them.
   */
  public Runner withFacts(Facts facts) {
    return new Runner(opening.to(opening.audience().with(facts)));
  }

  /**
   * Tells this runner's channels what they have still to be told of a run that nobody drives.
   * Neither the run goes on, nor is its target asked.
   *
   * @param patience how long to try
   * @return the record; its notices tell what is left
   * @throws Refusal {@code journal.locked} when somebody drives the run, and so tells it; or when
   *     the journal is damaged or cannot be written
   */
  public RunRecord tell(Path file, Duration patience) {
    return opening.tell(file, patience);
  }

  /** The same runner, started by that person; by default the operating system's user. */
  public Runner startedBy(String who) {
    return new Runner(opening.startedBy(who));
  }

  /**
   * The same runner, telling each point between two durable actions before it goes on. Fault tests
   * stop the process there.
   */
  public Runner withPoints(Consumer<String> other) {
    return new Runner(opening.passing(other));
  }

  /**
   * The same runner, replacing a holder of the target that gives no sign of life for that long: its
   * process is stopped, or its host is gone without a word. By default nobody is replaced, and such
   * a holder keeps the target until somebody ends its session.
   *
   * <p>A living run gives a sign of life each second while it waits in {@link Run#toEnd}, or while
   * a check or an effect is under way, however long that takes; between two calls of {@link
   * Run#advance} it gives none, and none while its runbook is planned. So the limit must be longer
   * than the longest of these for every runner of the target; minutes, rather than seconds. Waits
   * for the limit at most, and comes back at once when the holder lives.
   *
   * <p>The sessions by which the holder has lease and latch are ended, and the epoch rises; what it
   * had under way is in doubt and looked into, and its journal is continued here. When it comes
   * back it can neither have an effect in the target nor write the journal. What it does outside of
   * the target, such as a command it began, is not ended by this.
   *
   * <p>PostgreSQL: the account must be the holder's, a member of it, or have pg_read_all_stats and
   * pg_signal_backend. SQLite: refused, because the lock of a stopped process cannot be taken.
   *
   * @param limit by the server's clock; three seconds at least
   * @throws IllegalArgumentException when it is shorter
   */
  public Runner takingOverAfter(Duration limit) {
    if (limit.compareTo(SHORTEST_SILENCE) < 0) {
      throw new IllegalArgumentException(
          "limit is " + limit + ": a living runner may be silent for " + SHORTEST_SILENCE);
    }
    return new Runner(opening.takingOverAfter(limit));
  }

  /**
   * Keeps every runner of this journal directory from starting on that target, until it is thawed.
   * A run that has begun may be resumed, so that it can be undone. The database is known by its
   * name here and by its identity, which is read from it.
   *
   * @throws IllegalArgumentException when who is blank
   */
  public void freeze(Target target, String who, String why) {
    if (who.isBlank()) {
      throw new IllegalArgumentException("who is blank: a freeze is known by who asked for it");
    }
    freezes().freeze(target.name(), fingerprint(target), who, why, opening.clock().instant());
  }

  /**
   * Ends all freezes of that target; who did it stays to be seen beside the journals.
   *
   * @throws Refusal {@code target.not-frozen} when there is none
   * @throws IllegalArgumentException when who is blank
   */
  public void thaw(Target target, String who) {
    if (who.isBlank()) {
      throw new IllegalArgumentException("who is blank: a thaw is known by who asked for it");
    }
    if (freezes().thaw(target.name(), fingerprint(target), who, opening.clock().instant()) == 0) {
      throw new Refusal(
          Finding.of("target.not-frozen", "target '" + target.name() + "' is not frozen")
              .withFix("nothing is to be done"));
    }
  }

  /** The same runner, which may start on what that person has frozen, and on nobody else's. */
  public Runner inFreezeOf(String who) {
    return new Runner(opening.inFreezeOf(who));
  }

  private Freezes freezes() {
    return new Freezes(opening.journals().directory());
  }

  private Fingerprint fingerprint(Target target) {
    try (ReadingSession reading = ReadingSession.planning(target, opening.clock())) {
      return reading.fingerprint();
    } catch (SQLException e) {
      throw Planner.unreachable(target, e, Scrubber.of(List.of()));
    }
  }

  /** The same runner, keeping its journals there. */
  Runner withJournals(Journals others) {
    return new Runner(opening.into(others));
  }

  /**
   * Plans the runbook as {@link Plan#of} does. Where that is refused and a run of this runbook on
   * this target, kept in this runner's directory, has not ended, it is named first: what it made
   * may be what is in the way.
   *
   * @throws Refusal naming every step that can never succeed there
   */
  public Plan plan(Runbook runbook, Target target) {
    try {
      return Plan.of(runbook, target, opening.clock());
    } catch (Refusal refused) {
      throw Unfinished.before(refused, runbook, target, opening.journals().directory());
    }
  }

  /**
   * Starts the plan, advances it to its end, and closes it.
   *
   * @throws Refusal as {@link #start} and {@link Run#advance}
   */
  public RunRecord run(Plan plan) {
    try (Run run = start(plan)) {
      return run.toEnd();
    }
  }

  /**
   * Starts a plan: takes the lease of its target and opens a journal. No step is executed before
   * {@link Run#advance}.
   *
   * @throws Refusal when another run holds the target, naming it; when another run may have changed
   *     it since the plan was made; when a run of this runbook on this database, kept in the same
   *     directory, waits, is paused or in doubt, or was killed and has left something in it; when
   *     it is in doubt what a run of another runbook did to this database, and the plan would write
   *     to it; or no journal can be written
   */
  public Run start(Plan plan) {
    return opening.start(plan, () -> Unfinished.refuse(plan, opening.journals().directory()));
  }

  /** The same, though another run has not ended on this database, or is in doubt there. */
  public Run startAnother(Plan plan) {
    return opening.start(plan, () -> {});
  }

  /**
   * The runs of this runner's directory that have not ended, in the order in which they began. Of
   * one that waits, {@code StatusText.of(record, journal)} tells for what; {@link #resume} goes on
   * with it.
   *
   * @throws Refusal when the directory cannot be read
   */
  public List<Unfinished> unfinished() {
    return Unfinished.in(opening.journals().directory());
  }

  /**
   * Goes on with a run from its journal, in this process or another, after a wait or a crash. What
   * was under way is fenced off and proven first.
   *
   * @param runbook the same runbook: the plan made from it now must have the digest of the one that
   *     was started
   * @throws Refusal when the plan has changed (showing where), the journal is damaged, or another
   *     runner holds the target
   */
  public Run resume(Runbook runbook, Target target, Path file) {
    return opening.resume(runbook, target, file);
  }
}
