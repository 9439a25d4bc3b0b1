package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.postgres.session.Driver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads scripts as {@code psql -X -v ON_ERROR_STOP=1 -1 -f} does: the server's own rules for where
 * a statement ends, and of psql's commands those that a change which is all or nothing can mean.
 *
 * <p>Known are {@code \set} and its counterpart, {@code \i}, {@code \ir}, {@code \echo} and its
 * kin, and {@code \timing}; the last two have no effect, because the journal tells what was
 * executed and when. Thread-safe.
 */
public final class PsqlScripts implements ScriptReader {

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
    NewEnumValues.refuseUse(reading, statements);
  }

  @Override
  public SessionState remember(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    return ScriptSession.of(connection, scripts);
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
