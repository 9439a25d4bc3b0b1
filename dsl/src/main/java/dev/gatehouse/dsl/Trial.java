package dev.gatehouse.dsl;

import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Working;
import dev.gatehouse.core.outcome.Evidence;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change that is executed and rolled back, whatever comes of it. What the run commits afterwards
 * is its own marker and nothing else.
 */
record Trial(Transaction change) implements Effect.InTransaction {
  private static final String POINT = "gatehouse_trial";

  @Override
  public List<String> preview() {
    return Stream.concat(
            Stream.of("-- trial: executed, then rolled back"), change.preview().stream())
        .toList();
  }

  @Override
  public Evidence apply(Working working) throws Exception {
    run(working, "SAVEPOINT " + POINT);
    Evidence evidence = change.apply(working);
    run(working, "ROLLBACK TO SAVEPOINT " + POINT);
    return evidence.with("rolledBack", true);
  }

  private static void run(Working working, String sql) throws SQLException {
    try (Statement statement = working.connection().createStatement()) {
      statement.execute(sql);
    }
  }
}
