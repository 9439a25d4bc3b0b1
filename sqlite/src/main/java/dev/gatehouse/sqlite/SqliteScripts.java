package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptCutter;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptReading;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.sqlite.StatementNames.Name;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Splits SQLite scripts as SQLite's own tokenizer and {@code sqlite3_complete} do, and refuses what
 * leaves the transaction, does nothing inside one, or belongs to the {@code sqlite3} shell.
 *
 * <p>Thread-safe.
 */
final class SqliteScripts implements ScriptReader {
  @Override
  public List<ScriptStatement> read(Script script) {
    List<ScriptStatement> statements = new SqliteReading().statements(script);
    refuseWhatDoesNotParse(statements);
    return statements;
  }

  @Override
  public SessionState remember(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    return ScriptSession.of(connection);
  }

  @Override
  public List<Shadow> shadowing(Connection connection) throws SQLException {
    return Queries.texts(
            connection,
            "SELECT 'temp.' || t.name FROM temp.sqlite_schema t JOIN main.sqlite_schema m"
                + " ON lower(m.name) = lower(t.name) WHERE t.type IN ('table', 'view')"
                + " AND m.type IN ('table', 'view') ORDER BY t.name")
        .stream()
        .map(name -> new Shadow(name, "DROP TABLE " + name))
        .toList();
  }

  @Override
  public long execute(Connection connection, ScriptStatement statement) throws SQLException {
    StatementNames names = StatementNames.of(statement.sql());
    Optional<Name> dropped = names.table("drop");
    Optional<Name> replaced = names.replaced();
    if (replaced.isPresent() && ForeignKeys.areEnforced(connection)) {
      refuseReplacement(connection, statement, replaced.get());
    }
    if ((dropped.isPresent() || ForeignKeys.switchesOff(names))
        && ForeignKeys.areEnforced(connection)) {
      refuseLoss(connection, statement, dropped);
    }
    long before = ScriptSession.changes(connection);
    ScriptReader.super.execute(connection, statement);
    // Of DDL the driver tells the number of the statement before it, and of RETURNING none.
    return ScriptSession.changes(connection) == before
        ? 0
        : Queries.number(connection, "SELECT changes()");
  }

  /** What the plan could not know: an earlier step, or somebody else, has changed the schema. */
  private static void refuseLoss(
      Connection connection, ScriptStatement statement, Optional<Name> dropped)
      throws SQLException {
    if (dropped.isEmpty()) {
      throw new StepFailed(ForeignKeys.switchedOff(statement));
    }
    String table = dropped.get().name();
    List<Reference> held =
        Reference.of(connection).stream().filter(one -> one.holdsUp(table)).toList();
    if (!held.isEmpty() && isMain(connection, dropped.get())) {
      throw new StepFailed(Reference.loss(statement, table, held));
    }
  }

  private static void refuseReplacement(
      Connection connection, ScriptStatement statement, Name replaced) throws SQLException {
    String table = replaced.name();
    List<Reference> following =
        Reference.of(connection).stream().filter(one -> one.follows(table)).toList();
    if (!following.isEmpty() && isMain(connection, replaced)) {
      throw new StepFailed(Reference.replacement(statement, table, following));
    }
  }

  private static boolean isMain(Connection connection, Name table) throws SQLException {
    String schema = table.schema().isEmpty() ? "temp" : table.schema();
    return !schema.equals("temp")
        || (table.schema().isEmpty()
            && Queries.maybe(
                    connection,
                    "SELECT 1 FROM temp.sqlite_schema WHERE lower(name) = ?",
                    table.name())
                .isEmpty()
            && Queries.maybe(
                    connection,
                    "SELECT 1 FROM main.sqlite_schema WHERE lower(name) = ?",
                    table.name())
                .isPresent());
  }

  private static final class SqliteReading extends ScriptReading {
    @Override
    protected void read(Script script, InputStream utf8) throws IOException {
      ScriptBytes bytes = new ScriptBytes(utf8);
      Lexer lexer = new SqliteTokens(script.name(), bytes);
      ScriptCutter cutter = new ScriptCutter(script.name(), bytes, lexer);
      for (Optional<ScriptPart> p = cutter.next(); p.isPresent(); p = cutter.next()) {
        new SqliteRules(script.name(), p.get()).refuseWhatEscapes();
        add(new ScriptStatement(script.name(), p.get().line(), p.get().text().strip()));
      }
    }
  }

  /** Parsed by SQLite itself, on an empty database: what it misses there only a run can tell. */
  private static void refuseWhatDoesNotParse(List<ScriptStatement> statements) {
    try {
      for (ScriptStatement statement : statements) {
        Optional<String> error = EmptyDatabase.syntaxError(statement.sql());
        if (error.isPresent()) {
          throw ScriptRefusal.of(
              "script.syntax",
              "a script holds what SQLite cannot parse",
              statement.where() + "  " + (statement.sql() + "\n" + error.get()).strip(),
              "correct the statement that begins at " + statement.where());
        }
      }
    } catch (SQLException e) {
      // Without an empty database nothing is known beforehand; the run will tell.
      return;
    }
  }
}
