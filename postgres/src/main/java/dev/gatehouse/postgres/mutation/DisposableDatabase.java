package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.backup.DrillCopies;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A database that nobody would miss. Its owner says so, in the database's own settings: they are
 * neither dumped with its content nor copied with it as a template, so that no other database can
 * come by the mark unasked. What a session says of itself does not count; what a drill made for
 * itself, does.
 */
final class DisposableDatabase {
  static final String SETTING = "gatehouse.disposable";

  private static final String MARKED =
      "SELECT EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND ("
          + DrillCopies.IS_ONE
          + " OR EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) o (one)"
          + " WHERE s.setrole = 0 AND s.setdatabase = d.oid AND o.one = '"
          + SETTING
          + "=yes')))";

  /** Whoever has just closed a connection is still listed for a moment. */
  private static final Poll ENDING = Poll.every(Duration.ofMillis(50));

  private static final String OTHERS =
      "SELECT pid, usename, application_name FROM pg_stat_activity"
          + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
          + " AND coalesce(backend_type, 'client backend') = 'client backend'"
          + " AND (application_name <> 'gatehouse' OR usename IS DISTINCT FROM current_user)"
          + " ORDER BY pid LIMIT 5";

  /** Another session of the database. */
  private record Other(String pid, String account, String application) {
    static Other of(Row row) {
      return new Other(row.text("pid"), row.text("usename"), row.text("application_name"));
    }

    @Override
    public String toString() {
      return "pid %s of %s, application '%s'".formatted(pid, account, application);
    }
  }

  private DisposableDatabase() {}

  private static String statement(String database) {
    return "ALTER DATABASE " + SqlNames.quoted(database) + " SET " + SETTING + " = 'yes'";
  }

  /**
   * @throws Refusal when it is not marked
   */
  static void requireMarked(Connection connection) throws SQLException {
    if (!Queries.isTrue(connection, MARKED)) {
      String database = Queries.pinned(connection, "SELECT current_database()");
      throw new Refusal(
          Finding.of(
                  "mutation.not-disposable",
                  "database '" + database + "' is not marked as disposable")
              .withExpected(
                  "a copy that nobody would miss: mutants lock its tables against everybody")
              .withFound("no " + SETTING + " = 'yes' among the settings of the database")
              .withFix(
                  statement(database)
                      + "; on a copy only. Or ask it of the scratch database of a drill:"
                      + " restoreDrill(...).intoScratchDatabase().proving(...)"));
    }
  }

  /**
   * @throws Refusal when somebody else is connected to it, whom locks would stop
   */
  static void requireAlone(Connection connection) throws SQLException {
    List<Other> others =
        ENDING.until(
            Duration.ofSeconds(1),
            () -> {
              // within a transaction the server tells what it told before
              Queries.run(connection, "SELECT pg_catalog.pg_stat_clear_snapshot()");
              return Queries.rows(connection, OTHERS, Other::of);
            },
            List::isEmpty);
    if (!others.isEmpty()) {
      throw new Refusal(
          Finding.of("mutation.in-use", "others are connected to this database")
              .withExpected("a disposable database that nobody works in")
              .withFound(String.join("\n", others.stream().map(Other::toString).toList()))
              .withFix(
                  "end them, if nobody needs them: SELECT pg_terminate_backend("
                      + others.get(0).pid()
                      + ")"));
    }
  }
}
