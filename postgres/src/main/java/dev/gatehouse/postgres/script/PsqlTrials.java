package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.Trials;
import dev.gatehouse.postgres.session.Ask;
import java.sql.Connection;
import java.sql.SQLException;

/** A savepoint holds all that a transaction may hold; only sequences go on from where they were. */
public final class PsqlTrials implements Trials {

  @Override
  public void begin(Connection connection) throws SQLException {
    Ask.run(connection, "SAVEPOINT gatehouse_trial");
  }

  @Override
  public void settle(Connection connection) throws SQLException {
    Ask.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
  }

  @Override
  public void end(Connection connection) throws SQLException {
    Ask.run(connection, "ROLLBACK TO SAVEPOINT gatehouse_trial");
  }
}
