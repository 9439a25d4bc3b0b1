package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.script.ScriptReading;
import dev.gatehouse.mysql.session.Reach;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Splits scripts as the clients mysql and mariadb do, DELIMITER included, and refuses what commits
 * the transaction, leaves it, or belongs to the client. What only the live database can tell is
 * asked while planning and, for what was not there then, right before a statement is executed:
 * tables that no transaction holds, and routines and triggers that reach them or commit.
 *
 * <p>Thread-safe.
 */
public final class MySqlScripts implements ScriptReader {
  /** The names that were judged in each open session: bulk scripts name the same over and over. */
  private final Map<Connection, Set<Set<Reach.Name>>> judged =
      Collections.synchronizedMap(new WeakHashMap<>());

  @Override
  public List<ScriptStatement> read(Script script) {
    return new Reading().statements(script);
  }

  @Override
  public void refuseTogether(Connection reading, List<ScriptStatement> statements)
      throws SQLException {
    LiveRules rules = LiveRules.in(reading, new HashSet<>());
    for (ScriptStatement statement : statements) {
      rules.refuse(statement);
    }
  }

  @Override
  public long execute(Connection connection, ScriptStatement statement) throws SQLException {
    Set<Set<Reach.Name>> known = judged.computeIfAbsent(connection, opened -> new HashSet<>());
    LiveRules.in(connection, known).refuse(statement);
    return ScriptReader.super.execute(connection, statement);
  }

  @Override
  public SessionState remember(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    return ScriptSession.of(connection, scripts);
  }

  @Override
  public List<Shadow> shadowing(Connection connection) throws SQLException {
    return TemporaryTables.shadowing(connection);
  }

  private static final class Reading extends ScriptReading {
    @Override
    protected void read(Script script, InputStream utf8) throws IOException {
      StatementParts.each(
          script.name(),
          utf8,
          part -> {
            new ScriptRules(script.name() + ":" + part.line(), part).refuseWhatEscapes();
            add(new ScriptStatement(script.name(), part.line(), part.text()));
          });
    }
  }
}
