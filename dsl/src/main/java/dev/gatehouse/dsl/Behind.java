package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a part of a transaction can see while planning: the target before the parts that precede it.
 */
record Behind(Reading reading) implements Reading {

  @Override
  public boolean settled() {
    return false;
  }

  @Override
  public Target target() {
    return reading.target();
  }

  @Override
  public Connection connection() throws SQLException {
    return reading.connection();
  }

  @Override
  public Instant now() {
    return reading.now();
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return reading.evidenceOf(step);
  }
}
