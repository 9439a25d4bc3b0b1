package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Undo;
import org.junit.jupiter.api.Test;

/** Several indexes built while others write, as one step. */
class ConcurrentIndexesTest {

  private static Change indexes() {
    return statementByStatement(scripts("db/indexes"))
        .withLockTimeout(ofSeconds(10))
        .undoneBy(scripts("db/indexes-undo"));
  }

  @Test
  void what_takes_the_statements_back_is_the_undo_of_all() {
    assertThat(indexes().name()).isEqualTo("statement by statement: scripts db/indexes");
    assertThat(((Undo.By) indexes().undo()).step().name())
        .isEqualTo("statement by statement: scripts db/indexes-undo");
  }
}
