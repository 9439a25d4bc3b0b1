package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two effects at a time, or an effect and its own ghost: the later one waits, and not for ever. */
public interface LatchFacet extends Facet {

  @Test
  default void whoever_comes_second_waits_in_bounded_time_and_then_fails_with_nothing_done()
      throws Exception {
    Target target = filled();
    try (Connection first = dialect().openWriting(target);
        Connection beginning = dialect().openWriting(target);
        Connection latching = dialect().openWriting(target)) {
      concurrency().begin(first);
      Sql.run(first, subject().insert(4, "four"));
      Beside begin = Beside.start(() -> concurrency().begin(beginning));
      Beside latch = Beside.start(() -> concurrency().latch(latching));
      Optional<Throwable> begun = begin.end("begin", subject().longestWait());
      Optional<Throwable> latched = latch.end("latch", subject().longestWait());
      requireRefused("begin", begun);
      requireRefused("latch", latched);
      concurrency().rollback(first);

      concurrency().begin(beginning);
      Sql.run(beginning, subject().insert(5, "five"));
      concurrency().commit(beginning);
    }
    assertThat(committedRows()).isEqualTo(4);
  }

  private void requireRefused(String what, Optional<Throwable> end) {
    assertThat(end).as("%s went on beside an open effect", what).isPresent();
    assertThat(end.orElseThrow()).isInstanceOf(SQLException.class);
    assertThat(concurrency().inDoubt((SQLException) end.orElseThrow()))
        .as("%s is in doubt although nothing was done", what)
        .isFalse();
  }

  @Test
  default void a_latch_lets_statements_through_that_no_transaction_can_hold() throws Exception {
    Target target = filled();
    try (Connection session = dialect().openWriting(target)) {
      concurrency().latch(session);
      assertThat(session.getAutoCommit()).isTrue();
      Sql.run(session, subject().insert(4, "four"));
      assertThat(committedRows()).isEqualTo(4);
      if (subject().holdsLatches()) {
        try (Connection other = dialect().openWriting(target)) {
          Beside latch = Beside.start(() -> concurrency().latch(other));
          requireRefused("latch", latch.end("latch", subject().longestWait()));
        }
      }
    }
    try (Connection next = dialect().openWriting(target)) {
      concurrency().latch(next);
    }
  }

  @Test
  default void a_session_in_waiting_goes_on_as_soon_as_the_latch_is_free() throws Exception {
    Target target = filled();
    try (Connection first = dialect().openWriting(target);
        Connection second = dialect().openWriting(target)) {
      concurrency().begin(first);
      Sql.run(first, subject().insert(4, "four"));
      Beside begin = Beside.start(() -> concurrency().begin(second));
      assertThat(begin.endsWithin(Duration.ofMillis(100))).isFalse();
      concurrency().commit(first);
      assertThat(begin.end("begin", subject().longestWait())).isEmpty();
      assertThat(Sql.count(second)).as("what the first committed is seen").isEqualTo(4);
      concurrency().rollback(second);
    }
  }
}
