package dev.gatehouse.mysql.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Sql;
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
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Client, session or server end in the middle of an ALTER TABLE: behind the fence it is told. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class KilledChangesTest {
  private static final int ROWS_AS_POWER_OF_TWO = 15;

  /** How the statement loses whoever waits for it. */
  private enum Death {
    CLIENT,
    SESSION,
    SERVER
  }

  @Parameter Served served = Served.all().get(0);

  private final Concurrency concurrency = MySql.dialect().concurrency();

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void clients_and_sessions_that_end_in_mid_alter() throws Exception {
    rounds(4, new Random(7));
  }

  @Tag("nightly")
  @Test
  void a_hundred_clients_and_sessions_that_end_in_mid_alter() throws Exception {
    rounds(100, new Random());
  }

  private void rounds(int rounds, Random random) throws Exception {
    try (TestDatabase database = served.engine().database()) {
      fill(database);
      for (int round = 0; round < rounds; round++) {
        Death death = round % 2 == 0 ? Death.CLIENT : Death.SESSION;
        killed(database, death, "c" + round, random.nextInt(4), () -> {});
      }
    }
  }

  @Test
  void a_server_that_is_killed_in_mid_alter() throws Exception {
    if (Served.share(KilledChangesTest.class).contains(served)) {
      servers(1);
    }
  }

  @Tag("nightly")
  @Test
  void a_server_that_is_killed_a_hundred_times() throws Exception {
    servers(Integer.getInteger("kill.rounds", 100));
  }

  private void servers(int rounds) throws Exception {
    try (OwnServer server = served.engine().another(KilledChangesTest::renamed);
        TestDatabase database = server.database()) {
      fill(database);
      for (int round = 0; round < rounds; round++) {
        killed(database, Death.SERVER, "c" + round, round % 3, server::crash);
      }
    }
  }

  private static void fill(TestDatabase database) throws SQLException {
    database.run("CREATE DATABASE IF NOT EXISTS gatehouse");
    database.run("CREATE TABLE big (id INT AUTO_INCREMENT PRIMARY KEY, v INT, t VARCHAR(200))");
    database.run("INSERT INTO big (v, t) VALUES (1, REPEAT('x', 150))");
    for (int i = 0; i < ROWS_AS_POWER_OF_TWO; i++) {
      database.run("INSERT INTO big (v, t) SELECT v + 1, t FROM big");
    }
  }

  @FunctionalInterface
  private interface Kill {
    void now() throws Exception;
  }

  /**
   * @param looks how often the server is asked, once the statement executes, before the end
   */
  private void killed(TestDatabase database, Death death, String column, int looks, Kill server)
      throws Exception {
    Target target = Targets.of(database);
    String sql =
        "ALTER TABLE big ADD COLUMN " + column + " INT NOT NULL DEFAULT 7, ALGORITHM = COPY";
    NonTransactional statement =
        new MySqlNonTransactionalStatements().read(Script.of("s.sql", sql));
    Connection effect = MySql.dialect().openWriting(target);
    String session = concurrency.session(effect);
    long id = database.session(effect);
    CompletableFuture<Void> running = CompletableFuture.runAsync(() -> run(statement, effect));
    try (Connection witness = database.connect()) {
      for (int seen = 0; seen <= looks && !running.isDone(); ) {
        seen += executes(witness, id) ? 1 : 0;
      }
      if (death == Death.CLIENT) {
        effect.abort(Runnable::run);
      } else if (death == Death.SESSION) {
        Sql.run(witness, "KILL " + id);
      }
    }
    server.now();
    fenced(target, session);
    boolean there = database.one("SHOW CREATE TABLE big").contains("`" + column + "`");
    State state;
    try (Connection reading = MySql.dialect().openReading(target)) {
      state = statement.probe(reading, "key").orElseThrow().state();
    }
    assertThat(state).as(death + ", " + sql).isEqualTo(there ? State.APPLIED : State.NOT_APPLIED);
    running.handle((done, failed) -> sql).join();
    effect.close();
  }

  /** A copy that is taken back takes its time on a busy machine: then the fence says so. */
  private void fenced(Target target, String session) throws SQLException {
    for (int look = 0; ; look++) {
      try {
        concurrency.fence(target, session);
        return;
      } catch (SQLException still) {
        if (look == 10 || !String.valueOf(still.getMessage()).contains("it may be rolling back")) {
          throw still;
        }
      }
    }
  }

  private static void run(NonTransactional statement, Connection effect) {
    try {
      statement.execute(effect, "key");
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  private static boolean executes(Connection witness, long id) throws SQLException {
    return Sql.rows(witness, "SHOW FULL PROCESSLIST").stream()
        .anyMatch(row -> row.startsWith(id + "|") && row.contains("ALTER TABLE big"));
  }

  /** A server made from a copy of another one's files has its name until this is gone. */
  private static void renamed(Path data) {
    try {
      Files.deleteIfExists(data.resolve("auto.cnf"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
