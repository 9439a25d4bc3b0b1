package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.ServerParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Reads scripts as {@code psql -X -v ON_ERROR_STOP=1 -1 -f} does: the server's own rules for where
 * a statement ends, and of psql's commands those that a change which is all or nothing can mean.
 *
 * <p>Known are {@code \set} and its counterpart, {@code \i}, {@code \ir}, {@code \echo} and its
 * kin, and {@code \timing}; the last two have no effect, because the journal tells what was
 * executed and when. Thread-safe.
 */
public final class PsqlScripts implements ScriptReader {
  /** The server looks into its temporary schema first, wherever search_path has it or not. */
  private static final String SHADOWING =
      "SELECT 'pg_temp.' || pg_catalog.quote_ident(t.relname) AS name FROM pg_catalog.pg_class t"
          + " WHERE t.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
          + " AND t.relkind IN ('r', 'p', 'v', 'S') AND EXISTS (SELECT FROM pg_catalog.pg_class c"
          + " JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
          + " WHERE c.relname OPERATOR(pg_catalog.=) t.relname AND n.nspname"
          + " OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(false))"
          + " AND n.oid OPERATOR(pg_catalog.<>) t.relnamespace) ORDER BY t.relname";

  @Override
  public List<ScriptStatement> read(Script script) {
    return new PsqlReading().statements(script);
  }

  @Override
  public boolean reachesBeyond(ScriptStatement statement) {
    return BeyondDatabase.is(statement.sql());
  }

  @Override
  public void refuseTogether(Connection reading, List<ScriptStatement> statements)
      throws SQLException {
    refuseWhatDoesNotParse(reading, statements);
    NewEnumValues.refuseUse(reading, statements);
  }

  /** Whoever is to be undone by it could not be. */
  private static void refuseWhatDoesNotParse(Connection reading, List<ScriptStatement> statements)
      throws SQLException {
    List<ScriptStatement> known =
        statements.stream()
            .filter(one -> one.data().isEmpty() && ServerParser.knows(one.sql()))
            .toList();
    if (ServerParser.error(reading, known.stream().map(ScriptStatement::sql).toList()).isEmpty()) {
      return;
    }
    for (ScriptStatement statement : known) {
      Optional<String> error = ServerParser.error(reading, List.of(statement.sql()));
      if (error.isPresent()) {
        throw ScriptRefusal.of(
            "script.syntax",
            "a script holds what the server cannot parse",
            statement.where() + "  " + statement.sql() + "\n" + error.get(),
            "correct the statement that begins at " + statement.where());
      }
    }
  }

  @Override
  public SessionState remember(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    return ScriptSession.of(connection, scripts);
  }

  @Override
  public List<Shadow> shadowing(Connection connection) throws SQLException {
    return Queries.rowsOnPath(
        connection,
        SHADOWING,
        row -> new Shadow(row.text("name"), "DROP TABLE " + row.text("name")));
  }

  @Override
  public long execute(Connection connection, ScriptStatement statement) throws SQLException {
    if (statement.data().isEmpty()) {
      return ScriptReader.super.execute(connection, statement);
    }
    byte[] data = statement.data().get().getBytes(StandardCharsets.UTF_8);
    try {
      return Driver.copyIn(connection, statement.sql(), new ByteArrayInputStream(data));
    } catch (IOException e) {
      throw new SQLException("data in memory could not be read", e);
    }
  }
}
