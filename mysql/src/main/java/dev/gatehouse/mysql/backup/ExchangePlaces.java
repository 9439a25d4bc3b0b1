package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The databases of one exchange, and what in them tells how far it came. The mark is made beside
 * and moves into the target by the very statement that moves the tables: where it is, they are.
 *
 * @param target database whose tables are replaced
 * @param side where the new ones are loaded
 * @param old where the replaced ones are kept
 */
record ExchangePlaces(String target, String side, String old) {
  static final String SIDE = "gatehouse_new_";
  static final String OLD = "gatehouse_old_";
  private static final int TOLD = 30;
  private static final String MARK = "gatehouse_exchange";
  private static final String KEPT = "gatehouse_kept";

  /** How far it came. */
  enum Stage {
    /** Nothing is there. */
    NOTHING,
    /** New tables beside the target, which is whole. */
    LOADED,
    /** Routines, views, triggers and events may have been dropped already; they are kept. */
    TAKEN_DOWN,
    /** The tables are exchanged. */
    EXCHANGED,
    /** All of it is over. */
    DONE
  }

  static ExchangePlaces of(String target, String key) {
    // Whose they are must be seen; a name has 64 signs at most.
    String told = target.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    String id =
        told.substring(0, Math.min(told.length(), TOLD)) + "_" + Sha256.of(key).substring(0, 16);
    return new ExchangePlaces(target, SIDE + id, OLD + id);
  }

  Stage stage(Connection session) throws SQLException {
    if (kept(session, "done")) {
      return Stage.DONE;
    }
    if (marked(session)) {
      return Stage.EXCHANGED;
    }
    if (kept(session, "programs")) {
      return Stage.TAKEN_DOWN;
    }
    String there = "SELECT 1 FROM information_schema.schemata WHERE schema_name IN (?, ?)";
    return Queries.exists(session, there, side, old) ? Stage.LOADED : Stage.NOTHING;
  }

  /**
   * Whether the tables of this exchange are in the target.
   *
   * @throws Refusal when those of another exchange are, which was not ended
   */
  private boolean marked(Connection session) throws SQLException {
    if (!has(session, target, MARK)) {
      return false;
    }
    String found = Queries.one(session, "SELECT kept_in FROM " + in(target, MARK));
    ExchangePlaces other = new ExchangePlaces(target, side, found);
    if (!found.equals(old) && has(session, found, KEPT) && !other.kept(session, "done")) {
      throw new Refusal(
          Finding.of("restore.unfinished", "another restore of this database was not ended")
              .withExpected("no table " + MARK + " in it, or the one of this restore")
              .withFound("the replaced tables are in database " + found)
              .withFix("resume the run that began it, or abort it"));
    }
    return found.equals(old);
  }

  private boolean kept(Connection session, String what) throws SQLException {
    return has(session, old, KEPT)
        && Queries.exists(session, "SELECT 1 FROM " + in(old, KEPT) + " WHERE what = ?", what);
  }

  private static boolean has(Connection session, String database, String table)
      throws SQLException {
    return Queries.exists(
        session,
        "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?",
        database,
        table);
  }

  /** An empty side database, marked. */
  void begin(Connection session, String defaults) throws SQLException {
    Queries.run(session, "CREATE DATABASE " + SqlNames.quoted(side) + " " + defaults);
    Queries.run(
        session,
        "CREATE TABLE " + in(side, MARK) + " (kept_in VARCHAR(64) NOT NULL) ENGINE = InnoDB");
    Queries.run(session, "INSERT INTO " + in(side, MARK) + " VALUES ('" + old + "')");
  }

  /**
   * Keeps the definitions of what is dropped before the exchange, and what takes its place.
   *
   * @param definitions as {@link ObjectsFile} writes them
   */
  void keep(Connection session, byte[] definitions, RoutinePrivileges privileges, Loaded loaded)
      throws SQLException, IOException {
    Queries.run(session, "CREATE DATABASE IF NOT EXISTS " + SqlNames.quoted(old));
    Queries.run(
        session,
        "CREATE TABLE "
            + in(old, KEPT)
            + " (what VARCHAR(20) PRIMARY KEY, is_so LONGBLOB NOT NULL) ENGINE = InnoDB");
    keep(session, "schema", ObjectsFile.bytes(loaded.schema()));
    keep(session, "rows", loaded.rows());
    keep(session, "privileges", privileges.bytes());
    // Last: from now on there is something to take back.
    keep(session, "programs", definitions);
  }

  private void keep(Connection session, String what, byte[] value) throws SQLException {
    try (var statement =
        session.prepareStatement("INSERT INTO " + in(old, KEPT) + " VALUES (?, ?)")) {
      statement.setString(1, what);
      statement.setBytes(2, value);
      statement.executeUpdate();
    }
  }

  /** They were made again: whoever changes them now is not to lose that. */
  void forget(Connection session) throws SQLException {
    Queries.run(session, "DELETE FROM " + in(old, KEPT) + " WHERE what = 'programs'");
  }

  /** What was dropped before the exchange. */
  Schema dropped(Connection session) throws SQLException {
    return ObjectsFile.schema(value(session, "programs"));
  }

  /** What accounts might do with what was dropped. */
  RoutinePrivileges privileges(Connection session) throws SQLException {
    return RoutinePrivileges.of(value(session, "privileges"));
  }

  /** What took its place. */
  Loaded loaded(Connection session) throws SQLException {
    return Loaded.of(value(session, "schema"), value(session, "rows"));
  }

  private byte[] value(Connection session, String what) throws SQLException {
    try (var statement =
            session.prepareStatement(
                "SELECT is_so FROM " + in(old, KEPT) + " WHERE what = '" + what + "'");
        var rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("the " + what + " kept in " + old + " are gone");
      }
      return rows.getBytes(1);
    }
  }

  /** Everything out and in by one statement. */
  void exchange(Connection session) throws SQLException {
    List<String> moves = new ArrayList<>();
    moves.addAll(moves(session, target, old));
    moves.addAll(moves(session, side, target));
    Queries.run(session, "RENAME TABLE " + String.join(", ", moves));
  }

  /** The same the other way round. */
  void exchangeBack(Connection session) throws SQLException {
    List<String> moves = new ArrayList<>();
    moves.addAll(moves(session, target, side));
    moves.addAll(moves(session, old, target));
    Queries.run(session, "RENAME TABLE " + String.join(", ", moves));
  }

  private static List<String> moves(Connection session, String from, String to)
      throws SQLException {
    List<String> moves = new ArrayList<>();
    for (String table :
        Queries.column(
            session,
            "SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
                + " AND table_type <> 'VIEW' ORDER BY table_name",
            from)) {
      if (!table.equals(KEPT)) {
        moves.add(in(from, table) + " TO " + in(to, table));
      }
    }
    return moves;
  }

  /** Nothing but the kept tables is left of it; again where it was interrupted. */
  void end(Connection session) throws SQLException {
    Queries.run(session, "DROP DATABASE IF EXISTS " + SqlNames.quoted(side));
    Queries.run(session, "INSERT IGNORE INTO " + in(old, KEPT) + " VALUES ('done', '')");
    Queries.run(session, "DROP TABLE IF EXISTS " + in(target, MARK));
  }

  /** Nothing is left of it; only while the target is whole. */
  void clear(Connection session) throws SQLException {
    Queries.run(session, "DROP DATABASE IF EXISTS " + SqlNames.quoted(side));
    Queries.run(session, "DROP DATABASE IF EXISTS " + SqlNames.quoted(old));
  }

  private static String in(String database, String table) {
    return SqlNames.quoted(database) + "." + SqlNames.quoted(table);
  }
}
