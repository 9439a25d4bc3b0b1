package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.Rehearsals;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;

/** A savepoint holds all that a transaction may hold; only sequences go on from where they were. */
public final class SavepointRehearsal implements Rehearsals {

  @Override
  public void begin(Connection connection) throws SQLException {
    Queries.run(connection, "SAVEPOINT gatehouse_trial");
  }

  @Override
  public void checkDeferredConstraints(Connection connection) throws SQLException {
    Queries.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
  }

  @Override
  public void end(Connection connection) throws SQLException {
    Queries.run(connection, "ROLLBACK TO SAVEPOINT gatehouse_trial");
  }
}
