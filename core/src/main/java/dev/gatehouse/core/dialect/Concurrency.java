package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What keeps two runners, and a runner and its own ghost, from acting at the same time.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface Concurrency {

  /**
   * Takes the one lease of the target, with an epoch higher than any before.
   *
   * @param holder who asks, in words a person can find: run, host, process
   * @throws dev.gatehouse.core.outcome.Refusal when another holds it, naming holder, since, epoch
   */
  Lease lease(Target target, String holder) throws SQLException;

  /**
   * Takes the lease, from a holder that gives no sign of life if need be: its process is stopped,
   * or its host is gone without a word. When its last sign of life is older than that, and still is
   * at a second look, the sessions by which it holds the lease and the latch are ended. What it had
   * under way is in doubt then; of what it does outside of the target nothing is known.
   *
   * <p>Waits for that moment; comes back at once when the holder gives signs of life meanwhile.
   *
   * @param silence for how long the holder must have given no sign of life
   * @throws dev.gatehouse.core.outcome.Refusal when the holder lives; when the account may not see
   *     or not end its sessions, naming who may; when the product cannot take a lease away
   */
  Lease lease(Target target, String holder, Duration silence) throws SQLException;

  /**
   * Refuses, while changes are planned, what would only fail when they are about to begin: an
   * account that can write neither lease nor marker, a pool that lends too few sessions. Writes
   * nothing. Refuses nothing by default.
   *
   * @param sessions that a run has at once, with the one that plans in the place of its lease
   * @throws dev.gatehouse.core.outcome.Refusal naming what is missing
   */
  default void refuseUnprepared(Target target, int sessions) throws SQLException {}

  /**
   * Which runs the target has seen, as far as a session that reads can tell: by it a plan is known
   * that was made before another run changed the target.
   *
   * @param reading of {@link Dialect#openReading}
   */
  Past past(Connection reading) throws SQLException;

  /** Which session this is, written into the journal before its effect: what a fence looks for. */
  String session(Connection connection) throws SQLException;

  /**
   * Begins a transaction whose session holds the target's latch. Polls; never waits blocking.
   *
   * @throws SQLException when the latch was not free in time; nothing was done then
   */
  void begin(Connection connection) throws SQLException;

  /**
   * Commits the transaction that {@link #begin} began. Returning normally proves nothing.
   *
   * @throws dev.gatehouse.core.outcome.StepFailed when the product told why it did not commit, and
   *     nothing took effect
   */
  default void commit(Connection connection) throws SQLException {
    connection.commit();
  }

  /** Rolls back the transaction that {@link #begin} began. */
  default void rollback(Connection connection) throws SQLException {
    connection.rollback();
  }

  /**
   * Takes the latch for statements that cannot run in a transaction; held until unlatched or
   * closed.
   */
  void latch(Connection connection) throws SQLException;

  /** Writes the marker as the last statement of the open transaction. */
  void mark(Connection connection, Marker marker) throws SQLException;

  /** The marker of that key, if its transaction committed. */
  Optional<Marker> marker(Connection connection, String key) throws SQLException;

  /**
   * The markers of a plan, whatever runs left them, as far as a session that reads may see them.
   *
   * @param reading of {@link Dialect#openReading}
   * @param plan digest of it
   */
  List<Marker> markersOf(Connection reading, String plan) throws SQLException;

  /**
   * Makes sure that the recorded session can do nothing more: ends it where the product can, waits
   * until it is gone and its latch is free.
   *
   * @param session as {@link #session} told it; empty when none was recorded
   * @throws SQLException when that cannot be made sure; the step stays in doubt then
   */
  void fence(Target target, String session) throws SQLException;

  /**
   * Whether after this error nobody can say if the statement took effect. Unknown errors must
   * answer true.
   */
  boolean inDoubt(SQLException error);

  /**
   * The same for an error that this session met. An error that the server itself sent over a
   * connection that is still alive is none, whatever its code: the statement was given up. What
   * cannot be shown to live answers as {@link #inDoubt(SQLException)}.
   *
   * @param session the one that executed it; may be asked whether it lives
   */
  default boolean inDoubt(Connection session, SQLException error) {
    return inDoubt(error);
  }

  /**
   * The runs of a target so far.
   *
   * @param epoch of the last lease; 0 when there was none, less when it cannot be told
   * @param held whether somebody has that lease, or that cannot be told
   * @param markers how many transactions of runs have committed
   */
  record Past(long epoch, boolean held, long markers) {}

  /** Proof inside the target that a step's transaction committed. */
  record Marker(String key, String run, String step, String plan, String head) {}
}
