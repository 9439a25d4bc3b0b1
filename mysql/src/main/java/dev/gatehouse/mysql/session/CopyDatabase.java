package dev.gatehouse.mysql.session;

import dev.gatehouse.core.outcome.Bug;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The database gatehouse as the place in which a statement is tried: on an empty copy of a table,
 * or by making another object of that name. In a session that is in this database a name without
 * another one before it cannot mean an object of the target. One session of the server at a time.
 *
 * <p>No temporary tables: MySQL 8.0.15 dies of {@code ALTER TABLE ... FORCE} on one. On a table of
 * its own the server does what it will do to the real one.
 */
public final class CopyDatabase {
  /** What an account needs there for tables, beside what leases and markers need. */
  public static final List<String> RIGHTS_ON_TABLES =
      List.of("ALTER", "DROP", "INDEX", "REFERENCES");

  /** Tables that stand there already. */
  private static final Set<String> OURS = Set.of("`lease`", "`marker`", "`statement`");

  private static final String DEFAULTS =
      "SELECT CONCAT('CHARACTER SET ', default_character_set_name, ' COLLATE ',"
          + " default_collation_name) FROM information_schema.schemata WHERE schema_name = ?";

  private CopyDatabase() {}

  /** What is tried there. */
  @FunctionalInterface
  public interface Trial {
    /**
     * Looks.
     *
     * @param copy opened by the dialect, in the database gatehouse, foreign keys not checked
     */
    String in(Connection copy) throws SQLException;
  }

  /**
   * What the trial returned; empty when the server refused one of its statements, as where the
   * account lacks a privilege. The object is dropped before and after.
   *
   * @param kind of the object, as DROP names it
   * @param quoted its name, in backquotes, without a database
   */
  public static Optional<String> tried(Connection opened, String kind, String quoted, Trial trial)
      throws SQLException {
    return within(
        opened,
        kind,
        quoted,
        copy -> {
          copy.setCatalog("gatehouse");
          requireOwn(copy);
          return trial.in(copy);
        });
  }

  /**
   * The same for a view that the trial makes by its full name, in a session in the database of the
   * target: there are the tables it reads.
   */
  public static Optional<String> viewTried(Connection opened, String quoted, Trial trial)
      throws SQLException {
    return within(opened, "VIEW", quoted, trial);
  }

  private static Optional<String> within(Connection opened, String kind, String quoted, Trial trial)
      throws SQLException {
    // Some servers do not tell upper from lower case.
    if (OURS.contains(quoted.toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    String target = SessionConnection.of(opened).database();
    String mode = Queries.one(opened, "SELECT @@SESSION.sql_mode");
    try (Connection copy = Sessions.beside(opened)) {
      try {
        ServerLock.copies().take(copy, ServerLock.PATIENCE);
        Queries.run(copy, "SET SESSION foreign_key_checks = 0, sql_mode = '" + mode + "'");
        useDefaultsOf(target, copy);
        clear(copy, kind, quoted);
        Optional<String> seen = attempted(copy, trial);
        clear(copy, kind, quoted);
        return seen;
      } catch (SQLException e) {
        if (ErrorCodes.of(e) == 0) {
          throw e;
        }
        return Optional.empty();
      }
    }
  }

  /** Empty when the server refused one of its statements. */
  private static Optional<String> attempted(Connection copy, Trial trial) throws SQLException {
    try {
      return Optional.of(trial.in(copy));
    } catch (SQLException e) {
      if (ErrorCodes.of(e) == 0) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** A table and a view cannot have the same name. */
  private static void clear(Connection copy, String kind, String quoted) throws SQLException {
    boolean either = kind.equals("TABLE") || kind.equals("VIEW");
    for (String one : either ? List.of("TABLE", "VIEW") : List.of(kind)) {
      Queries.run(copy, "DROP " + one + " IF EXISTS gatehouse." + quoted);
    }
  }

  /** Tables take the character set of their database where they name none. */
  private static void useDefaultsOf(String target, Connection copy) throws SQLException {
    String wanted = Queries.one(copy, DEFAULTS, target);
    if (!Queries.one(copy, DEFAULTS, "gatehouse").equals(wanted)) {
      Queries.run(copy, "ALTER DATABASE gatehouse " + wanted);
    }
  }

  private static void requireOwn(Connection copy) throws SQLException {
    if (!Queries.one(copy, "SELECT DATABASE()").equals("gatehouse")) {
      throw new Bug("the session of a copy is not in the database gatehouse");
    }
  }
}
