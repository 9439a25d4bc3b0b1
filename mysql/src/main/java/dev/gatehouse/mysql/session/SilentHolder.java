package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.SessionLease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A holder of the lease that gave no sign of life. The server lists for how many whole seconds each
 * session of one's own account has been asked nothing; a holder that lives asks twice a second.
 */
final class SilentHolder implements SessionLease.Replaced {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Rounding of two clocks that tell whole seconds. */
  private static final long SLACK_SECONDS = 2;

  private final ServerLock latch;
  private final String who;
  private final long silentSeconds;

  private SilentHolder(ServerLock latch, String who, long silentSeconds) {
    this.latch = latch;
    this.who = who;
    this.silentSeconds = silentSeconds;
  }

  /**
   * Waits until the holder has been silent for that long, and ends its session.
   *
   * @return empty when nobody holds it any more
   * @throws Refusal when the holder lives, or when this account may not see its session
   */
  static Optional<SilentHolder> ended(NamedLockLease lease, Connection connection, Duration silence)
      throws SQLException {
    OptionalLong id = lease.lock().holder(connection);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    SessionLease.Holder holder = lease.holder(connection);
    long needed = Math.max(1, (silence.toMillis() + 999) / 1_000);
    Optional<Long> idle = silentFor(lease, connection, id.getAsLong(), holder, needed);
    if (idle.isPresent()) {
      Fence.end(connection, lease.lock());
    }
    ServerLock latch = ServerLock.latch(lease.database());
    return idle.map(seconds -> new SilentHolder(latch, holder.who(), seconds));
  }

  /** How long it was silent at a second look; empty when it is gone. */
  private static Optional<Long> silentFor(
      NamedLockLease lease, Connection connection, long id, SessionLease.Holder holder, long needed)
      throws SQLException {
    long begun = System.nanoTime();
    long first = -1;
    boolean once = false;
    while (true) {
      Optional<Long> idle = idleSeconds(connection, id);
      if (idle.isEmpty()) {
        if (lease.lock().holder(connection).equals(OptionalLong.of(id))) {
          throw unseen(lease.target(), holder.who(), id);
        }
        return Optional.empty();
      }
      long elapsed = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
      first = first < 0 ? idle.get() : first;
      if (idle.get() < first + elapsed - SLACK_SECONDS || idle.get() < first) {
        throw holder.held(lease.target(), "; it gave a sign of life just now");
      }
      if (idle.get() >= needed) {
        if (once) {
          return idle;
        }
        once = true;
      }
      if (!Poll.pause(LOOK)) {
        throw holder.held(lease.target(), "; interrupted while watching it");
      }
    }
  }

  /** Empty when the list does not show it. */
  private static Optional<Long> idleSeconds(Connection connection, long id) throws SQLException {
    for (Row row : Queries.rows(connection, "SHOW FULL PROCESSLIST", Function.identity())) {
      if (row.number("id") == id) {
        // What is being asked right now has not been silent, however long it takes.
        return Optional.of(row.text("command").equals("Sleep") ? row.number("time") : 0);
      }
    }
    return Optional.empty();
  }

  private static Refusal unseen(Target target, String who, long id) {
    return new Refusal(
        Finding.of(
                "lease.unseen",
                "it cannot be seen whether the holder of the lease of '" + target + "' lives")
            .withExpected("an account that sees the sessions of the holder's, and may end them")
            .withFound(who + ", connection " + id + ", of another account")
            .withFix(
                "resume with the account of that run; or GRANT PROCESS, CONNECTION_ADMIN ON *.* TO"
                    + " the account of the target (MariaDB: CONNECTION ADMIN)"));
  }

  @Override
  public void endEffect(Connection session) throws SQLException {
    Fence.end(session, latch);
  }

  @Override
  public String toString() {
    return who + ", silent for " + silentSeconds + " s";
  }
}
