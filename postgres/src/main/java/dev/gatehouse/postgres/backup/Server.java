package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.postgres.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The server of a target as a backup, drill or restore sees it, in one session until it is closed:
 * its major version is asked once, and client programs are looked for by it.
 *
 * @param session Gatehouse's own; a login costs both sides more than most questions
 * @param major such as 17
 */
record Server(Target target, Connection session, int major, PgTools tools)
    implements AutoCloseable {

  /**
   * Asks it in a session of its own.
   *
   * @throws Refusal when there is no session
   */
  static Server of(Target target, PgTools tools) {
    try {
      return Opened.orClose(
          Sessions.own(target), session -> new Server(target, session, major(session), tools));
    } catch (SQLException e) {
      throw unreachable(target, e);
    }
  }

  /**
   * One that client programs can log in to.
   *
   * @throws Refusal as {@link #of} and {@link #login}
   */
  static Server forTools(Target target, PgTools tools) {
    ToolLogin.of(target);
    return of(target, tools);
  }

  static int major(Connection session) throws SQLException {
    return session.getMetaData().getDatabaseMajorVersion();
  }

  /**
   * Where and as whom client programs log in.
   *
   * @throws Refusal when nothing but a DataSource is known
   */
  ToolLogin login() {
    return ToolLogin.of(target);
  }

  /** {@link ToolSearch#dump} of its version. */
  ToolSearch.Tool dump() {
    return new ToolSearch(tools, major).dump();
  }

  /** {@link ToolSearch#restore} of its version. */
  ToolSearch.Tool restore() {
    return new ToolSearch(tools, major).restore();
  }

  /**
   * @param where what it is called in the refusal, such as "the target"
   */
  void requireMajorOf(int backup, String where) {
    if (backup != major) {
      throw new Refusal(
          Finding.of("restore.version", where + " is of another major version than the backup")
              .withExpected("PostgreSQL " + backup)
              .withFound("PostgreSQL " + major)
              .withFix("use a server of PostgreSQL " + backup));
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (SQLException e) {
      // Nothing waits there to be committed, and what was asked is known.
      return;
    }
  }

  Refusal unreachable(SQLException e) {
    return unreachable(target, e);
  }

  private static Refusal unreachable(Target target, SQLException e) {
    Scrubber scrubber =
        target
            .coordinates()
            .map(Target.Coordinates::scrubber)
            .orElseGet(() -> Scrubber.of(List.of()));
    return new Refusal(
        Finding.of("postgres.unreachable", "target '" + target + "' cannot be looked at")
            .withExpected("a session")
            .withFound(scrubber.describe(e))
            .withFix("make sure that the server runs and lets this account in"),
        e);
  }
}
