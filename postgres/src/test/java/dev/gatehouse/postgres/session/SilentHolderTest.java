package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom nobody may end, and who is nobody's holder. */
@Timeout(60)
class SilentHolderTest {
  private static final Duration LIMIT = Duration.ofMillis(200);

  private final TestDatabase database =
      EngineUnderTest.postgres(SilentHolderTest.class).get(0).database();
  private final Concurrency concurrency = Postgres.dialect().concurrency();
  private final Target admins = Targets.of(database);

  @AfterEach
  void drop() {
    database.close();
  }

  private Account account(String hint, String roles) throws Exception {
    Account account = database.newAccount(hint);
    database.run("CREATE SCHEMA IF NOT EXISTS gatehouse");
    database.run("GRANT CREATE ON DATABASE " + database.name() + " TO " + account.name());
    if (!roles.isEmpty()) {
      database.run("GRANT " + roles + " TO " + account.name());
    }
    return account;
  }

  /** Another account may look into what the first one made. */
  private void share(Account with) throws Exception {
    database.run("GRANT USAGE ON SCHEMA gatehouse TO " + with.name());
    database.run(
        "GRANT SELECT, INSERT, UPDATE ON gatehouse.lease, gatehouse.marker TO " + with.name());
  }

  @Test
  void a_holder_whose_signs_of_life_are_hidden_is_not_replaced_and_it_is_said_whom_to_tell()
      throws Exception {
    Account stranger = account("stranger", "");
    try (Lease held = concurrency.lease(admins, "run 1")) {
      share(stranger);
      assertThatThrownBy(() -> concurrency.lease(Targets.of(database, stranger), "run 2", LIMIT))
          .isInstanceOf(Refusal.class)
          .hasMessageMatching(
              """
              cannot tell whether the holder of the lease of 'contract' lives
                expected  its session's state_change in pg_stat_activity
                found     pid \\d+ belongs to \\S+; what it does is hidden from %1$s
                fix       tell a superuser: GRANT pg_read_all_stats, pg_signal_backend TO %1$s
                code      lease.may-not-look"""
                  .formatted(stranger.name()));
      held.verify();
    }
  }

  @Test
  void a_session_of_a_superuser_is_ended_by_superusers_only_and_that_is_said() throws Exception {
    Account stranger = account("stranger", "pg_read_all_stats, pg_signal_backend");
    try (Lease held = concurrency.lease(admins, "run 1")) {
      share(stranger);
      assertThatThrownBy(() -> concurrency.lease(Targets.of(database, stranger), "run 2", LIMIT))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(
              "the holder of the lease of 'contract' is silent, and this account may not end its")
          .hasMessageContaining("a superuser: the session is one of a superuser's")
          .hasMessageContaining("run 1, since 20")
          .hasMessageMatching(
              "(?s).*tell a superuser of this server, who can end it:"
                  + " SELECT pg_terminate_backend\\(\\d+\\)\n.*lease.may-not-end");
      held.verify();
    }
  }

  @Test
  void another_role_s_session_needs_a_right_that_is_named() throws Exception {
    Account owner = account("owner", "");
    database.run("ALTER SCHEMA gatehouse OWNER TO " + owner.name());
    database.run("ALTER DATABASE " + database.name() + " OWNER TO " + owner.name());
    Account seeing = account("seeing", "pg_read_all_stats");
    Account ending = account("ending", "pg_read_all_stats, pg_signal_backend");
    try (Lease held = concurrency.lease(Targets.of(database, owner), "run 1")) {
      share(seeing);
      share(ending);
      assertThatThrownBy(() -> concurrency.lease(Targets.of(database, seeing), "run 2", LIMIT))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("pg_signal_backend, or to be a member of " + owner.name())
          .hasMessageContaining("it belongs to " + owner.name() + ", this is " + seeing.name())
          .hasMessageContaining("tell a superuser, or somebody who is " + owner.name())
          .hasMessageContaining("GRANT pg_signal_backend TO " + seeing.name());
      held.verify();
      try (Lease next = concurrency.lease(Targets.of(database, ending), "run 3", LIMIT)) {
        assertThat(next.replaced().orElseThrow())
            .startsWith("run 1, since ")
            .contains(", with epoch " + held.epoch() + ", silent for ");
        assertThat(next.epoch()).isGreaterThan(held.epoch());
        assertThatThrownBy(held::verify).hasMessageContaining("lease.lost");
      }
    }
  }

  /** Anybody may take an advisory lock. */
  @Test
  void a_session_that_did_not_sign_is_not_ended() throws Exception {
    concurrency.lease(admins, "run 1").close();
    try (Connection squatter = database.connect()) {
      assertThat(Latch.trySession(squatter, Latch.LEASE)).isTrue();
      assertThatThrownBy(() -> concurrency.lease(admins, "run 2", LIMIT))
          .hasMessageContaining("a session that did not sign");
      assertThat(squatter.isValid(5)).isTrue();
    }
  }

  @Test
  void the_session_that_holds_the_latch_ends_with_its_lease_and_others_of_the_account_do_not()
      throws Exception {
    try (Lease held = concurrency.lease(admins, "run 1");
        Connection working = Postgres.dialect().openWriting(admins);
        Connection other = Postgres.dialect().openWriting(admins)) {
      concurrency.begin(working);
      try (Lease next = concurrency.lease(admins, "run 2", LIMIT)) {
        next.verify();
        assertThat(working.isValid(5)).isFalse();
        assertThat(other.isValid(5)).isTrue();
        assertThat(held.beat()).isFalse();
        concurrency.latch(other);
      }
    }
  }
}
