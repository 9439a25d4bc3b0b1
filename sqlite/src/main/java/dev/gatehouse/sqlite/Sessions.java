package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions, and proves what they can and cannot do before anybody uses them. */
final class Sessions {
  /** SQLITE_OPEN_READONLY; and no ATTACH, which would open the very same file for writing. */
  private static final Map<String, String> READ_ONLY =
      Map.of("open_mode", "1", "limit_attached", "0");

  /** SQLITE_OPEN_READWRITE without SQLITE_OPEN_CREATE: a missing database stays missing. */
  private static final Map<String, String> READ_WRITE = Map.of("open_mode", "2");

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private Sessions() {}

  @FunctionalInterface
  private interface Preparation {
    void prepare(Connection connection) throws SQLException;
  }

  /**
   * A session that cannot write. A hot journal, which an interrupted transaction left, is rolled
   * back first, as by everybody who opens the database: until that is done nobody can read it.
   */
  static Connection reading(Target target) throws SQLException {
    try {
      return readingAtOnce(target);
    } catch (SQLException e) {
      if (!hotJournal(e)) {
        throw e;
      }
    }
    try (Connection recovering = writing(target)) {
      Queries.number(recovering, "SELECT count(*) FROM sqlite_schema");
      LOG.warn("{}: SQLite rolled back a transaction that was interrupted", target);
    }
    return readingAtOnce(target);
  }

  private static boolean hotJournal(SQLException error) {
    return String.valueOf(error.getMessage()).contains("SQLITE_READONLY_ROLLBACK]");
  }

  private static Connection readingAtOnce(Target target) throws SQLException {
    return opened(
        target,
        READ_ONLY,
        connection -> {
          prepare(connection, application(target));
          refuseIfItCanWrite(target, connection);
          // What can be switched off by the session is a second fence, not the first.
          Queries.run(connection, "PRAGMA query_only = ON");
          connection.setAutoCommit(false);
        });
  }

  /**
   * For VACUUM INTO, which attaches its copy and refuses transactions: reads, except that it may
   * attach.
   */
  static Connection vacuuming(Target target) throws SQLException {
    return opened(
        target, Map.of("open_mode", "1"), connection -> prepare(connection, application(target)));
  }

  static Connection writing(Target target) throws SQLException {
    Connection connection = writable(target);
    return target.isPooled() ? Driver.ending(connection, target) : connection;
  }

  private static Connection writable(Target target) throws SQLException {
    return opened(
        target,
        READ_WRITE,
        connection -> {
          connection.setAutoCommit(true);
          prepare(connection, application(target));
          Queries.run(connection, "PRAGMA query_only = OFF");
          setAndProve(target, connection, "foreign_keys", "1");
          // EXTRA: in rollback mode FULL can lose the last acknowledged commit with the power.
          setAndProve(target, connection, "synchronous", "3");
          setAndProve(target, connection, "busy_timeout", "" + Patience.DEFAULT.toMillis());
        });
  }

  private static Optional<ConnectionCustomizer> application(Target target) {
    return target.dialect() instanceof Customized own ? own.application() : Optional.empty();
  }

  /**
   * A schema is not trusted to call functions, because a file may come from anybody; unless the
   * caller gave the functions that it calls.
   */
  static void prepare(Connection connection, Optional<ConnectionCustomizer> application)
      throws SQLException {
    Products.refuseOthers(connection);
    if (application.isPresent()) {
      application.get().customize(connection);
    }
    Queries.run(connection, "PRAGMA trusted_schema = " + (application.isPresent() ? "ON" : "OFF"));
    Queries.run(connection, "PRAGMA cell_size_check = ON");
  }

  private static Connection opened(
      Target target, Map<String, String> properties, Preparation preparation) throws SQLException {
    return Opened.orClose(
        target.connect(properties),
        connection -> {
          try {
            preparation.prepare(connection);
          } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("unsafe use of")) {
              throw unsafe(target, e);
            }
            throw e;
          }
          return connection;
        });
  }

  /** SQLite calls a schema malformed that uses a function it may not call; the file is sound. */
  private static Refusal unsafe(Target target, SQLException e) {
    Refusal refusal =
        new Refusal(
            Finding.of("sqlite.unsafe-function", "the schema uses functions of the application")
                .withExpected("a dialect that was given them")
                .withFound(e.getMessage() + " on target '" + target + "'")
                .withFix(
                    "Target.of(\""
                        + target
                        + "\", dataSource, Sqlite.dialect(connection -> {create the functions}))"));
    refusal.initCause(e);
    return refusal;
  }

  /**
   * A DataSource ignores driver properties, so the effect is tried and not the setting read: a
   * read-only handle refuses the write lock itself, before anything is written.
   */
  private static void refuseIfItCanWrite(Target target, Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    Queries.run(connection, "PRAGMA query_only = OFF");
    Queries.run(connection, "BEGIN");
    try {
      if (!refusesToWrite(connection)) {
        throw canWrite(target, "a session opened for reading could write");
      }
    } finally {
      Queries.run(connection, "ROLLBACK");
    }
    if (!refusesToAttach(connection)) {
      throw canWrite(target, "a session opened for reading could attach the file again and write");
    }
  }

  /** Whether a session that reads, within its transaction, could write after all. */
  static boolean canWrite(Connection connection) throws SQLException {
    boolean queryOnly = Queries.number(connection, "PRAGMA query_only") == 1;
    Queries.run(connection, "SAVEPOINT gatehouse_probe");
    try {
      Queries.run(connection, "PRAGMA query_only = OFF");
      return !refusesToWrite(connection) || !refusesToAttach(connection);
    } finally {
      Queries.run(connection, "PRAGMA query_only = " + (queryOnly ? "ON" : "OFF"));
      Queries.run(connection, "ROLLBACK TO gatehouse_probe");
      Queries.run(connection, "RELEASE gatehouse_probe");
    }
  }

  /** Within a transaction that the caller rolls back. */
  private static boolean refusesToWrite(Connection connection) throws SQLException {
    try {
      Queries.run(connection, "CREATE TABLE gatehouse_probe (x)");
      return false;
    } catch (SQLException e) {
      if (ResultCodes.busy(e)) {
        return false;
      }
      if (ResultCodes.code(e) == ResultCodes.READONLY
          && String.valueOf(e.getMessage()).contains("SQLITE_READONLY]")) {
        return true;
      }
      throw e;
    }
  }

  /** Where ATTACH is allowed at all, the very same file could be attached for writing. */
  private static boolean refusesToAttach(Connection connection) throws SQLException {
    try {
      Queries.run(connection, "ATTACH ':memory:' AS gatehouse_probe");
    } catch (SQLException e) {
      return String.valueOf(e.getMessage()).contains("too many attached databases - max 0");
    }
    return false;
  }

  private static Refusal canWrite(Target target, String headline) {
    return new Refusal(
        Finding.of("sqlite.not-read-only", headline)
            .withExpected("open_mode=1 and limit_attached=0 in force, whatever SQL is given")
            .withFound("a connection of target '" + target + "' without them")
            .withFix(
                "give the target its file: Sqlite.file(\""
                    + target
                    + "\", Path.of(\"/path/to/database.db\"));"
                    + " a DataSource ignores the driver's properties"));
  }

  private static void setAndProve(
      Target target, Connection connection, String setting, String value) throws SQLException {
    Queries.run(connection, "PRAGMA " + setting + " = " + value);
    String found = Queries.text(connection, "PRAGMA " + setting);
    if (!found.equals(value)) {
      throw new Refusal(
          Finding.of("sqlite.session", "a session for writing could not be made safe")
              .withExpected("PRAGMA " + setting + " = " + value)
              .withFound(setting + " = " + found + " on target '" + target + "'")
              .withFix("give out connections in autocommit, outside any transaction"));
    }
  }
}
