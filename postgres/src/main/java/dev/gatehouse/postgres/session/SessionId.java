package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One session of a server: its process, and when that began, because process numbers come again.
 *
 * @param began microseconds since 1970 by the server's clock
 */
public record SessionId(int pid, long began) {
  public static final String BEGAN = "(extract(epoch FROM backend_start) * 1000000)::bigint";

  /** A role that the account takes on at login may not look at the account's own sessions. */
  private static final String AS_MYSELF =
      "(SELECT pg_catalog.set_config('role', 'none', true) AS role) me";

  private static final Pattern TEXT = Pattern.compile("pid (\\d+) began (\\d+)");

  /** Of a connection in autocommit. */
  static SessionId of(Connection connection) throws SQLException {
    return Queries.first(
            connection,
            "SELECT a.pid, "
                + BEGAN
                + " AS began FROM "
                + AS_MYSELF
                + ", pg_stat_get_activity("
                + "CASE WHEN me.role = 'none' THEN pg_backend_pid() END) a",
            SessionId::of)
        .orElseThrow(() -> new SQLException("the session is not in pg_stat_activity"));
  }

  /** From columns pid and began. */
  public static SessionId of(Row row) {
    return new SessionId(Math.toIntExact(row.number("pid")), row.number("began"));
  }

  /** As {@link #toString} wrote it; empty when it was not written by this dialect. */
  static Optional<SessionId> parse(String text) {
    Matcher found = TEXT.matcher(text);
    return found.matches()
        ? Optional.of(
            new SessionId(Integer.parseInt(found.group(1)), Long.parseLong(found.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "pid " + pid + " began " + began;
  }
}
