package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A marker is there if, and only if, its transaction committed. */
public interface MarkerFacet extends Facet {
  Marker MARKER =
      new Marker(
          "20261121T080000Z-0badcafe/it's \"the\" step \\ 1 \u00e9 \uD83D\uDE80",
          "20261121T080000Z-0badcafe",
          "it's \"the\" step \\ 1 \u00e9 \uD83D\uDE80",
          "sha256:" + "0123456789abcdef".repeat(4),
          "17:" + "fedcba9876543210".repeat(4));

  private Optional<Marker> marker(String key) throws SQLException {
    try (Connection session = dialect().openReading(target())) {
      return concurrency().marker(session, key);
    }
  }

  @Test
  default void a_committed_transaction_has_its_marker_word_for_word() throws Exception {
    Target target = filled();
    assertThat(marker(MARKER.key())).isEmpty();
    try (Connection session = dialect().openWriting(target)) {
      concurrency().begin(session);
      Sql.run(session, subject().insert(4, "four"));
      concurrency().mark(session, MARKER);
      assertThat(marker(MARKER.key())).as("before the commit").isEmpty();
      concurrency().commit(session);
      assertThat(concurrency().marker(session, MARKER.key())).contains(MARKER);
    }
    assertThat(marker(MARKER.key())).contains(MARKER);
    assertThat(marker(MARKER.key() + "x")).isEmpty();
    assertThat(committedRows()).isEqualTo(4);
  }

  @Test
  default void a_transaction_that_was_rolled_back_has_neither_effect_nor_marker() throws Exception {
    Target target = filled();
    try (Connection session = dialect().openWriting(target)) {
      concurrency().begin(session);
      Sql.run(session, subject().insert(4, "four"));
      concurrency().mark(session, MARKER);
      concurrency().rollback(session);
    }
    assertThat(marker(MARKER.key())).isEmpty();
    assertThat(committedRows()).isEqualTo(3);
  }

  @Test
  default void a_transaction_whose_session_was_closed_has_neither_effect_nor_marker()
      throws Exception {
    Target target = filled();
    try (Connection session = dialect().openWriting(target)) {
      concurrency().begin(session);
      Sql.run(session, subject().insert(4, "four"));
      concurrency().mark(session, MARKER);
    }
    assertThat(marker(MARKER.key())).isEmpty();
    assertThat(committedRows()).isEqualTo(3);
  }

  @Test
  default void a_session_can_hold_one_transaction_after_the_other() throws Exception {
    Target target = filled();
    try (Connection session = dialect().openWriting(target)) {
      for (int i = 1; i <= 3; i++) {
        concurrency().begin(session);
        Sql.run(session, subject().insert(10 + i, "more"));
        concurrency().mark(session, new Marker("key " + i, "run", "step", "plan", "head"));
        concurrency().commit(session);
      }
    }
    assertThat(committedRows()).isEqualTo(6);
    assertThat(marker("key 1")).isPresent();
    assertThat(marker("key 3")).isPresent();
  }

  /** A marker without its effect is a lie that a resumed run believes. */
  @Test
  default void a_transaction_that_a_statement_ended_underneath_leaves_no_marker_without_effect()
      throws Exception {
    Target target = filled();
    for (String end : subject().transactionEnds()) {
      try (Connection session = dialect().openWriting(target)) {
        concurrency().begin(session);
        Sql.run(session, subject().insert(4, "four"));
        Sql.run(session, end);
        concurrency().mark(session, MARKER);
        concurrency().commit(session);
      } catch (SQLException noticed) {
        assertThat(marker(MARKER.key())).as(end).isEmpty();
      }
      if (marker(MARKER.key()).isPresent()) {
        assertThat(committedRows()).as("the effect of the marker, after %s", end).isEqualTo(4);
      }
    }
  }
}
