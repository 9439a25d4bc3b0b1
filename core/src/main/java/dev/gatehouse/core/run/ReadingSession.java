package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.History;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that cannot write, opened when first asked for and proven to lead to the planned
 * database.
 */
final class ReadingSession implements CheckContext, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReadingSession.class);

  private final Target target;
  private final InstantSource clock;
  private final @Nullable Fingerprint planned;
  private final Proofs proofs;
  private final Opened opened;
  private @Nullable Connection connection;
  private @Nullable Fingerprint live;
  private boolean settled = true;

  private ReadingSession(
      Target target,
      InstantSource clock,
      @Nullable Fingerprint planned,
      Proofs proofs,
      Opened opened) {
    this.target = target;
    this.clock = clock;
    this.planned = planned;
    this.proofs = proofs;
    this.opened = opened;
  }

  /** Told of the connection once it is open. */
  interface Opened {
    void with(Connection connection) throws SQLException;
  }

  /** What earlier steps have reported. */
  interface Proofs {
    Optional<Evidence> of(Step step);

    /** What the journal says so far of a step that waits. */
    default History historyOf(Step step) {
      return History.NONE;
    }

    /** While a run is planned again: what the parts of a step were bound to. */
    default Optional<List<String>> boundBefore(Step step) {
      return Optional.empty();
    }

    /** As the journal of a run tells it. */
    static Proofs of(RunRecord record, Judge judge) {
      return new Proofs() {
        @Override
        public Optional<Evidence> of(Step step) {
          return evidence(record, step);
        }

        @Override
        public History historyOf(Step step) {
          return judge.history(record, step);
        }
      };
    }
  }

  /** For planning: any database the dialect recognises will do. */
  static ReadingSession planning(Target target, InstantSource clock) {
    return planning(target, clock, Optional.empty());
  }

  /** For planning, also for a run that has begun with such an outline. */
  static ReadingSession planning(Target target, InstantSource clock, Optional<Outline> begun) {
    Proofs proofs =
        new Proofs() {
          @Override
          public Optional<Evidence> of(Step step) {
            return Optional.empty();
          }

          @Override
          public Optional<List<String>> boundBefore(Step step) {
            return begun.map(outline -> bound(outline, step));
          }
        };
    return new ReadingSession(target, clock, null, proofs, connection -> {});
  }

  private static List<String> bound(Outline outline, Step step) {
    return outline.steps().stream()
        .filter(line -> line.name().equals(step.name()))
        .flatMap(line -> line.parts().stream())
        .map(Outline.PartLine::bound)
        .toList();
  }

  /** For checks without a run: only the planned database will do. */
  static ReadingSession of(Target target, InstantSource clock, Fingerprint planned, Proofs proofs) {
    return new ReadingSession(target, clock, planned, proofs, connection -> {});
  }

  /** For a run: only the planned database will do. */
  static ReadingSession of(
      Target target, InstantSource clock, RunRecord record, Judge judge, Opened opened) {
    return new ReadingSession(
        target, clock, record.outline().fingerprint(), Proofs.of(record, judge), opened);
  }

  @Override
  public boolean targetIsFinal() {
    return settled;
  }

  /** From here on, steps are planned behind one that changes the target. */
  void unsettled() {
    settled = false;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public Connection connection() throws SQLException {
    if (connection == null) {
      Connection fresh = target.dialect().openReading(target);
      connection = fresh;
      opened.with(fresh);
      live = recognised(target, fresh, planned);
    }
    return connection;
  }

  Fingerprint fingerprint() throws SQLException {
    connection();
    if (live == null) {
      throw new SQLException("the session did not tell which database it leads to");
    }
    return live;
  }

  /**
   * Which database the connection leads to; refuses one that the plan was not made for. From here
   * on names mean in it what they meant then.
   */
  static Fingerprint recognised(Target target, Connection connection, @Nullable Fingerprint planned)
      throws SQLException {
    Fingerprint live = target.dialect().identify(connection);
    if (planned != null && !planned.sameDatabase(live)) {
      throw other(target, planned, live);
    }
    LoginBesidePool.requireSame(target, connection, live);
    if (planned != null && !planned.session().equals(live.session())) {
      target.dialect().asPlanned(connection, planned);
    }
    return live;
  }

  /**
   * That the session of another account is in the planned database; its role and search path are
   * its own.
   *
   * @throws Refusal when it is in another
   */
  static void requireSame(Target login, Connection connection, Fingerprint planned)
      throws SQLException {
    Fingerprint live = login.dialect().identify(connection);
    if (!planned.sameDatabase(live)) {
      throw other(login, planned, live);
    }
  }

  private static Refusal other(Target target, Fingerprint planned, Fingerprint live) {
    return new Refusal(
        Finding.of(
                "target.other", "target '" + target.name() + "' is another database than planned")
            .withExpected(planned.identity())
            .withFound(live.identity())
            .withFix("plan the runbook again for this database, or point the target back"));
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return proofs.of(step);
  }

  @Override
  public Optional<List<String>> boundBefore(Step step) {
    return proofs.boundBefore(step);
  }

  @Override
  public History historyOf(Step step) {
    return proofs.historyOf(step);
  }

  static Optional<Evidence> evidence(RunRecord record, Step step) {
    return record
        .step(step.name())
        .filter(known -> known.state().done() || beingUndone(known))
        .flatMap(StepRecord::evidence);
  }

  /** What is undone reported something when it was done; its undo needs that. */
  private static boolean beingUndone(StepRecord step) {
    return step.state() == StepState.UNDOING
        || (step.state() == StepState.IN_DOUBT && step.undoInFlight());
  }

  @Override
  public void close() {
    if (connection != null) {
      closeQuietly(connection);
      connection = null;
    }
  }

  static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing a session failed with SQL state {}", e.getSQLState());
    }
  }
}
