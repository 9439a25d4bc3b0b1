package dev.gatehouse.postgres;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The sessions of others in the database: their locks would be in the way of a restore. */
final class RestoreSessions {
  private static final String OTHERS =
      "SELECT pid::text, pid::text || ' ' || coalesce(usename, '') || ' ' || coalesce(nullif("
          + "application_name, ''), 'no name') || ', ' || coalesce(state, 'state hidden')"
          + " FROM pg_stat_activity WHERE datname = current_database()"
          + " AND backend_type = 'client backend' AND application_name <> 'gatehouse'"
          + " AND pid <> pg_backend_pid() ORDER BY pid";

  private static final int LOOKS = 250;
  private static final int SHOWN = 10;

  private RestoreSessions() {}

  static void refuse(Connection session, String target) throws SQLException {
    List<List<String>> others = Ask.rows(session, OTHERS);
    if (!others.isEmpty()) {
      throw found(others, target);
    }
  }

  private static Refusal found(List<List<String>> others, String target) {
    List<String> shown = others.stream().limit(SHOWN).map(row -> row.get(1)).toList();
    return new Refusal(
        Finding.of("restore.sessions", "others are connected to '" + target + "'")
            .withExpected("nobody else in the database while it is restored")
            .withFound(
                String.join("\n", shown)
                    + (others.size() > SHOWN ? "\nand " + (others.size() - SHOWN) + " more" : ""))
            .withFix("stop the application first, or .endingSessions()"));
  }

  static void end(Connection session, String target) throws SQLException {
    List<List<String>> others = Ask.rows(session, OTHERS);
    for (int look = 0; look < LOOKS && !others.isEmpty(); look++) {
      for (List<String> other : others) {
        Ask.pinned(session, "SELECT pg_terminate_backend(?)", Integer.parseInt(other.get(0)));
      }
      pause();
      others = Ask.rows(session, OTHERS);
    }
    if (!others.isEmpty()) {
      throw found(others, target);
    }
  }

  private static void pause() throws SQLException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while sessions were ended", e);
    }
  }
}
