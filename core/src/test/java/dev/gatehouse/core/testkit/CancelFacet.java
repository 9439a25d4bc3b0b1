package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An abort reaches a blocked statement in under two seconds. */
public interface CancelFacet extends Facet {

  private void stop(Connection session) throws Exception {
    Runnable canceller = dialect().canceller(session);
    Beside query = Beside.start(() -> Sql.rows(session, subject().longRunning()));
    assertThat(query.endsWithin(Duration.ofMillis(500)))
        .as("a statement that is over before it can be stopped proves nothing")
        .isFalse();
    Beside.start(canceller::run);
    Optional<Throwable> end = query.end("a cancelled statement", Duration.ofSeconds(2));
    assertThat(end).as("the error of the cancelled statement").isPresent();
    assertThat(end.orElseThrow()).isInstanceOf(SQLException.class);
  }

  @Test
  default void a_long_check_is_stopped_within_two_seconds() throws Exception {
    try (Connection session = dialect().openReading(filled())) {
      stop(session);
    }
  }

  @Test
  default void a_long_effect_is_stopped_within_two_seconds_and_can_be_rolled_back()
      throws Exception {
    Target target = filled();
    try (Connection session = dialect().openWriting(target)) {
      concurrency().begin(session);
      Sql.run(session, subject().insert(4, "four"));
      stop(session);
      concurrency().rollback(session);
    }
    assertThat(committedRows()).isEqualTo(3);
  }

  @Test
  default void cancelling_a_session_that_is_closed_does_nothing() throws Exception {
    Target target = filled();
    Runnable canceller;
    try (Connection session = dialect().openWriting(target)) {
      canceller = dialect().canceller(session);
    }
    canceller.run();
    assertThat(committedRows()).isEqualTo(3);
  }
}
