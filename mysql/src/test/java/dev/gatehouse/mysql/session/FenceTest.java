package dev.gatehouse.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** When the fence is through, the session has ended and what it had open is rolled back. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class FenceTest {
  private static final String SLOW =
      "UPDATE work SET a = a + 1 WHERE (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
          + " FROM n WHERE i < 900) SELECT COUNT(*) FROM n x, n y, n z WHERE x.i + y.i + z.i < 0)"
          + " = 0";

  @Parameter Served served = Served.all().get(0);

  private final Concurrency concurrency = MySql.dialect().concurrency();

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void a_statement_whose_client_is_gone_has_ended_behind_its_fence() throws Exception {
    kills(3);
  }

  @Tag("nightly")
  @Test
  void three_hundred_statements_whose_client_is_gone() throws Exception {
    kills(300);
  }

  private void kills(int rounds) throws Exception {
    try (TestDatabase database = served.engine().database();
        Connection witness = database.connect()) {
      Sql.run(witness, "CREATE TABLE work (a INT)");
      Sql.run(witness, "INSERT INTO work VALUES (1)");
      Target target = Targets.of(database);
      for (int round = 0; round < rounds; round++) {
        Connection effect = MySql.dialect().openWriting(target);
        String session = concurrency.session(effect);
        long id = SessionId.parse(session).orElseThrow().connection();
        concurrency.begin(effect);
        Sql.run(effect, "INSERT INTO work VALUES (100)");
        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> run(effect, SLOW));
        while (!executes(witness, id)) {
          Thread.onSpinWait();
        }
        // as a process that is killed: the socket ends, the statement does not
        effect.abort(Runnable::run);
        concurrency.fence(target, session);
        assertThat(Sql.rows(witness, "SHOW FULL PROCESSLIST"))
            .noneMatch(row -> row.startsWith(id + "|"));
        assertThat(Sql.rows(witness, "SELECT a FROM work")).containsExactly("1");
        assertThatThrownBy(running::join).isInstanceOf(CompletionException.class);
      }
    }
  }

  private static boolean executes(Connection witness, long id) throws SQLException {
    return Sql.rows(witness, "SHOW FULL PROCESSLIST").stream()
        .anyMatch(row -> row.startsWith(id + "|") && row.contains("UPDATE work"));
  }

  private static void run(Connection connection, String sql) {
    try {
      Sql.run(connection, sql);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  /** Connection numbers begin anew with a server; the name of a lock never comes again. */
  @Test
  void a_fence_holds_across_a_restart_and_ends_nobody_who_got_the_same_number() throws Exception {
    if (Served.share(FenceTest.class).contains(served)) {
      restarts(1);
    }
  }

  @Tag("nightly")
  @Test
  void a_fence_holds_across_twenty_restarts() throws Exception {
    restarts(20);
  }

  private void restarts(int rounds) throws Exception {
    try (OwnServer server = served.engine().another(FenceTest::renamed);
        TestDatabase database = server.database()) {
      for (int round = 0; round < rounds; round++) {
        restart(server, database);
      }
    }
  }

  private void restart(OwnServer server, TestDatabase database) throws Exception {
    Target target = Targets.of(database);
    String session;
    try (Connection effect = MySql.dialect().openWriting(target)) {
      session = concurrency.session(effect);
      concurrency.begin(effect);
      server.restart();
    }
    long id = SessionId.parse(session).orElseThrow().connection();
    Connection bystander = database.connect();
    while (Long.parseLong(Sql.one(bystander, "SELECT CONNECTION_ID()")) < id) {
      bystander.close();
      bystander = database.connect();
    }
    concurrency.fence(target, session);
    assertThat(Sql.one(bystander, "SELECT 1")).isEqualTo("1");
    bystander.close();

    try (TestDatabase elsewhere = served.engine().database()) {
      assertThatThrownBy(() -> concurrency.fence(Targets.of(elsewhere), session))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("the target leads to server");
    }
  }

  /** A server made from a copy of another one's files has its name until this is gone. */
  private static void renamed(Path data) {
    try {
      Files.deleteIfExists(data.resolve("auto.cnf"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void the_session_of_another_account_is_not_taken_for_ended() throws Exception {
    try (TestDatabase database = served.engine().database()) {
      Account app = database.newAccount("app");
      String who = "'" + app.name() + "'@'%'";
      database.run("GRANT ALL ON " + database.name() + ".* TO " + who);
      database.run("GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO " + who);
      try (Connection effect = MySql.dialect().openWriting(Targets.of(database))) {
        String session = concurrency.session(effect);
        assertThatThrownBy(() -> concurrency.fence(Targets.of(database, app), session))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("it belongs to another account");
        assertThat(Sql.one(effect, "SELECT 1")).isEqualTo("1");
      }
    }
    assertThatThrownBy(() -> concurrency.fence(anyTarget(), "pid 5 began 7"))
        .hasMessageContaining("not a session");
  }

  private Target anyTarget() {
    return Target.at("none", "jdbc:mysql://127.0.0.1:1/none", MySql.dialect());
  }
}
