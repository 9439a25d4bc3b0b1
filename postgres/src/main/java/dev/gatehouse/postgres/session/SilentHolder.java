package dev.gatehouse.postgres.session;

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

/**
 * A holder of the lease that has given no sign of life for too long. Its sign of life is any
 * statement in the session that holds the lease: pg_stat_activity.state_change tells when the last
 * one ended, by the server's clock.
 */
final class SilentHolder implements SessionLease.Replaced {
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Between the two looks: longer than a living holder is silent for. */
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** One may be the end of a statement that was under way when its client was stopped. */
  private static final int SIGNS_OF_LIFE = 2;

  /** A holder may have noted its session before the row of its lease, never after it. */
  private static final String SIGNED =
      "SELECT holder, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
          + " AS since, epoch FROM gatehouse.lease WHERE pid = ?"
          + " AND (extract(epoch FROM since) * 1000000)::bigint >= ?";

  private static final String SEEN =
      "SELECT a.pid, "
          + SessionId.BEGAN
          + " AS began, a.usesysid, quote_ident(a.usename) AS role, a.state,"
          + " (extract(epoch FROM a.state_change) * 1000000)::bigint AS changed,"
          + " (extract(epoch FROM clock_timestamp() - a.state_change) * 1000)::bigint AS silent,"
          + " coalesce(r.rolsuper, false) AS superuser, quote_ident(current_user) AS account"
          + " FROM pg_locks JOIN pg_stat_activity a USING (pid)"
          + " LEFT JOIN pg_roles r ON r.oid = a.usesysid WHERE ";

  /** Of that role alone: an advisory lock is anybody's to take. */
  private static final String AT_WORK =
      "SELECT a.pid, "
          + SessionId.BEGAN
          + " AS began FROM pg_locks JOIN pg_stat_activity a USING (pid) WHERE a.usesysid = ?::oid"
          + " AND ";

  /** The session that holds the lease, as it is at one look. */
  private record Seen(
      SessionId session,
      String role,
      String roleName,
      boolean superuser,
      String account,
      boolean active,
      long changed,
      Duration silent) {

    static Seen of(Row row) {
      return new Seen(
          SessionId.of(row),
          row.text("usesysid"),
          row.text("role"),
          row.isTrue("superuser"),
          row.text("account"),
          row.text("state").equals("active"),
          row.number("changed"),
          Duration.ofMillis(row.number("silent")));
    }

    boolean silentFor(Duration limit) {
      // What is being executed ends by itself, in the lock timeout at the latest.
      return !active && silent.compareTo(limit) >= 0;
    }
  }

  private final Target target;
  private final Seen seen;
  private final String who;

  private SilentHolder(Target target, Seen seen, String who) {
    this.target = target;
    this.seen = seen;
    this.who = who;
  }

  /**
   * Waits until the holder has been silent for that long, looks again, and ends its session.
   *
   * @param connection that asks for the lease
   * @return empty when it went by itself, or there was nobody who had signed
   * @throws Refusal when it gives signs of life; when it may not be seen or not be ended
   */
  static Optional<SilentHolder> ended(Target target, Connection connection, Duration silence)
      throws SQLException {
    try (Connection watch = Sessions.own(target)) {
      Queries.run(watch, "SET ROLE NONE");
      Optional<SilentHolder> holder = look(target, watch, connection);
      int signs = 0;
      long silentSince = 0;
      while (holder.isPresent()) {
        SilentHolder now = holder.get();
        if (!now.seen.silentFor(silence)) {
          silentSince = 0;
        } else if (silentSince == 0) {
          silentSince = System.nanoTime();
        } else if (System.nanoTime() - silentSince >= BETWEEN.toNanos()) {
          now.end(watch);
          return holder;
        }
        if (!Poll.pause(LOOK)) {
          throw now.held("interrupted while waiting for a sign of life");
        }
        holder = look(target, watch, connection);
        signs += holder.isPresent() && holder.get().livesSince(now) ? 1 : 0;
        if (signs == SIGNS_OF_LIFE) {
          throw now.held("it gives signs of life");
        }
      }
      return holder;
    }
  }

  private static Optional<SilentHolder> look(Target target, Connection watch, Connection connection)
      throws SQLException {
    Optional<Seen> found =
        Queries.first(watch, SEEN + Latch.holds(Latch.LEASE), row -> shown(target, row));
    if (found.isEmpty() || !GatehouseSchema.isReady(connection)) {
      return Optional.empty();
    }
    Seen seen = found.get();
    SessionId session = seen.session();
    return Queries.first(
        connection,
        SIGNED,
        lease -> new SilentHolder(target, seen, AdvisoryLease.signature(lease)),
        session.pid(),
        session.began());
  }

  private static Seen shown(Target target, Row row) {
    if (row.text("began").isEmpty() || row.text("changed").isEmpty()) {
      throw hidden(target, row);
    }
    return Seen.of(row);
  }

  private boolean livesSince(SilentHolder before) {
    return !seen.session().equals(before.seen.session()) || seen.changed() != before.seen.changed();
  }

  private void end(Connection watch) throws SQLException {
    try {
      Fence.end(watch, seen.session());
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
        throw mayNotEnd(e);
      }
      throw e;
    }
  }

  /**
   * Ends the session that was at work for it, which is the one that holds the latch. Whoever takes
   * the latch after this proves its lease first, and cannot.
   */
  @Override
  public void endEffect(Connection session) throws SQLException {
    try (Connection watch = Sessions.own(target)) {
      Queries.run(watch, "SET ROLE NONE");
      for (SessionId working :
          Queries.rows(watch, AT_WORK + Latch.holds(Latch.LATCH), SessionId::of, seen.role())) {
        Fence.end(watch, working);
      }
      Latch.poll(Latch.PATIENCE, () -> Latch.tryInSession(watch));
      Latch.release(watch);
    }
  }

  private Refusal held(String why) {
    String ending = AdvisoryLease.ending("" + seen.session().pid());
    return new SessionLease.Holder(true, who, ending).held(target, "; " + why);
  }

  private Refusal mayNotEnd(SQLException cause) {
    String statement = AdvisoryLease.ending("" + seen.session().pid());
    return new Refusal(
        Finding.of(
                "lease.may-not-end",
                "the holder of the lease of '"
                    + target.name()
                    + "' is silent, and this account may not end its session")
            .withExpected(
                seen.superuser()
                    ? "a superuser: the session is one of a superuser's"
                    : "pg_signal_backend, or to be a member of " + seen.roleName())
            .withFound(this + "; it belongs to " + seen.roleName() + ", this is " + seen.account())
            .withFix(
                seen.superuser()
                    ? "tell a superuser of this server, who can end it: " + statement
                    : "tell a superuser, or somebody who is "
                        + seen.roleName()
                        + ", who can end it: "
                        + statement
                        + "; or let this account do so: GRANT pg_signal_backend TO "
                        + seen.account()),
        cause);
  }

  private static Refusal hidden(Target target, Row row) {
    boolean disabled = row.text("state").equals("disabled");
    String role = row.text("role");
    String account = row.text("account");
    return new Refusal(
        Finding.of(
                "lease.may-not-look",
                "cannot tell whether the holder of the lease of '" + target.name() + "' lives")
            .withExpected("its session's state_change in pg_stat_activity")
            .withFound(
                disabled
                    ? "track_activities is off for it"
                    : "pid %s belongs to %s; what it does is hidden from %s"
                        .formatted(row.text("pid"), role, account))
            .withFix(
                disabled
                    ? "tell a superuser: ALTER ROLE " + role + " SET track_activities = on"
                    : "tell a superuser: GRANT pg_read_all_stats, pg_signal_backend TO "
                        + account));
  }

  @Override
  public String toString() {
    return who + ", silent for " + seen.silent().toSeconds() + " s, session " + seen.session();
  }
}
