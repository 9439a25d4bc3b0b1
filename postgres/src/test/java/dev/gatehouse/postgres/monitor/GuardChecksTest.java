package dev.gatehouse.postgres.monitor;

import static dev.gatehouse.dsl.GatehouseOperations.deadlocks;
import static dev.gatehouse.dsl.GatehouseOperations.lockWaits;
import static dev.gatehouse.dsl.GatehouseOperations.replicationLag;
import static dev.gatehouse.dsl.GatehouseOperations.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.operation.ReplicationLag;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GuardChecksTest {
  private final TestDatabase database =
      EngineUnderTest.onePostgres(GuardChecksTest.class).database();
  private final Target target = Targets.of(database);

  @AfterEach
  void drop() {
    database.close();
  }

  private Status status(Check check) throws Exception {
    return At.ask(target, check).status();
  }

  @Test
  void sessions_are_counted_by_their_state() throws Exception {
    Check check = sessions().inState("idle in transaction").atMost(1);
    assertThat(status(check)).isEqualTo(Status.PASSED);
    try (Connection one = database.connect();
        Connection two = database.connect()) {
      for (Connection idle : List.of(one, two)) {
        assertThat(status(check)).isEqualTo(Status.PASSED);
        Queries.run(idle, "SET application_name = 'app'");
        idle.setAutoCommit(false);
        Queries.run(idle, "SELECT 1");
      }
      assertThat(At.said(At.ask(target, check)).replaceAll("since .*", "since then"))
          .isEqualTo(
              """
              too many sessions are idle in transaction
                expected  at most 1
                found     2, the oldest: pid N of %s, application 'app', since then
                fix       SELECT pg_terminate_backend(N)
                code      sessions.state\
              """
                  .formatted(database.account()));
    }
  }

  @Test
  void the_state_of_others_that_is_hidden_is_no_answer() throws Exception {
    Account plain = database.newAccount("plain");
    try (Connection other = database.connect()) {
      assertThat(other.isValid(1)).isTrue();
      Check check = sessions().inState("active").atMost(0);
      assertThat(At.said(At.ask(Targets.of(database, plain), check)))
          .isEqualTo(
              """
              the state of others' sessions is hidden
                expected  an account that is a member of pg_read_all_stats
                found     '<insufficient privilege>'
                fix       GRANT pg_read_all_stats TO <the account of the target>
                code      postgres.hidden\
              """);
      Queries.run(other, "GRANT pg_read_all_stats TO " + plain.name());
      assertThat(At.ask(Targets.of(database, plain), check).status()).isEqualTo(Status.PASSED);
    }
  }

  @Test
  void a_state_that_does_not_exist_is_refused() {
    assertThatThrownBy(() -> status(sessions().inState("sleeping").atMost(1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no session can be 'sleeping' on this target")
        .hasMessageContaining("one of active, disabled, fastpath function call, idle, idle in");
    assertThatThrownBy(() -> lockWaits().atMost(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("number is -1: 0 or more");
  }

  @Test
  @Timeout(30)
  void locks_that_are_waited_for_are_counted() throws Exception {
    Check check = lockWaits().atMost(0);
    assertThat(status(check)).isEqualTo(Status.PASSED);
    try (Connection holder = database.connect();
        Connection waiter = database.connect()) {
      Queries.run(holder, "CREATE TABLE item (id int)");
      holder.setAutoCommit(false);
      Queries.run(holder, "LOCK TABLE item");
      Thread waiting = new Thread(() -> tolerating(waiter, "SELECT * FROM item"));
      waiting.start();
      while (status(check) == Status.PASSED) {
        Thread.sleep(20);
      }
      assertThat(At.said(At.ask(target, check)))
          .isEqualTo(
              """
              too many sessions wait for a lock
                expected  at most 0
                found     1, such as: pid N waits for AccessShareLock on public.item, held by pid N
                fix       SELECT * FROM pg_stat_activity WHERE pid IN (N)
                code      locks.waits\
              """);
      holder.rollback();
      waiting.join();
    }
    assertThat(status(check)).isEqualTo(Status.PASSED);
  }

  private static void tolerating(Connection connection, String sql) {
    try {
      Queries.run(connection, sql);
    } catch (SQLException expected) {
      return;
    }
  }

  @Test
  @Timeout(60)
  void deadlocks_are_counted_from_the_first_sample_of_a_run() throws Exception {
    deadlock();
    while (database
        .one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .equals("0")) {
      Thread.sleep(100);
    }
    NamedCheck check = deadlocks().sinceStart().atMost(0);
    Check first = check.watching();
    assertThat(status(first)).isEqualTo(Status.PASSED);
    deadlock();
    while (status(first) == Status.PASSED) {
      Thread.sleep(100);
    }
    assertThat(At.said(At.ask(target, first)))
        .isEqualTo(
            """
            too many deadlocks since the start
              expected  at most 0
              found     1, in this database
              fix       grep 'deadlock detected' in the server's log: it names the statements
              code      deadlocks.count\
            """);
    assertThat(status(check.watching())).as("another run begins anew").isEqualTo(Status.PASSED);
    assertThat(status(check)).as("a gate has no start").isEqualTo(Status.INCONCLUSIVE);
    try (Connection admin = database.connect()) {
      Queries.run(admin, "SELECT pg_stat_reset()");
    }
    String told = "deadlocks.count";
    // up to 14 a process of its own keeps the count, and hears of the reset a little later
    while (told.equals("deadlocks.count")) {
      Thread.sleep(100);
      told = At.ask(target, first).findings().get(0).code();
    }
    assertThat(told).isEqualTo("deadlocks.count-reset");
    assertThat(status(first)).as("counting goes on from there").isEqualTo(Status.PASSED);
  }

  private void deadlock() throws Exception {
    try (Connection one = database.connect();
        Connection two = database.connect()) {
      Queries.run(one, "CREATE TABLE IF NOT EXISTS a (id int)");
      Queries.run(one, "CREATE TABLE IF NOT EXISTS b (id int)");
      one.setAutoCommit(false);
      two.setAutoCommit(false);
      Queries.run(one, "LOCK TABLE a");
      Queries.run(two, "LOCK TABLE b");
      CountDownLatch over = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                tolerating(one, "LOCK TABLE b");
                over.countDown();
              });
      thread.start();
      tolerating(two, "LOCK TABLE a");
      two.rollback();
      over.await();
      one.rollback();
    }
  }

  @Test
  void without_a_standby_there_is_no_answer_unless_that_is_right() throws Exception {
    ReplicationLag lag = replicationLag();
    assertThat(At.said(At.ask(target, lag.atMost(Duration.ofSeconds(1)))))
        .isEqualTo(
            """
            no replica is connected
              expected  at least one
              found     none
              fix       repair the replica, or say replicationLag().orNoReplica()
              code      replication.none\
            """);
    assertThat(status(lag.orNoReplica().atMost(Duration.ofSeconds(1)))).isEqualTo(Status.PASSED);
  }
}
