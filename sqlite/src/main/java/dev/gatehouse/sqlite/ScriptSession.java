package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader.Cause;
import dev.gatehouse.core.dialect.ScriptReader.SessionState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What scripts may leave changed in their session: of the settings they may touch, the one way to
 * rename tables. And in what our sessions differ from those of the {@code sqlite3} shell.
 */
final class ScriptSession implements SessionState {
  private static final Pattern RENAMING =
      Pattern.compile("error in (?:view|trigger) .*: no such table", Pattern.DOTALL);

  private static final Pattern THERE =
      Pattern.compile("(?:table|index|view|trigger) .* already exists|duplicate column name: ");

  private final Connection connection;
  private final boolean foreignKeys;
  private final String legacyAlterTable;
  private long changes;

  private ScriptSession(
      Connection connection, boolean foreignKeys, String legacyAlterTable, long changes) {
    this.connection = connection;
    this.foreignKeys = foreignKeys;
    this.legacyAlterTable = legacyAlterTable;
    this.changes = changes;
  }

  static ScriptSession of(Connection connection) throws SQLException {
    return new ScriptSession(
        connection,
        ForeignKeys.areEnforced(connection),
        Queries.text(connection, "PRAGMA legacy_alter_table"),
        changes(connection));
  }

  /** With those that references and triggers changed, other than the number a statement gives. */
  static long changes(Connection connection) throws SQLException {
    return Queries.number(connection, "SELECT total_changes()");
  }

  @Override
  public List<String> besides(long rows) throws SQLException {
    long before = changes;
    changes = changes(connection);
    long more = changes - before - rows;
    return more > 0
        ? List.of("references (ON DELETE, ON UPDATE) and triggers changed " + more + " rows more")
        : List.of();
  }

  @Override
  public List<String> restore() throws SQLException {
    if (Queries.text(connection, "PRAGMA legacy_alter_table").equals(legacyAlterTable)) {
      return List.of();
    }
    Queries.run(connection, "PRAGMA legacy_alter_table = " + legacyAlterTable);
    return List.of("legacy_alter_table");
  }

  /** The driver tells primary codes only, and what the engine does not trust has none. */
  @Override
  public Optional<Cause> cause(SQLException error) {
    String message = String.valueOf(error.getMessage());
    if (foreignKeys && message.contains(ForeignKeys.FAILED)) {
      return Optional.of(
          Cause.of(
              "our sessions enforce foreign keys (PRAGMA foreign_keys = ON), the sqlite3 shell does"
                  + " not",
              "correct the order of the statements or the rows; where a table is rebuilt that"
                  + " others refer to: inOneTransaction(...).withoutForeignKeys()"));
    }
    if (RENAMING.matcher(message).find()) {
      return Optional.of(
          Cause.of(
              "while a table is renamed, every view and trigger must find the tables it names",
              "PRAGMA legacy_alter_table = ON before ALTER TABLE ... RENAME, which ends with the"
                  + " script; or drop the view or trigger before, and create it again behind"));
    }
    if (THERE.matcher(message).find()) {
      return Optional.of(Cause.THERE_ALREADY);
    }
    return message.contains("unsafe use of ")
        ? Optional.of(
            Cause.of(
                "our sessions do not trust what the schema calls (PRAGMA trusted_schema = OFF), the"
                    + " sqlite3 shell does",
                "call it in the statement itself, and not in a view, trigger, index, CHECK or"
                    + " DEFAULT of the schema"))
        : Optional.empty();
  }
}
