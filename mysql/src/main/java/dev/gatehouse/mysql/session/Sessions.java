package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Opens sessions whose settings are known, whatever the account, the server or a pool says. */
public final class Sessions {
  private static final int DEADLINE_MILLIS = 3_600_000;

  private static final List<String> SETTINGS =
      List.of(
          "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
          "SET SESSION TRANSACTION READ WRITE",
          "SET SESSION time_zone = '+00:00', completion_type = 0, sql_auto_is_null = 0,"
              + " sql_select_limit = 18446744073709551615, wait_timeout = 28800,"
              + " net_write_timeout = 600, group_concat_max_len = 4294967295,"
              + " foreign_key_checks = 1, unique_checks = 1");

  /** How long a statement may queue for a lock, and others behind it; less stays as it is. */
  private static final int LOCK_SECONDS = 10;

  /** A value that does not fit is an error, and not another value. */
  private static final String STRICT =
      "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')";

  /** What stands before the database in an address, and its name. */
  private static final Pattern DATABASE = Pattern.compile("^(jdbc:[a-z]+://[^/?]*)/[^?]*");

  private Sessions() {}

  /** A session for effects, in autocommit. */
  public static Connection writing(Target target) throws SQLException {
    return opened(
        target,
        Products::identify,
        (connection, same, where) -> {
          Queries.run(connection, STRICT);
          BinaryLog.require(connection);
          if (BinaryLog.isCopy(where.database())) {
            BinaryLog.leave(connection);
          }
          return SessionConnection.writing(connection, target, where, sessionOf(connection, where));
        });
  }

  /** Another session for effects, of the same account in the same database. */
  public static Connection beside(Connection opened) throws SQLException {
    return writing(SessionConnection.of(opened).target());
  }

  /**
   * Another session for reading, of the same account in the same database.
   *
   * @return empty for a session for effects, which may see what others do not, and where none is to
   *     be had, as from a pool of one
   */
  public static Optional<Connection> readingBeside(Connection opened) throws SQLException {
    SessionConnection session = SessionConnection.of(opened);
    if (!session.isForReading()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading(session.target()));
    } catch (SQLException | Refusal none) {
      return Optional.empty();
    }
  }

  /** A session of Gatehouse's own, in autocommit. */
  static Connection own(Target target) throws SQLException {
    return writing(target);
  }

  /**
   * A session in which each statement is a read-only transaction of its own: one that lasted would
   * keep its tables from being altered, and whoever waits for that would keep all others away.
   */
  public static Connection reading(Target target) throws SQLException {
    return opened(target, Products::identify, Sessions::readOnly);
  }

  /** The same on a server that no run could change, such as a replica. */
  public static Connection observing(Target target) throws SQLException {
    return opened(target, Products::observed, Sessions::readOnly);
  }

  private static Connection readOnly(Connection connection, Target target, Fingerprint where)
      throws SQLException {
    Queries.run(connection, "SET SESSION TRANSACTION READ ONLY");
    return SessionConnection.reading(connection, target, where, sessionOf(connection, where));
  }

  /** What is asked in a transaction. */
  @FunctionalInterface
  public interface Asked<T> {
    T answer() throws SQLException;
  }

  /** Asks inside a transaction that has begun for InnoDB: the session's own, or one made for it. */
  public static <T> T inTransaction(Connection opened, Asked<T> asked) throws SQLException {
    Connection real = SessionConnection.of(opened).real();
    if (!real.getAutoCommit()) {
      return asked.answer();
    }
    Queries.run(real, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    T answer;
    try {
      answer = asked.answer();
    } catch (SQLException | RuntimeException e) {
      try {
        Queries.run(real, "COMMIT");
      } catch (SQLException late) {
        e.addSuppressed(late);
      }
      throw e;
    }
    Queries.run(real, "COMMIT");
    return answer;
  }

  /**
   * A bare login of somebody else at the target's address, in no database and with the settings
   * that it has: for asking what it may do.
   *
   * @param account {@code user@host}, of which the server chooses the host, or the user alone
   * @throws Refusal when the target has no address
   * @throws SQLException when the login fails
   */
  public static Connection login(Target target, String account, Secret secret) throws SQLException {
    JdbcUrlPolicy.refuseHarmful(target);
    String url =
        target
            .coordinates()
            .orElseThrow(
                () ->
                    new Refusal(
                        Finding.of("mysql.no-address", "a login of its own needs an address")
                            .withExpected("the address of target '" + target.name() + "'")
                            .withFound("a DataSource")
                            .withFix("say target.withLogin(jdbcUrl, account, secret)")))
            .jdbcUrl();
    String nowhere = DATABASE.matcher(url).replaceFirst("$1/").replaceAll("user=[^&]*&?", "");
    int at = account.lastIndexOf('@');
    Target other =
        Target.at(
            target.name(),
            nowhere,
            at < 0 ? account : account.substring(0, at),
            secret,
            target.dialect());
    return other.connect(JdbcUrlPolicy.properties(target));
  }

  /** A login of the target's account with the settings that it has. */
  public static Connection bare(Target target) throws SQLException {
    JdbcUrlPolicy.refuseHarmful(target);
    return target.connect(JdbcUrlPolicy.properties(target));
  }

  @FunctionalInterface
  private interface Place {
    Fingerprint of(Connection connection) throws SQLException;
  }

  @FunctionalInterface
  private interface Preparation {
    Connection prepare(Connection connection, Target target, Fingerprint where) throws SQLException;
  }

  private static Connection opened(Target target, Place place, Preparation preparation)
      throws SQLException {
    JdbcUrlPolicy.refuseHarmful(target);
    return Opened.orClose(
        target.connect(JdbcUrlPolicy.properties(target)),
        connection -> {
          Products.of(connection);
          refuseUnsafe(target, connection);
          return Opened.orClose(
              () -> SessionConnection.end(connection, target),
              ended -> {
                pin(connection);
                return preparation.prepare(connection, target, place.of(connection));
              });
        });
  }

  /** From here on no pool may have it back. */
  private static void pin(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    if (connection.getNetworkTimeout() == 0) {
      connection.setNetworkTimeout(Runnable::run, DEADLINE_MILLIS);
    }
    for (String setting : SETTINGS) {
      Queries.run(connection, setting);
    }
    tighten(connection, "lock_wait_timeout");
    tighten(connection, "innodb_lock_wait_timeout");
  }

  private static void tighten(Connection connection, String setting) throws SQLException {
    double now = Double.parseDouble(Queries.one(connection, "SELECT @@SESSION." + setting));
    if (now > LOCK_SECONDS) {
      Queries.run(connection, "SET SESSION " + setting + " = " + LOCK_SECONDS);
    }
  }

  private static void refuseUnsafe(Target target, Connection connection) throws SQLException {
    if (target.isPooled()) {
      String url = String.valueOf(connection.getMetaData().getURL());
      JdbcUrlPolicy.refusePlace(target.name(), url.split("\\?", 2)[0]);
    }
    Driver.of(connection).refuseHarmful(target.name(), connection);
  }

  /** Takes the lock by which this session is known, as long as it lives. */
  private static SessionId sessionOf(Connection connection, Fingerprint where) throws SQLException {
    ServerLock lock = ServerLock.ofNewSession();
    if (!lock.tryTake(connection)) {
      throw new SQLException("the lock of a new session is not free");
    }
    long id = Long.parseLong(Queries.one(connection, "SELECT CONNECTION_ID()"));
    // Who looks at the sessions of the server knows by it that this one is Gatehouse's.
    Queries.one(connection, "SELECT GET_LOCK(?, 0)", "gatehouse.c." + id);
    return new SessionId(where.server(), id, lock);
  }
}
