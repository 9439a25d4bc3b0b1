package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.LoneStatements.Lone;
import dev.gatehouse.core.dialect.LoneStatements.Seen;
import dev.gatehouse.core.dialect.LoneStatements.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A statement whose state cannot be looked at.
 *
 * @param repeatable whether doing it twice is as good as once: VACUUM, CLUSTER
 */
record PsqlOther(String sql, boolean repeatable) implements Lone {

  @Override
  public List<String> plan(Connection connection, boolean settled) {
    return List.of();
  }

  @Override
  public Optional<Seen> seen(Connection connection) {
    return repeatable
        ? Optional.of(new Seen(State.NOT_APPLIED, "it leaves no trace; doing it again is harmless"))
        : Optional.empty();
  }

  @Override
  public void execute(Connection connection) throws SQLException {
    PsqlLoneStatements.execute(connection, sql);
  }
}
