package dev.gatehouse.mysql.monitor;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.deadlocks;
import static dev.gatehouse.dsl.GatehouseOperations.lockWaits;
import static dev.gatehouse.dsl.GatehouseOperations.replicationLag;
import static dev.gatehouse.dsl.GatehouseOperations.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server at work tells, and what it does not tell an account without the right. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class ServerGuardsTest {
  private static final String INSTRUMENT =
      "UPDATE performance_schema.setup_instruments SET enabled = '%s' WHERE name = 'error'";

  @Parameter Served served = Served.all().get(0);

  private @Nullable TestDatabase made;

  static List<Served> servers() {
    return Served.all();
  }

  private TestDatabase database() {
    if (made == null) {
      made = served.engine().database();
    }
    return made;
  }

  @AfterEach
  void drop() {
    if (made != null) {
      made.close();
    }
  }

  private Outcome ask(Check check) throws Exception {
    return At.ask(Targets.of(database()), check);
  }

  private Status status(Check check) throws Exception {
    return ask(check).status();
  }

  private static String said(Outcome outcome) {
    return outcome
        .findings()
        .get(0)
        .text()
        .replaceAll("(connection|KILL) \\d+", "$1 N")
        .replaceAll("for \\d+ s", "for N s");
  }

  /** An account that may do everything with the database, and see nothing of others. */
  private Account plain() throws SQLException {
    Account plain = database().newAccount("plain");
    admin("GRANT ALL ON %s.* TO '%s'@'%%'".formatted(database().name(), plain.name()));
    return plain;
  }

  private void admin(String sql) throws SQLException {
    try (Connection admin = database().connect()) {
      Sql.run(admin, sql);
    }
  }

  @Test
  @Timeout(30)
  @Alternating.OnEach
  void sessions_are_counted_by_their_state() throws Exception {
    admin("CREATE TABLE item (id INT PRIMARY KEY)");
    Check check = sessions().inState("idle in transaction").atMost(0);
    assertThat(status(check)).isEqualTo(Status.PASSED);
    try (Connection app = database().connect()) {
      app.setAutoCommit(false);
      assertThat(status(check)).as("idle").isEqualTo(Status.PASSED);
      until(sessions().inState("idle").atMost(0), Status.FAILED);
      Sql.run(app, "INSERT INTO item VALUES (1)");
      until(check, Status.FAILED);
      assertThat(said(ask(check)))
          .isEqualTo(
              """
              too many sessions are idle in transaction
                expected  at most 0
                found     1, the oldest: connection N of %s, for N s
                fix       KILL N
                code      sessions.state\
              """
                  .formatted(database().account()));
      app.rollback();
      until(check, Status.PASSED);
    }
  }

  /**
   * While somebody looks more often than each 100 ms, a server shows what the first of them saw.
   */
  @Test
  @Timeout(60)
  void a_monitor_that_looks_often_makes_no_old_answer_a_new_one() throws Exception {
    admin("CREATE TABLE item (id INT PRIMARY KEY)");
    Check check = sessions().inState("idle in transaction").atMost(0);
    try (Connection app = database().connect();
        Connection monitor = database().connect()) {
      app.setAutoCommit(false);
      Optional<Outcome> outcome = Optional.empty();
      for (int attempt = 0; attempt < 10 && outcome.isEmpty(); attempt++) {
        app.rollback();
        Sql.run(monitor, "DO SLEEP(0.3)"); // the server's view of before is too old to be kept
        outcome = askedWhileLookedAt(app, monitor, check);
      }
      assertThat(outcome).as("the world is broken as the test means it").isPresent();
      assertThat(outcome.get().status()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(outcome.get().findings().get(0).text())
          .startsWith("the server shows its transactions of some time ago")
          .endsWith("mysql.old-look");
      assertThat(status(check)).as("the fix was enough").isEqualTo(Status.FAILED);
      app.rollback();
      assertThat(status(check)).isEqualTo(Status.PASSED);
    }
  }

  /** Empty where the monitor did not get to look for a while, and the view became a new one. */
  private Optional<Outcome> askedWhileLookedAt(Connection app, Connection monitor, Check check)
      throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean sees = new AtomicBoolean(true);
    CompletableFuture<Void> looks =
        CompletableFuture.runAsync(
            () -> {
              while (!ended.get()) {
                sees.set(!transactions(monitor).equals("0"));
              }
            });
    try {
      Sql.run(app, "INSERT INTO item VALUES (1)");
      Outcome outcome = ask(check);
      return sees.get() ? Optional.empty() : Optional.of(outcome);
    } finally {
      ended.set(true);
      looks.join();
    }
  }

  private static String transactions(Connection monitor) {
    try {
      return Sql.one(monitor, "SELECT COUNT(*) FROM information_schema.innodb_trx");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Timeout(30)
  void gatehouse_does_not_count_itself() throws Exception {
    admin("CREATE TABLE item (id INT PRIMARY KEY)");
    Target target = Targets.of(database());
    Check check = sessions().inState("idle in transaction").atMost(0);
    try (Connection own = MySql.dialect().openWriting(target)) {
      MySql.dialect().concurrency().begin(own);
      Sql.run(own, "INSERT INTO item VALUES (1)");
      assertThat(status(check)).isEqualTo(Status.PASSED);
      Account other = database().newAccount("other");
      admin("GRANT PROCESS ON *.* TO '%s'@'%%'".formatted(other.name()));
      admin("GRANT SELECT ON %s.* TO '%s'@'%%'".formatted(database().name(), other.name()));
      assertThat(At.ask(Targets.of(database(), other), check).status())
          .as("a run of another account is somebody else's")
          .isEqualTo(Status.FAILED);
      MySql.dialect().concurrency().rollback(own);
    }
  }

  @Test
  @Alternating.OnEach
  void what_the_account_may_not_see_is_no_answer() throws Exception {
    Account plain = plain();
    Target target = Targets.of(database(), plain);
    for (Check check :
        List.of(
            sessions().inState("idle in transaction").atMost(9),
            sessions().inState("active").atMost(9),
            lockWaits().atMost(9),
            replicationLag().orNoReplica().atMost(Duration.ofSeconds(9)))) {
      Outcome outcome = At.ask(target, check);
      assertThat(outcome.status()).as(check.name()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(said(outcome))
          .as(check.name())
          .endsWith(
              """
              is hidden
                expected  an account with PROCESS ON *.*
                found     'NAME'@'%' has it not
                fix       GRANT PROCESS ON *.* TO 'NAME'@'%'
                code      mysql.hidden\
              """
                  .replace("NAME", plain.name())
                  .replace(
                      "is hidden",
                      check.name().contains("sessions are") ? "are hidden" : "is hidden"));
    }
    admin("GRANT PROCESS ON *.* TO '%s'@'%%'".formatted(plain.name()));
    assertThat(At.ask(target, sessions().inState("active").atMost(9)).status())
        .as("the fix was enough")
        .isEqualTo(Status.PASSED);
  }

  /** Otherwise a plan would say by its silence that the server is no replica. */
  @Test
  @Alternating.OnEach
  void whether_the_server_is_a_replica_is_unknown_to_an_account_that_may_not_ask()
      throws Exception {
    Account plain = plain();
    Runbook book = runbook("any", gate("any", rowCount("item").isAtLeast(0)));
    admin("CREATE TABLE item (id INT PRIMARY KEY)");
    assertThat(Plan.of(book, Targets.of(database(), plain)).full())
        .contains(
            "UNKNOWN whether the server is a replica that takes writes: GRANT %s ON *.* TO '%s'"
                .formatted(
                    served.engine().toString().startsWith("MySQL")
                        ? "REPLICATION CLIENT"
                        : "SLAVE MONITOR",
                    plain.name()));
    assertThat(Plan.of(book, Targets.of(database())).full()).doesNotContain("is a replica");
  }

  @Test
  void a_state_that_does_not_exist_is_refused() {
    assertThatThrownBy(() -> status(sessions().inState("sleeping").atMost(1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("one of active, idle, idle in transaction");
  }

  @Test
  @Timeout(60)
  @Alternating.OnEach
  void locks_that_are_waited_for_are_counted() throws Exception {
    admin("CREATE TABLE item (id INT PRIMARY KEY)");
    admin("INSERT INTO item VALUES (1)");
    Check check = lockWaits().atMost(0);
    assertThat(status(check)).isEqualTo(Status.PASSED);
    waiting("DELETE FROM item", check, "a lock on rows, held by connection N");
    waiting(
        "ALTER TABLE item ADD b INT",
        check,
        served.engine().toString().startsWith("MySQL")
            ? "table metadata lock, held by connection N"
            : "table metadata lock, held by a connection that the server does not name");
    assertThat(status(check)).isEqualTo(Status.PASSED);
  }

  /** Somebody has changed the row and not committed; somebody else executes the statement. */
  private void waiting(String sql, Check check, String told) throws Exception {
    try (Connection holder = database().connect();
        Connection waiter = database().connect()) {
      holder.setAutoCommit(false);
      Sql.run(holder, "UPDATE item SET id = id");
      Sql.run(holder, "DELETE FROM item WHERE id = 1");
      CompletableFuture<Void> waits = CompletableFuture.runAsync(() -> tolerating(waiter, sql));
      until(check, Status.FAILED);
      assertThat(said(ask(check)))
          .startsWith(
              """
              too many sessions wait for a lock
                expected  at most 0
                found     1, such as: connection N of %s waits for %s
              """
                  .formatted(database().account(), told));
      holder.rollback();
      waits.join();
      until(check, Status.PASSED);
    }
  }

  @Test
  @Timeout(60)
  @Alternating.OnEach
  void who_holds_a_lock_is_hidden_and_the_wait_is_not() throws Exception {
    admin("CREATE TABLE item (id INT PRIMARY KEY)");
    admin("INSERT INTO item VALUES (1)");
    Account watcher = database().newAccount("watcher");
    admin("GRANT PROCESS ON *.* TO '%s'@'%%'".formatted(watcher.name()));
    admin("GRANT SELECT ON %s.* TO '%s'@'%%'".formatted(database().name(), watcher.name()));
    Check check = lockWaits().atMost(0);
    try (Connection holder = database().connect();
        Connection waiter = database().connect()) {
      holder.setAutoCommit(false);
      Sql.run(holder, "DELETE FROM item");
      CompletableFuture<Void> waits =
          CompletableFuture.runAsync(() -> tolerating(waiter, "DELETE FROM item"));
      until(check, Status.FAILED);
      assertThat(said(At.ask(Targets.of(database(), watcher), check)))
          .contains(
              served.engine().toString().startsWith("MySQL")
                  ? "held by a connection that this account may not see: GRANT SELECT ON"
                      + " performance_schema.* TO '%s'@'%%'".formatted(watcher.name())
                  : "held by connection N");
      holder.rollback();
      waits.join();
    }
  }

  @Test
  @Timeout(60)
  @Alternating.OnEach
  void deadlocks_are_counted_from_the_first_sample_of_a_run() throws Exception {
    admin("CREATE TABLE a (id INT PRIMARY KEY, n INT)");
    admin("INSERT INTO a VALUES (1, 0), (2, 0)");
    deadlock();
    NamedCheck check = deadlocks().sinceStart().atMost(0);
    Check first = check.watching();
    assertThat(status(first)).as("what was before").isEqualTo(Status.PASSED);
    deadlock();
    until(first, Status.FAILED);
    assertThat(said(ask(first)))
        .isEqualTo(
            """
            too many deadlocks since the start
              expected  at most 0
              found     1, in all databases of the server
              fix       SHOW ENGINE INNODB STATUS: it names the statements of the last one
              code      deadlocks.count\
            """);
    assertThat(status(check)).as("a gate has no start").isEqualTo(Status.INCONCLUSIVE);
    if (served.engine().toString().startsWith("MySQL")) {
      assertThat(said(At.ask(Targets.of(database(), plain()), check.watching())))
          .startsWith("the count of deadlocks is hidden");
      try {
        admin(INSTRUMENT.formatted("NO"));
        assertThat(said(ask(first))).startsWith("the server does not count deadlocks");
      } finally {
        admin(INSTRUMENT.formatted("YES"));
      }
    }
  }

  private void deadlock() throws Exception {
    try (Connection one = database().connect();
        Connection two = database().connect()) {
      one.setAutoCommit(false);
      two.setAutoCommit(false);
      Sql.run(one, "UPDATE a SET n = 1 WHERE id = 1");
      Sql.run(two, "UPDATE a SET n = 2 WHERE id = 2");
      CompletableFuture<Void> crossing =
          CompletableFuture.runAsync(() -> tolerating(one, "UPDATE a SET n = 1 WHERE id = 2"));
      tolerating(two, "UPDATE a SET n = 2 WHERE id = 1");
      two.rollback();
      crossing.join();
      one.rollback();
    }
  }

  @Test
  @Alternating.OnEach
  void without_a_replica_there_is_no_answer_unless_that_is_right() throws Exception {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> status(replicationLag().atMost(second)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("replicationLag().of(replica).atMost(...)");
    assertThat(status(replicationLag().orNoReplica().atMost(second))).isEqualTo(Status.PASSED);
    assertThat(said(ask(replicationLag().of(Targets.of(database())).atMost(second))))
        .startsWith("replica 'shop' tells no lag")
        .contains("it does not replicate from the server of the target");
  }

  /** A session is told to have begun a statement, or to have ended it, a little later. */
  private void until(Check check, Status wanted) throws Exception {
    Outcome seen = ask(check);
    for (int look = 0; seen.status() != wanted && look < 100; look++) {
      Thread.sleep(50);
      seen = ask(check);
    }
    assertThat(seen.status()).as(seen.findings().toString()).isEqualTo(wanted);
  }

  private static void tolerating(Connection connection, String sql) {
    try {
      Sql.run(connection, sql);
    } catch (SQLException expected) {
      return;
    }
  }
}
