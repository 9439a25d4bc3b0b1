package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTest {
  private static final Marker MARKER = new Marker("key-1", "run-1", "apply", "plan", "head");

  @TempDir Path directory = Path.of("");

  private final Concurrency concurrency = Sqlite.dialect().concurrency();
  private Path file = Path.of("");
  private Target target = Target.at("none", "jdbc:sqlite::memory:", Sqlite.dialect());

  @BeforeEach
  void make_a_shop() throws Exception {
    file = Databases.shop(directory.resolve("shop.db"));
    target = Sqlite.file("shop", file);
  }

  @Test
  void the_marker_commits_with_the_effect() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      Queries.run(session, "DELETE FROM purchase");
      concurrency.mark(session, MARKER);
      session.commit();
    }
    try (Connection session = Sqlite.dialect().openReading(target)) {
      assertThat(concurrency.marker(session, "key-1")).contains(MARKER);
      assertThat(concurrency.marker(session, "key-2")).isEmpty();
      assertThat(Queries.number(session, "SELECT count(*) FROM purchase")).isZero();
    }
  }

  @Test
  void the_marker_rolls_back_with_the_effect() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      Queries.run(session, "DROP TABLE purchase");
      concurrency.mark(session, MARKER);
      session.rollback();
    }
    try (Connection session = Sqlite.dialect().openReading(target)) {
      assertThat(concurrency.marker(session, "key-1")).isEmpty();
      assertThat(Queries.number(session, "SELECT count(*) FROM purchase")).isEqualTo(100);
    }
  }

  @Test
  void the_same_key_cannot_commit_twice() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      concurrency.mark(session, MARKER);
      session.commit();
      concurrency.begin(session);
      assertThatThrownBy(() -> concurrency.mark(session, MARKER))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(concurrency.inDoubt(e)).isFalse());
      session.rollback();
    }
  }

  @Test
  void nobody_else_can_write_between_begin_and_commit_and_anybody_after() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target);
        Connection other = Databases.open(file)) {
      Queries.run(other, "PRAGMA busy_timeout = 0");
      concurrency.begin(session);
      assertThatThrownBy(() -> Queries.run(other, "DELETE FROM purchase"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(ResultCodes.busy(e)).isTrue());
      session.commit();
      Queries.run(other, "DELETE FROM purchase");
    }
  }

  @Test
  @Timeout(20)
  void begin_gives_up_in_bounded_time_and_leaves_the_session_usable() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target);
        Connection other = Databases.open(file)) {
      Queries.run(other, "BEGIN IMMEDIATE");
      assertThatThrownBy(() -> Patience.run(session, "BEGIN IMMEDIATE", Duration.ofMillis(50)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("another connection holds the write lock")
          .hasMessageContaining("nothing was done")
          .satisfies(e -> assertThat(concurrency.inDoubt((SQLException) e)).isFalse());
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> concurrency.begin(session)).isInstanceOf(SQLException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(session.getAutoCommit()).isTrue();
      Queries.run(other, "ROLLBACK");
      concurrency.begin(session);
      session.rollback();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"COMMIT", "ROLLBACK", "COMMIT; DELETE FROM purchase"})
  void no_marker_is_written_once_the_transaction_was_ended_underneath(String escape)
      throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      for (String statement : escape.split("; ")) {
        Queries.run(session, statement);
      }
      assertThatThrownBy(() -> concurrency.mark(session, MARKER))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("ended by one of its own statements")
          .satisfies(e -> assertThat(concurrency.inDoubt((SQLException) e)).isTrue());
    }
    try (Connection session = Sqlite.dialect().openReading(target)) {
      assertThat(concurrency.marker(session, "key-1")).isEmpty();
    }
  }

  @Test
  void what_sqlite_has_rolled_back_by_itself_counts_as_rolled_back() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      Queries.run(session, "DELETE FROM purchase");
      assertThatThrownBy(
              () -> Queries.run(session, "INSERT OR ROLLBACK INTO customer VALUES (1, 'again')"))
          .isInstanceOf(SQLException.class);
      concurrency.rollback(session);
    }
    try (Connection session = Sqlite.dialect().openReading(target)) {
      assertThat(Queries.number(session, "SELECT count(*) FROM purchase")).isEqualTo(100);
    }
  }

  @Test
  void a_marker_that_something_takes_away_again_fails_before_the_commit() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      concurrency.mark(session, MARKER);
      Queries.run(
          session,
          "CREATE TRIGGER thief AFTER INSERT ON gatehouse_marker BEGIN"
              + " DELETE FROM gatehouse_marker WHERE key = new.key; END");
      session.commit();
      concurrency.begin(session);
      assertThatThrownBy(
              () -> concurrency.mark(session, new Marker("key-2", "r", "s", "plan", "head")))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("the marker row was not kept")
          .satisfies(e -> assertThat(concurrency.inDoubt((SQLException) e)).isFalse());
      concurrency.rollback(session);
    }
  }

  @Test
  void a_temporary_table_of_the_same_name_does_not_take_the_marker() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.begin(session);
      Queries.run(
          session,
          "CREATE TEMP TABLE gatehouse_marker"
              + " (key TEXT PRIMARY KEY NOT NULL, run, step, plan, head, at)");
      concurrency.mark(session, MARKER);
      session.commit();
    }
    try (Connection session = Sqlite.dialect().openReading(target)) {
      assertThat(concurrency.marker(session, "key-1")).contains(MARKER);
    }
  }

  @Test
  void a_fence_passes_only_when_nobody_writes() throws Exception {
    concurrency.fence(target, "process 1");
    try (Connection other = Databases.open(file)) {
      Queries.run(other, "BEGIN IMMEDIATE");
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> concurrency.fence(target, "process 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("cannot make sure that 'process 1' has ended");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  @Timeout(20)
  void a_fence_waits_for_a_statement_that_is_still_writing() throws Exception {
    try (Connection other = Databases.open(file)) {
      Queries.run(other, "BEGIN IMMEDIATE");
      CompletableFuture<Boolean> fence =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  concurrency.fence(target, "process 1");
                  return true;
                } catch (SQLException e) {
                  throw new CompletionException(e);
                }
              });
      assertThatThrownBy(() -> fence.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      Queries.run(other, "ROLLBACK");
      assertThat(fence.get()).isTrue();
    }
  }

  @Test
  void the_latch_leaves_the_session_in_autocommit() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      concurrency.latch(session);
      Queries.run(session, "VACUUM");
    }
  }

  @Test
  @Timeout(20)
  void a_statement_is_stopped_from_another_thread() throws Exception {
    try (Connection session = Sqlite.dialect().openReading(target)) {
      Runnable canceller = Sqlite.dialect().canceller(session);
      Thread other =
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  canceller.run();
                }
              });
      other.start();
      assertThatThrownBy(
              () ->
                  Queries.number(
                      session,
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                          + " SELECT count(*) FROM n"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SQLITE_INTERRUPT");
      other.interrupt();
      other.join();
    }
  }

  @Test
  void a_session_for_writing_keeps_what_it_acknowledged_and_checks_foreign_keys() throws Exception {
    try (Connection session = Sqlite.dialect().openWriting(target)) {
      assertThat(Queries.number(session, "PRAGMA synchronous")).isEqualTo(3);
      assertThat(Queries.number(session, "PRAGMA trusted_schema")).isZero();
      assertThatThrownBy(() -> Queries.run(session, "INSERT INTO purchase VALUES (1000, 1000, 1)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("FOREIGN KEY");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 8, 9, 13, 19, 20})
  void known_codes_are_not_in_doubt(int code) {
    assertThat(concurrency.inDoubt(new SQLException("x", "", code))).isFalse();
    assertThat(concurrency.inDoubt(new SQLException("x", new SQLException("y", "", code))))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 7, 10, 11, 14, 15, 99})
  void all_other_codes_are_in_doubt(int code) {
    assertThat(concurrency.inDoubt(new SQLException("x", "", code))).isTrue();
  }
}
