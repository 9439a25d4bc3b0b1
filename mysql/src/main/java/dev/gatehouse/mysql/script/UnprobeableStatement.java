package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** A statement that commits by itself and leaves nothing by which it could be told. */
record UnprobeableStatement(String sql) implements NonTransactional {

  @Override
  public List<String> plan(Connection connection, boolean targetIsFinal) {
    return List.of();
  }

  @Override
  public Optional<ProbedState> probe(Connection connection) {
    return Optional.empty();
  }

  @Override
  public void execute(Connection connection, String key) throws SQLException {
    run(connection, sql);
  }

  /** People's own SQL, in which braces are none of JDBC's. */
  static void run(Connection connection, String sql) throws SQLException {
    try (Statement executing = connection.createStatement()) {
      executing.setEscapeProcessing(false);
      executing.execute(sql);
    }
  }
}
