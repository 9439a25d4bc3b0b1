package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a check sees that stands behind statements of its own transaction, before these are
 * executed: what is missing now may be there when its turn comes.
 */
public record BehindStatements(CheckContext before) implements CheckContext {

  @Override
  public boolean targetIsFinal() {
    return false;
  }

  @Override
  public Target target() {
    return before.target();
  }

  @Override
  public Connection connection() throws SQLException {
    return before.connection();
  }

  @Override
  public Instant now() {
    return before.now();
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return before.evidenceOf(step);
  }

  @Override
  public History historyOf(Step step) {
    return before.historyOf(step);
  }
}
