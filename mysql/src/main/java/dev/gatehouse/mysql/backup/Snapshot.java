package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A session under one consistent snapshot, and where the binary log stood at it.
 *
 * @param facts of the place in the log, or why it is not known
 */
record Snapshot(Connection session, Fingerprint source, Instant at, Map<String, String> facts)
    implements AutoCloseable {
  /** Name of the fact; one that begins with "not" stands in the evidence of a backup. */
  static final String NO_RECOVERY_POINT = "not with a recovery point";

  /** Facts of the place, as events of the log have them. */
  static final String LOG_FILE = "binary log file";

  static final String LOG_POSITION = "binary log position";
  static final String LOG_SERVER = "binary log server id";
  static final String LOG_DATABASE = "binary log database";

  /** How long a backup waits for the queries of others before it locks anything. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int LOCK_SECONDS = 1;
  private static final int GIVE_UP_SECONDS = 2;

  /** Of a host that is lost the lock goes so soon: what holds it asks something all the while. */
  private static final int IDLE_SECONDS = 5;

  private static final List<String> SETTINGS =
      List.of(
          "SET SESSION sql_mode = '', sql_big_selects = 1",
          // Each column in its own character set, as it is stored.
          "SET SESSION character_set_results = NULL");

  private static final String LIMITS =
      "SHOW SESSION VARIABLES WHERE variable_name IN ('max_execution_time', 'max_statement_time')";

  private static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

  private static final String LONG_QUERIES =
      "SELECT CONCAT('connection ', id, ' of ', user, ': ', LEFT(COALESCE(info, ''), 80))"
          + " FROM information_schema.processlist WHERE command IN ('Query', 'Execute')"
          + " AND time >= 2 AND id <> CONNECTION_ID() ORDER BY time DESC LIMIT 5";

  /** With the place in the binary log, as far as the account and the server let it be known. */
  static Snapshot of(Target target) throws SQLException {
    return opened(target, Snapshot::located);
  }

  /** Without it. */
  static Snapshot withoutPlace(Target target) throws SQLException {
    return opened(
        target,
        session -> {
          Queries.run(session, BEGIN);
          return Map.of();
        });
  }

  /**
   * With what else begins while nobody commits, so that it sees the same rows. With the place in
   * the log, as far as that is known.
   *
   * @param beside given the session that holds the lock, which is given back behind it
   * @throws StepFailed when nobody can be kept from committing
   */
  static Snapshot together(Target target, Beside beside) throws SQLException {
    return opened(target, session -> locked(session, beside));
  }

  /** What begins under the lock. */
  @FunctionalInterface
  interface Beside {
    void begin(Connection locking) throws SQLException;
  }

  @FunctionalInterface
  private interface Beginning {
    Map<String, String> begin(Connection session) throws SQLException;
  }

  private static Snapshot opened(Target target, Beginning beginning) throws SQLException {
    return Opened.orClose(
        Sessions.writing(target),
        session -> {
          Fingerprint source = Products.identify(session);
          for (String setting : SETTINGS) {
            Queries.run(session, setting);
          }
          for (Row limit : Queries.rows(session, LIMITS, Function.identity())) {
            Queries.run(session, "SET SESSION " + limit.text("variable_name") + " = 0");
          }
          Instant at = target.dialect().serverTime(session).orElseThrow();
          return new Snapshot(session, source, at, beginning.begin(session));
        });
  }

  private static Map<String, String> located(Connection session) throws SQLException {
    Product product = Products.of(session);
    if (!Queries.one(session, "SELECT @@GLOBAL.log_bin").equals("1")) {
      Queries.run(session, BEGIN);
      return Map.of(NO_RECOVERY_POINT, "the server writes no binary log");
    }
    if (product.snapshotPositionQuestion().isPresent()) {
      Queries.run(session, BEGIN);
      return told(session, product.snapshotPositionQuestion().get());
    }
    OwnRights rights = OwnRights.of(session);
    boolean flushes = rights.hold("RELOAD ON *.*") || rights.hold("FLUSH_TABLES ON *.*");
    if (!flushes || !rights.hold(product.sourceRight())) {
      Queries.run(session, BEGIN);
      return unasked(session, product);
    }
    return locked(session, locking -> {});
  }

  private static Map<String, String> unasked(Connection session, Product product)
      throws SQLException {
    return Map.of(
        NO_RECOVERY_POINT,
        "the account may not ask: GRANT RELOAD, "
            + product.sourceRight()
            + " TO "
            + Accounts.current(session));
  }

  private static Map<String, String> told(Connection session, String question) throws SQLException {
    Map<String, String> told = new TreeMap<>();
    for (Row row : Queries.rows(session, question, Function.identity())) {
      told.put(row.text("variable_name").toLowerCase(Locale.ROOT), row.text("value"));
    }
    return place(
        session,
        told.getOrDefault("binlog_snapshot_file", ""),
        told.getOrDefault("binlog_snapshot_position", ""),
        "");
  }

  /** Where the log ends while nobody commits. */
  private static Map<String, String> end(Connection session, Connection locking)
      throws SQLException {
    Product product = Products.of(session);
    if (!Queries.one(session, "SELECT @@GLOBAL.log_bin").equals("1")) {
      return Map.of(NO_RECOVERY_POINT, "the server writes no binary log");
    }
    if (product.snapshotPositionQuestion().isPresent()) {
      return told(session, product.snapshotPositionQuestion().get());
    }
    if (!OwnRights.of(session).hold(product.sourceRight())) {
      return unasked(session, product);
    }
    Row end = last(locking, product.logEndQuestion());
    return place(session, end.text("File"), end.text("Position"), end.text("Executed_Gtid_Set"));
  }

  /** Who is asked under the lock does not keep others from committing for longer than that. */
  private static Row last(Connection locking, String question) throws SQLException {
    try (Statement ask = locking.createStatement()) {
      ask.setQueryTimeout(GIVE_UP_SECONDS);
      try (ResultSet answer = ask.executeQuery(question)) {
        return Row.all(question, answer).stream()
            .findFirst()
            .orElseThrow(() -> new SQLException("no row came from: " + question));
      }
    }
  }

  /** The log is written before the engine commits: only while nobody commits are the two one. */
  private static Map<String, String> locked(Connection session, Beside beside) throws SQLException {
    try (Connection locking = Sessions.beside(session)) {
      List<String> busy =
          Poll.every(Duration.ofMillis(200))
              .until(PATIENCE, () -> Queries.column(locking, LONG_QUERIES), List::isEmpty);
      if (!busy.isEmpty()) {
        throw notLocked(busy);
      }
      String limits = ", wait_timeout = " + IDLE_SECONDS;
      Queries.run(locking, "SET SESSION lock_wait_timeout = " + LOCK_SECONDS + limits);
      try (Statement lock = locking.createStatement()) {
        lock.setQueryTimeout(GIVE_UP_SECONDS);
        lock.execute("FLUSH TABLES WITH READ LOCK");
      } catch (SQLException e) {
        StepFailed failed = notLocked(Queries.column(session, LONG_QUERIES));
        failed.initCause(e);
        throw failed;
      }
      Queries.run(session, BEGIN);
      Map<String, String> place = end(session, locking);
      beside.begin(locking);
      Queries.run(locking, "UNLOCK TABLES");
      return place;
    }
  }

  private static StepFailed notLocked(List<String> busy) {
    return new StepFailed(
        Finding.of("snapshot.lock", "nobody can be kept from committing for a moment")
            .withExpected(
                "FLUSH TABLES WITH READ LOCK within "
                    + GIVE_UP_SECONDS
                    + " s, while no query runs that long")
            .withFound(busy.isEmpty() ? "the lock was not free" : String.join("\n", busy))
            .withFix(
                "take the backup when such queries have ended; an account without RELOAD takes it"
                    + " without a recovery point"));
  }

  private static Map<String, String> place(
      Connection session, String file, String position, String gtids) throws SQLException {
    Map<String, String> facts = new TreeMap<>();
    facts.put(LOG_FILE, file);
    facts.put(LOG_POSITION, position);
    facts.put(LOG_SERVER, Queries.one(session, "SELECT @@GLOBAL.server_id"));
    facts.put("gtids", gtids);
    facts.values().removeIf(String::isEmpty);
    return facts.containsKey(LOG_FILE)
        ? facts
        : Map.of(NO_RECOVERY_POINT, "the server told no place in its binary log");
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
