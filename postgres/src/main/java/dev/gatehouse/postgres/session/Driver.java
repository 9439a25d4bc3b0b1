package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.Query;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PasswordUtil;
import org.postgresql.util.ServerErrorMessage;

/** The only place that knows the driver's own types; the driver is an optional dependency. */
public final class Driver {
  private Driver() {}

  static void refuseOthers(Connection connection) throws SQLException {
    PreferQueryMode mode = own(connection).getPreferQueryMode();
    if (mode != PreferQueryMode.EXTENDED && mode != PreferQueryMode.EXTENDED_CACHE_EVERYTHING) {
      // In these modes the server is sent several statements as one text.
      throw new Refusal(
          Finding.of("postgres.query-mode", "the driver does not send statements one by one")
              .withExpected("preferQueryMode=extended, the default")
              .withFound("preferQueryMode=" + mode.value())
              .withFix("remove preferQueryMode from the target's address or pool"));
    }
  }

  static PgConnection own(Connection connection) throws SQLException {
    if (!connection.isWrapperFor(PgConnection.class)) {
      throw new Refusal(
          Finding.of("postgres.driver", "the connection is not one of PostgreSQL's own driver")
              .withExpected("org.postgresql:postgresql, bare or in a pool that unwraps")
              .withFound(connection.getClass().getName())
              .withFix("connect with org.postgresql:postgresql"));
    }
    return connection.unwrap(PgConnection.class);
  }

  /** How the driver reads an address; without a host when it cannot. */
  public static Properties parse(String url) {
    Properties parsed = org.postgresql.Driver.parseURL(url, new Properties());
    return parsed == null ? new Properties() : parsed;
  }

  /** The process the server, or whoever answers in its place, named at login. */
  static int pidToldAtLogin(Connection connection) throws SQLException {
    return own(connection).getBackendPID();
  }

  /**
   * The statements that the driver would send for a text, each as a message of its own, in which
   * the server takes one statement and no more.
   */
  public static List<String> statements(Connection connection, String sql, boolean prepared)
      throws SQLException {
    Query query = own(connection).getQueryExecutor().createQuery(sql, true, prepared).query;
    Query[] parts = query.getSubqueries();
    return parts == null
        ? List.of(query.getNativeSql())
        : Arrays.stream(parts).map(Query::getNativeSql).toList();
  }

  /** Errors then cost their statement, and not the transaction. */
  static void keepTransactionOnErrors(Connection connection) throws SQLException {
    own(connection).setAutosave(AutoSave.ALWAYS);
  }

  /** What the server keeps of a password, so that it never gets the password itself. */
  public static String scram(char[] password) {
    return PasswordUtil.encodeScramSha256(password);
  }

  /** The place in the server that raised an error; empty when the server did not. */
  public static String routine(SQLException error) {
    for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof PSQLException told) {
        ServerErrorMessage message = told.getServerErrorMessage();
        String routine = message == null ? null : message.getRoutine();
        return routine == null ? "" : routine;
      }
    }
    return "";
  }

  /**
   * Whether the server itself sent it: it names the place in its source, which no pooler does.
   * Whether it ended the session is not told here, but by whether that lives.
   */
  public static boolean isFromServer(SQLException error) {
    return !routine(error).isEmpty();
  }

  /** Asks the server, by another connection, to give up what this one is executing. */
  static void cancel(Connection connection) throws SQLException {
    own(connection).cancelQuery();
  }

  /** Returns when nobody waits for an answer on this connection: until then the driver is shut. */
  static void passThrough(Connection connection) throws SQLException {
    PGConnection own = own(connection);
    own.getNotifications();
  }

  /** Executes a COPY ... TO stdout; the lines that came, in the encoding of the client: UTF-8. */
  public static List<String> copyOut(Connection connection, String sql) throws SQLException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try {
      copyOut(connection, sql, lines);
    } catch (IOException e) {
      throw new SQLException("COPY could not be read", e);
    }
    return lines.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The same, written to where the lines are wanted. */
  public static void copyOut(Connection connection, String sql, OutputStream lines)
      throws SQLException, IOException {
    own(connection).getCopyAPI().copyOut(sql, lines);
  }

  /** Executes a COPY ... FROM stdin with that data. */
  public static long copyIn(Connection connection, String sql, InputStream data)
      throws SQLException, IOException {
    return own(connection).getCopyAPI().copyIn(sql, data);
  }

  /** One that ends on the wire when it is closed, and does not go back to its pool. */
  static Connection ending(Connection pooled, Target target) {
    return PooledConnection.around(pooled, target, PgConnection.class);
  }
}
