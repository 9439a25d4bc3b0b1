package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A lease that is a lock of the server's, in a session that does nothing else: it ends with its
 * process or its connection and needs no clock. A row beside the lock tells others who holds it,
 * and counts the holders; a row that came out of a restored dump is put right by the holder.
 *
 * <p>Thread-safe.
 */
public final class SessionLease implements Lease {
  /** The lock is taken before its row is written: so long others wait for the row. */
  private static final int LOOKS = 20;

  /** The session of a process that died a moment ago may not have noticed it yet. */
  private static final int LOOKS_AT_SIGNED = 5;

  private static final Duration LOOK = Duration.ofMillis(50);

  /** A server that does not answer the lease in that time may have given it to others. */
  private static final int DEADLINE_MILLIS = 10_000;

  /** What is asked more often than this says nothing new. */
  private static final long BEAT_NANOS = 500_000_000;

  /** Lock and row of one target, as a product has them. Each session is the lease's own. */
  public interface Locked {
    /** What must be there before the lock is asked for. */
    void prepare(Connection session) throws SQLException;

    /** Takes the lock when nobody has it, and does not wait. */
    boolean tryLock(Connection session) throws SQLException;

    boolean isLockedBy(Connection session) throws SQLException;

    void unlock(Connection session) throws SQLException;

    /**
     * Writes the row, one epoch on; the lock is held.
     *
     * @return the new epoch
     */
    long sign(Connection session, String holder) throws SQLException;

    /**
     * Puts a row right that has an older epoch, or is missing.
     *
     * @return the epoch that it tells then
     */
    long correct(Connection session, long epoch, String holder) throws SQLException;

    /** Who has the lock. */
    Holder holder(Connection session) throws SQLException;

    /**
     * Ends the session of a holder that gives no sign of life for so long.
     *
     * @return empty when nobody is left to be ended
     * @throws Refusal when it lives, or cannot be seen or ended
     */
    Optional<? extends Replaced> replaced(Connection session, Duration silence) throws SQLException;

    /** Asks something without effect, by which the server sees that the client lives. */
    void ask(Connection session) throws SQLException;

    /** What may be told of an error that ended the session. */
    String code(SQLException error);
  }

  /**
   * Whoever has the lock.
   *
   * @param signed whether the row is that session's
   * @param who as the row tells it, or which session it is
   * @param ending the statement that ends its session
   */
  public record Holder(boolean signed, String who, String ending) {
    /** The refusal of another lease. */
    public Refusal held(Target target, String details) {
      return new Refusal(
          Finding.of("lease.held", "another run holds the lease of '" + target.name() + "'")
              .withExpected("no other run on this target")
              .withFound(who + details)
              .withFix(
                  "wait for its end; if its process is gone for good: "
                      + ending
                      + ", or resume with a runner that is takingOverAfter(...)"));
    }
  }

  /** A holder whose session was ended; its text tells who it was and for how long it was silent. */
  public interface Replaced {
    /** Ends what it had begun. From then on it cannot prove a lease, and so begin nothing. */
    void endEffect(Connection session) throws SQLException;
  }

  private final Target target;
  private final Connection session;
  private final Locked locked;
  private final String holder;
  private final long epoch;
  private final Optional<String> replaced;
  private long beaten = System.nanoTime();
  private boolean closed;
  private boolean isLost;

  private SessionLease(
      Target target,
      Connection session,
      Locked locked,
      String holder,
      long epoch,
      Optional<String> replaced) {
    this.target = target;
    this.session = session;
    this.locked = locked;
    this.holder = holder;
    this.epoch = epoch;
    this.replaced = replaced;
  }

  /**
   * Takes the lease, or replaces a holder that is silent.
   *
   * @param session of its own, which belongs to the lease from here on
   * @param silence after which a holder that gives no sign of life is replaced; empty for never
   * @throws Refusal when another holds it
   */
  public static SessionLease take(
      Target target, Connection session, Locked locked, String holder, Optional<Duration> silence)
      throws SQLException {
    return Opened.orClose(session, own -> signed(target, own, locked, holder, silence));
  }

  private static SessionLease signed(
      Target target, Connection session, Locked locked, String holder, Optional<Duration> silence)
      throws SQLException {
    session.setNetworkTimeout(Runnable::run, DEADLINE_MILLIS);
    locked.prepare(session);
    Optional<? extends Replaced> silent = Optional.empty();
    boolean free = locked.tryLock(session);
    if (!free && silence.isPresent()) {
      silent = locked.replaced(session, silence.get());
    }
    for (int look = 1; !free && !locked.tryLock(session); look++) {
      refuseIfKnown(target, locked.holder(session), look);
    }
    long epoch = locked.sign(session, holder);
    if (silent.isPresent()) {
      silent.get().endEffect(session);
    }
    return new SessionLease(target, session, locked, holder, epoch, silent.map(String::valueOf));
  }

  private static void refuseIfKnown(Target target, Holder holder, int look) {
    if (look >= LOOKS || (holder.signed() && look >= LOOKS_AT_SIGNED)) {
      throw holder.held(target, "");
    }
    if (!Poll.pause(LOOK)) {
      throw holder.held(target, "; interrupted while finding out");
    }
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Optional<String> replaced() {
    return replaced;
  }

  /**
   * The server notes when a session was asked something last: no row that a lock could keep from
   * being written, as a restore's would.
   */
  @Override
  public synchronized boolean beat() {
    if (System.nanoTime() - beaten >= BEAT_NANOS) {
      try {
        locked.ask(session);
        beaten = System.nanoTime();
      } catch (SQLException e) {
        return false;
      }
    }
    return !closed && !isLost;
  }

  @Override
  public synchronized void verify() {
    if (closed) {
      throw lost("it was given back");
    }
    try {
      if (!locked.isLockedBy(session)) {
        throw lost("its session does not hold the lock any more");
      }
      long live = locked.correct(session, epoch, holder);
      if (live != epoch) {
        throw lost("epoch is " + live + " by now");
      }
    } catch (SQLException e) {
      throw lost("its session is gone, " + locked.code(e));
    }
  }

  private Refusal lost(String found) {
    isLost = true;
    return new Refusal(
        Finding.of("lease.lost", "the lease of '" + target.name() + "' is lost")
            .withExpected("epoch " + epoch + ", held by " + holder)
            .withFound(found)
            .withFix("resume the run: it takes the lease again and looks at what is in doubt"));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try (Connection ending = session) {
        // The server ends a closed session in its own time, and with it the lock: too late for
        // whoever comes next at once.
        locked.unlock(ending);
      } catch (SQLException gone) {
        return;
      }
    }
  }
}
