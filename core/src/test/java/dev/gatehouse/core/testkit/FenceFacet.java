package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** After a fence, the fenced session does nothing more. */
public interface FenceFacet extends Facet {

  @Test
  default void a_fence_ends_an_open_effect_or_waits_for_its_end() throws Exception {
    Target target = filled();
    try (Connection effect = dialect().openWriting(target)) {
      String session = concurrency().session(effect);
      concurrency().begin(effect);
      Sql.run(effect, subject().insert(4, "four"));
      Beside fence = Beside.start(() -> concurrency().fence(target, session));
      boolean passed = fence.endsWithin(Duration.ofMillis(500));
      Optional<SQLException> refused = commit(effect);
      Optional<Throwable> end = fence.end("the fence", subject().longestWait());
      if (passed && end.isEmpty()) {
        assertThat(refused).as("a fenced session could still commit").isPresent();
        assertThat(committedRows()).isEqualTo(3);
      }
    } catch (SQLException theFenceEndedIt) {
      assertThat(committedRows()).isEqualTo(3);
    }
    concurrency().fence(target, "");
  }

  private Optional<SQLException> commit(Connection effect) {
    try {
      concurrency().commit(effect);
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(e);
    }
  }

  @Test
  default void a_session_that_is_gone_is_fenced_at_once() throws Exception {
    Target target = filled();
    String session;
    try (Connection effect = dialect().openWriting(target)) {
      session = concurrency().session(effect);
    }
    assertThat(session).isNotBlank();
    concurrency().fence(target, session);
  }

  @Test
  default void a_fence_does_not_touch_the_sessions_of_others() throws Exception {
    Target target = filled();
    try (Connection bystander = dialect().openWriting(target);
        Connection effect = dialect().openWriting(target)) {
      String session = concurrency().session(effect);
      assertThat(session).isNotEqualTo(concurrency().session(bystander));
      concurrency().fence(target, session);
      Sql.run(bystander, subject().insert(4, "four"));
    }
    assertThat(committedRows()).isEqualTo(4);
  }
}
