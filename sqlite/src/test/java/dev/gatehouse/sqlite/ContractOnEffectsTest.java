package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.testkit.DialectContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract goes red for what a dialect can get wrong about effects and their end. */
@Timeout(60)
class ContractOnEffectsTest extends Objections {

  private static Connection connection(Object[] arguments) {
    return (Connection) Objects.requireNonNull(arguments[0]);
  }

  @Test
  void a_transaction_without_the_latch() {
    red(
        Bent.concurrency(
            "begin",
            (s, a) -> {
              connection(a).setAutoCommit(false);
              return null;
            }),
        DialectContract
            ::whoever_comes_second_waits_in_bounded_time_and_then_fails_with_nothing_done,
        "begin went on beside an open effect");
  }

  @Test
  void a_latch_that_is_none() {
    red(
        Bent.concurrency("latch", (s, a) -> null),
        DialectContract
            ::whoever_comes_second_waits_in_bounded_time_and_then_fails_with_nothing_done,
        "latch went on beside an open effect");
  }

  @Test
  @Tag("nightly")
  void a_latch_that_is_waited_for_without_end() {
    red(
        Bent.concurrency(
            "begin",
            (s, a) -> {
              while (true) {
                try {
                  return s.call();
                } catch (SQLException e) {
                  if (!ResultCodes.busy(e)) {
                    throw e;
                  }
                }
              }
            }),
        DialectContract
            ::whoever_comes_second_waits_in_bounded_time_and_then_fails_with_nothing_done,
        "begin has not ended after");
  }

  @Test
  void a_latch_nobody_waits_for() {
    AtomicInteger begun = new AtomicInteger();
    red(
        Bent.concurrency(
            "begin",
            (s, a) -> {
              if (begun.incrementAndGet() > 1) {
                throw new SQLException("busy", "", ResultCodes.BUSY);
              }
              return s.call();
            }),
        DialectContract::a_session_in_waiting_goes_on_as_soon_as_the_latch_is_free,
        "to be false");
  }

  @Test
  void a_latch_that_is_a_transaction() {
    red(
        Bent.concurrency(
            "latch",
            (s, a) -> {
              connection(a).setAutoCommit(false);
              return null;
            }),
        DialectContract::a_latch_lets_statements_through_that_no_transaction_can_hold,
        "to be true");
  }

  @Test
  void markers_that_are_not_written() {
    red(
        Bent.concurrency("mark", (s, a) -> null),
        DialectContract::a_committed_transaction_has_its_marker_word_for_word,
        "but was empty");
  }

  @Test
  void markers_that_are_not_read_word_for_word() {
    red(
        Bent.concurrency(
            "marker",
            (s, a) ->
                ((Optional<?>) Objects.requireNonNull(s.call()))
                    .map(Marker.class::cast)
                    .map(m -> new Marker(m.key(), m.run(), m.step(), m.plan(), ""))),
        DialectContract::a_committed_transaction_has_its_marker_word_for_word,
        "head=");
  }

  @Test
  void markers_that_commit_by_themselves() {
    Dialect bent =
        Bent.concurrency(
            "mark",
            (s, a) -> {
              s.call();
              connection(a).commit();
              return null;
            });
    red(
        bent,
        DialectContract::a_committed_transaction_has_its_marker_word_for_word,
        "before the commit");
    red(
        bent,
        DialectContract::a_transaction_that_was_rolled_back_has_neither_effect_nor_marker,
        "Optional");
    red(
        bent,
        DialectContract::a_transaction_whose_session_was_closed_has_neither_effect_nor_marker,
        "Optional");
  }

  @Test
  void markers_written_after_the_transaction_was_ended_underneath() {
    red(
        Bent.concurrency("mark", (s, a) -> blindly(connection(a), (Marker) a[1])),
        DialectContract
            ::a_transaction_that_a_statement_ended_underneath_leaves_no_marker_without_effect,
        "ROLLBACK");
  }

  private static Object blindly(Connection connection, Object given) throws SQLException {
    Marker marker = (Marker) given;
    Queries.run(
        connection,
        "CREATE TABLE IF NOT EXISTS gatehouse_marker (key TEXT, run, step, plan, head)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO gatehouse_marker VALUES (?, ?, ?, ?, ?)")) {
      insert.setString(1, marker.key());
      insert.setString(2, marker.run());
      insert.setString(3, marker.step());
      insert.setString(4, marker.plan());
      insert.setString(5, marker.head());
      return insert.executeUpdate();
    }
  }

  @Test
  void a_session_that_is_good_for_one_transaction_only() {
    AtomicInteger begun = new AtomicInteger();
    red(
        Bent.concurrency(
            "begin",
            (s, a) -> {
              if (begun.incrementAndGet() > 1) {
                throw new SQLException("a transaction is open already");
              }
              return s.call();
            }),
        DialectContract::a_session_can_hold_one_transaction_after_the_other,
        "open already");
  }

  @Test
  void a_fence_that_looks_away() {
    red(
        Bent.concurrency("fence", (s, a) -> null),
        DialectContract::a_fence_ends_an_open_effect_or_waits_for_its_end,
        "a fenced session could still commit");
  }

  @Test
  void a_fence_that_never_passes() {
    red(
        Bent.concurrency(
            "fence",
            (s, a) -> {
              throw new SQLException("cannot tell");
            }),
        DialectContract::a_session_that_is_gone_is_fenced_at_once,
        "cannot tell");
  }

  @Test
  void sessions_that_cannot_be_told_apart() {
    red(
        Bent.concurrency("session", (s, a) -> "the session"),
        DialectContract::a_fence_does_not_touch_the_sessions_of_others,
        "not to be equal");
  }

  @Test
  void doubts() {
    Dialect never = Bent.concurrency("inDoubt", (s, a) -> false);
    red(never, DialectContract::errors_that_nobody_knows_are_in_doubt, "to be true");
    red(never, DialectContract::errors_of_the_product_are_told_apart, "to be true");
    Dialect always = Bent.concurrency("inDoubt", (s, a) -> true);
    red(always, DialectContract::errors_of_the_product_are_told_apart, "to be false");
    red(
        always,
        DialectContract::statements_the_live_database_refuses_are_not_in_doubt,
        "to be false");
  }

  /** Late, and not never: a statement that nobody stops keeps its session from being closed. */
  @Test
  void a_canceller_that_comes_late() {
    Dialect bent =
        Bent.dialect(
            "canceller",
            (s, a) -> {
              Runnable straight = (Runnable) Objects.requireNonNull(s.call());
              return (Runnable)
                  () -> {
                    LockSupport.parkNanos(2_500_000_000L);
                    straight.run();
                  };
            });
    red(bent, DialectContract::a_long_check_is_stopped_within_two_seconds, "has not ended after");
    red(
        bent,
        DialectContract::a_long_effect_is_stopped_within_two_seconds_and_can_be_rolled_back,
        "has not ended after");
  }

  @Test
  void a_canceller_that_fails_once_the_session_is_closed() {
    red(
        Bent.dialect(
            "canceller",
            (s, a) ->
                (Runnable)
                    () -> {
                      throw new IllegalStateException("closed");
                    }),
        DialectContract::cancelling_a_session_that_is_closed_does_nothing,
        "closed");
  }

  @Test
  void runs_without_a_transaction() {
    Dialect autocommitting = Bent.concurrency("begin", (s, a) -> null);
    red(autocommitting, DialectContract::a_step_that_fails_leaves_nothing_of_itself, "expected");
    red(
        Bent.concurrency("commit", (s, a) -> null),
        DialectContract::a_run_commits_each_effect_once,
        "expected");
  }
}
