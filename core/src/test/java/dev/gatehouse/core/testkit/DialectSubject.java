package dev.gatehouse.core.testkit;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * What a dialect supplies so that {@link DialectContract} can be run against it: databases that may
 * be written to and thrown away, and SQL in the product's own words. What is not abstract is SQL
 * that every product in sight understands; override what yours does not.
 *
 * <p>A new one for each test; one thread at a time.
 */
public abstract class DialectSubject implements AutoCloseable {
  /** The table the contract works with. */
  public static final String TABLE = "contract_item";

  /** The dialect under contract; its targets must carry it too. */
  public abstract Dialect dialect();

  /** An empty database that nobody else uses; the same at each call. */
  public abstract Target target();

  /** One more empty database; a new one at each call. */
  public abstract Target another() throws Exception;

  /** An empty directory for journals, backups and drills. */
  public abstract Path scratch();

  /**
   * Ways to write through a session that was opened for reading, each a list of statements executed
   * one after the other, whatever becomes of those before. The contract tries plain statements and
   * the tricks of JDBC by itself: these are the product's own, such as settings that can be taken
   * back. Each must succeed on a session for writing, or it proves nothing.
   */
  public abstract List<List<String>> writeAttempts(Target target);

  /** A query that runs for a minute or more unless it is stopped. */
  public abstract String longRunning();

  /** Takes the lease away from outside, as an administrator or a failover would. */
  public abstract void loseLease(Target target, Lease lease) throws Exception;

  /** Errors of this product after which nobody can say whether the statement took effect. */
  public abstract List<SQLException> errorsInDoubt();

  /** Errors of this product after which it is certain that the statement took no effect. */
  public abstract List<SQLException> errorsWithoutEffect();

  /** Creates a table with columns id and name. */
  public String createTable(String quoted) {
    return "CREATE TABLE " + quoted + " (id INTEGER PRIMARY KEY, name VARCHAR(200) NOT NULL)";
  }

  /** Inserts a row into such a table. */
  public String insert(int id, String name) {
    return "INSERT INTO " + TABLE + " (id, name) VALUES (" + id + ", '" + name + "')";
  }

  /** Statements that end a transaction from within. */
  public List<String> transactionEnds() {
    return List.of("ROLLBACK");
  }

  /** Words that need quoting to be names. */
  public List<String> reservedWords() {
    return List.of("select", "table", "order", "group", "user", "index", "from");
  }

  /** How many random names are tried, each by a table. */
  public int names() {
    return 1_000;
  }

  /** The longest time in which a session gives up waiting for the latch. */
  public Duration longestWait() {
    return Duration.ofSeconds(10);
  }

  /**
   * Where a restore drill takes place.
   *
   * @param directory empty, for drills that need one
   */
  public Scratch drillIn(Path directory) {
    return new Scratch.InDirectory(directory);
  }

  /** Whether a latch without a transaction is held until its session unlatches or closes. */
  public boolean holdsLatches() {
    return true;
  }

  /**
   * Whether a session for reading sees one state until it is closed; false where a transaction that
   * lasts would stand in the way of everybody.
   */
  public boolean readsOneState() {
    return true;
  }

  /** Whether the lease can be taken from a holder that gives no sign of life. */
  public boolean replacesHolders() {
    return true;
  }

  /**
   * All that a write could have changed, as text: tables, and the rows of {@link #TABLE}. Add what
   * the product lets sessions write beside tables.
   */
  public String state(Target target) throws Exception {
    try (Connection session = dialect().openWriting(target)) {
      List<String> tables = Sql.tables(session);
      return tables
          + (tables.contains(TABLE)
              ? Sql.rows(session, "SELECT id, name FROM " + TABLE + " ORDER BY id").toString()
              : "");
    }
  }

  @Override
  public void close() throws java.io.IOException {}
}
