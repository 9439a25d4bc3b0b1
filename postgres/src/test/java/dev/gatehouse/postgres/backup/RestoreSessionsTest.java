package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.session.Latch;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose sessions and transactions are in the way of a restore in place. */
class RestoreSessionsTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RestoreSessionsTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private RestoreInPlace restoring() {
    return (RestoreInPlace) dumps().method.restoring();
  }

  /** Anybody can call a session gatehouse, and take any advisory lock that is free. */
  @Test
  void a_session_that_poses_as_one_of_ours_is_named_and_ended() throws Exception {
    try (Connection ours = Sessions.writing(dumps().target);
        Connection other = database.connect()) {
      Queries.run(other, "SET application_name = 'gatehouse'");
      Queries.run(other, "SELECT pg_advisory_lock(" + Latch.SPACE + ", 3)");
      assertThatThrownBy(() -> restoring().refuseSessions(dumps().target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("others are connected to 'shop'")
          .hasMessageContaining("gatehouse, idle");
      restoring().endSessions(dumps().target);
      restoring().refuseSessions(dumps().target);
      assertThat(other.isValid(1)).isFalse();
      assertThat(ours.isValid(1)).isTrue();
    }
  }

  /** The server hides from it what kind of session the others are. */
  @Test
  void an_ordinary_account_sees_the_sessions_of_others_and_is_told_what_it_needs_to_end_them()
      throws Exception {
    Account account = database.newAccount("owner");
    Target target =
        Target.at(
            "shop",
            database.jdbcUrl(),
            account.name(),
            account.secret(),
            Postgres.dialectWith(Dumps.tools(engine)));
    Account shop = database.newAccount("shop");
    try (Connection other = database.connect(shop)) {
      assertThatThrownBy(() -> restoring().refuseSessions(target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(shop.name());
      assertThatThrownBy(() -> restoring().endSessions(target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("fix       GRANT pg_signal_backend TO " + account.name());
      dumps().execute("GRANT pg_signal_backend TO " + account.name());
      restoring().endSessions(target);
      assertThat(other.isValid(1)).isFalse();
    }
  }

  @Test
  void a_prepared_transaction_is_refused_before_anything_is_touched() throws Exception {
    try (OwnServer preparing = engine.another(data -> {}, "max_prepared_transactions=5");
        TestDatabase there = preparing.database()) {
      Dumps dumps = new Dumps(Dumps.tools(engine), there, work);
      dumps.execute("CREATE TABLE item AS SELECT 1 AS id");
      Artifact artifact = dumps.backUp(1);
      dumps.execute(
          "BEGIN; INSERT INTO item VALUES (2); PREPARE TRANSACTION 'it''s \\one'",
          "BEGIN; INSERT INTO item VALUES (3); PREPARE TRANSACTION 'two'");
      try {
        assertThatThrownBy(() -> dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("prepared transactions are open in the database")
            .hasMessageContaining("'two' of " + there.account() + ", prepared at ")
            .hasMessageContaining("ROLLBACK PREPARED E'it''s \\\\one'; ROLLBACK PREPARED 'two';");
      } finally {
        dumps.execute("ROLLBACK PREPARED E'it''s \\\\one'", "ROLLBACK PREPARED 'two'");
      }
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
    }
  }

  @Test
  void a_table_that_another_session_has_locked_is_told_with_who_it_is() throws Exception {
    dumps().execute("CREATE TABLE item AS SELECT 1 AS id", "CREATE TABLE other AS SELECT 1 AS id");
    Artifact artifact = dumps().backUp(1);
    Content before = dumps().content();
    dumps()
        .execute(
            "ALTER ROLE "
                + database.account()
                + " IN DATABASE "
                + database.name()
                + " SET lock_timeout = '300ms'");
    try (Connection other = database.connect()) {
      Queries.run(other, "SET application_name = 'the shop'");
      Queries.run(other, "BEGIN; LOCK TABLE item IN ACCESS SHARE MODE");
      assertThatThrownBy(
              () -> dumps().restore(artifact, dumps().unpacked(artifact), Progress.SILENT))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("another session holds what the restore replaces")
          .hasMessageContaining(
              database.account() + " the shop, idle in transaction: AccessShareLock on public.item")
          .hasMessageContaining("SELECT pg_terminate_backend(pid)");
      Queries.run(other, "ROLLBACK");
    }
    assertThat(before.differences(dumps().content())).isEmpty();
  }
}
