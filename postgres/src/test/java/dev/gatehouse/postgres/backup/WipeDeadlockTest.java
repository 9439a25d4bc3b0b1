package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Sessions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker of autovacuum has a table and wants its index, while a restore drops that. */
class WipeDeadlockTest {
  private static final String WAITS =
      "select count(*) from pg_stat_activity where datname = current_database()"
          + " and wait_event_type = 'Lock'";

  @Test
  @Timeout(60)
  void what_the_server_ended_is_begun_anew() throws Exception {
    try (TestDatabase database = EngineUnderTest.onePostgres(getClass()).database()) {
      database.run("create function f(int) returns int language sql immutable as 'select $1 + 1'");
      database.run("create table t (a int)");
      database.run("create index on t (f(a))");
      try (Connection worker = database.connect();
          Statement statement = worker.createStatement();
          Connection session = Sessions.writing(Targets.of(database))) {
        worker.setAutoCommit(false);
        // it looks for deadlocks later than the restore does, so that the restore is the one
        statement.execute("set deadlock_timeout = '30s'");
        statement.execute("lock table t in share update exclusive mode");
        session.setAutoCommit(false);
        CompletableFuture<Void> wiped =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    new DropAllObjects(session, RestoreKept.asNow(session)).wipe();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
        while (database.one(WAITS).equals("0")) {
          Thread.sleep(20);
        }
        statement.executeQuery("select f(a) from t where f(a) = 1").close();
        worker.commit();
        wiped.get();
        session.commit();
      }
      assertThat(database.one("select count(*) from pg_class where relname = 't'")).isEqualTo("0");
    }
  }
}
