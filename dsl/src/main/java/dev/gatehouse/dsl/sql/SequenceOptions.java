package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.TimeLimits.Limits;
import java.util.List;
import java.util.Optional;

/**
 * What a sequence of statements is to be.
 *
 * @param statements in order
 * @param back what takes them back; absent for what stays
 */
record SequenceOptions(
    List<Statements> statements, Optional<Statements> back, Limits limits, int attempts) {
  SequenceOptions {
    statements = List.copyOf(statements);
  }

  SequenceOptions with(Limits other) {
    return new SequenceOptions(statements, back, other, attempts);
  }

  SequenceOptions takenBackBy(Statements others) {
    return new SequenceOptions(statements, Optional.of(others), limits, attempts);
  }

  SequenceOptions with(int moreAttempts) {
    return new SequenceOptions(statements, back, limits, moreAttempts);
  }
}
