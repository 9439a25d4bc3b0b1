package dev.gatehouse.postgres.session;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The schema gatehouse, and what an account needs to use it. */
class GatehouseSchemaTest {
  private static final Marker MARKER = new Marker("key", "run", "step", "plan", "head");

  private final TestDatabase database =
      EngineUnderTest.onePostgres(GatehouseSchemaTest.class).database();
  private final Dialect dialect = Postgres.dialect();
  private final Concurrency concurrency = dialect.concurrency();

  @AfterEach
  void drop() {
    database.close();
  }

  private void admin(String... statements) throws SQLException {
    try (Connection admin = database.connect()) {
      for (String sql : statements) {
        Queries.run(admin, sql);
      }
    }
  }

  @Test
  void an_account_without_create_is_refused_with_what_to_paste_and_goes_on_after_it()
      throws Exception {
    Account account = database.newAccount("plain");
    Target target = Targets.of(database, account);
    assertThatThrownBy(() -> concurrency.lease(target, "me"))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            schema gatehouse is missing and may not be created
              expected  CREATE on %s, or the schema made by somebody who has it
              found     permission denied for %s
              fix       CREATE SCHEMA gatehouse AUTHORIZATION %2$s
              code      postgres.no-schema\
            """
                .formatted(database.name(), account.name()));
    admin("CREATE SCHEMA gatehouse AUTHORIZATION " + account.name());
    try (Lease lease = concurrency.lease(target, "me")) {
      lease.verify();
    }
  }

  /** All that only the run would meet is told by the plan, each once. */
  @Test
  void an_account_without_create_is_refused_while_planning() throws Exception {
    Account account = database.newAccount("plain");
    admin("CREATE TABLE orders (a int)", "GRANT ALL ON orders TO " + account.name());
    Target target = Targets.of(database, account);
    Runbook changing =
        runbook(
            "Change",
            gate(
                "Changed",
                inOneTransaction(sql("DELETE FROM orders")).cannotBeUndone("they are gone")));
    assertThatThrownBy(() -> Plan.of(changing, target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("schema gatehouse is missing and may not be created")
        .hasMessageContaining("CREATE SCHEMA gatehouse AUTHORIZATION " + account.name());
    Plan.of(runbook("Look", gate("Looked", noRows("select 1 from orders"))), target);
    admin("CREATE SCHEMA gatehouse");
    assertThatThrownBy(() -> Plan.of(changing, target)).isInstanceOf(Refusal.class);
    admin("DROP SCHEMA gatehouse", "CREATE SCHEMA gatehouse AUTHORIZATION " + account.name());
    Plan.of(changing, target);
    concurrency.lease(target, "me").close();
    admin("REVOKE SELECT ON gatehouse.lease FROM " + account.name());
    assertThatThrownBy(() -> Plan.of(changing, target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("schema gatehouse may not be used by this account");
  }

  @Test
  void a_schema_of_somebody_else_is_not_used() throws Exception {
    Account stranger = database.newAccount("stranger");
    Account account = database.newAccount("plain");
    admin("CREATE SCHEMA gatehouse AUTHORIZATION " + stranger.name());
    assertThatThrownBy(() -> concurrency.lease(Targets.of(database, account), "me"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("schema gatehouse belongs to somebody else")
        .hasMessageContaining("owner " + stranger.name());
  }

  /** A superuser is a member of every role: whoever owns the table would get its rights. */
  @Test
  void a_superuser_writes_into_no_table_of_somebody_else() throws Exception {
    Account stranger = database.newAccount("stranger");
    admin(
        "GRANT CREATE ON DATABASE " + database.name() + " TO " + stranger.name(),
        "SET ROLE " + stranger.name() + "; CREATE SCHEMA gatehouse");
    assertThatThrownBy(() -> concurrency.lease(Targets.of(database), "me"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     schema gatehouse, owner " + stranger.name())
        .hasMessageContaining("DROP SCHEMA gatehouse CASCADE");
    admin(
        "ALTER SCHEMA gatehouse OWNER TO CURRENT_USER",
        "CREATE TABLE gatehouse.marker (key text)",
        "ALTER TABLE gatehouse.marker OWNER TO " + stranger.name());
    assertThatThrownBy(() -> concurrency.lease(Targets.of(database), "me"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     table gatehouse.marker, owner " + stranger.name());
    admin("DROP TABLE gatehouse.marker");
    concurrency.lease(Targets.of(database), "me").close();
  }

  @Test
  void a_second_account_is_told_which_privileges_to_ask_for() throws Exception {
    concurrency.lease(Targets.of(database), "first").close();
    Account account = database.newAccount("second");
    Target target = Targets.of(database, account);
    assertThatThrownBy(() -> concurrency.lease(target, "me"))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            schema gatehouse may not be used by this account
              expected  USAGE on the schema; SELECT, INSERT, UPDATE on its tables
              found     not all of them for %1$s
              fix       GRANT USAGE ON SCHEMA gatehouse TO %1$s; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA gatehouse TO %1$s
              code      postgres.no-rights\
            """
                .formatted(account.name()));
    admin(
        "GRANT USAGE ON SCHEMA gatehouse TO " + account.name(),
        "GRANT SELECT, INSERT, UPDATE ON gatehouse.lease, gatehouse.marker TO " + account.name());
    try (Lease lease = concurrency.lease(target, "me")) {
      lease.verify();
    }
  }

  @Test
  void a_lease_row_that_a_restore_brought_back_is_put_right_by_its_holder() throws Exception {
    Target target = Targets.of(database);
    concurrency.lease(target, "before").close();
    try (Lease lease = concurrency.lease(target, "me")) {
      admin("UPDATE gatehouse.lease SET epoch = 1, holder = 'restored'");
      lease.verify();
      admin("DROP SCHEMA gatehouse CASCADE");
      lease.verify();
      assertThat(lease.epoch()).isEqualTo(2);
    }
    try (Lease next = concurrency.lease(target, "next")) {
      assertThat(next.epoch()).isEqualTo(3);
    }
  }

  /** A session ends some time after its connection: its lock must not wait for that. */
  @Test
  void a_lease_that_was_given_back_is_free_in_the_same_moment() throws Exception {
    try (Connection witness = database.connect()) {
      for (int i = 0; i < 20; i++) {
        concurrency.lease(Targets.of(database), "me").close();
        assertThat(
                Queries.pinned(
                    witness, "SELECT count(*) FROM pg_locks WHERE " + Latch.holds(Latch.LEASE)))
            .isEqualTo("0");
      }
    }
  }

  @Test
  void a_lease_of_which_a_later_one_exists_does_not_verify() throws Exception {
    try (Lease lease = concurrency.lease(Targets.of(database), "me")) {
      admin("UPDATE gatehouse.lease SET epoch = 7");
      assertThatThrownBy(lease::verify)
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              the lease of 'contract' is lost
                expected  epoch 1, held by me
                found     epoch is 7 by now
                fix       resume the run: it takes the lease again and looks at what is in doubt
                code      lease.lost\
              """);
    }
  }

  @Test
  void what_a_script_left_behind_does_not_keep_the_marker_from_being_written() throws Exception {
    admin("CREATE TABLE item (id int)");
    Account other = database.newAccount("other");
    admin("GRANT INSERT ON item TO " + other.name());
    try (Connection session = dialect.openWriting(Targets.of(database))) {
      concurrency.begin(session);
      Queries.run(session, "SET ROLE " + other.name());
      Queries.run(session, "SET synchronous_commit = off");
      Queries.run(session, "SET search_path = nowhere");
      Queries.run(session, "SELECT pg_advisory_unlock_all()");
      Queries.run(session, "INSERT INTO public.item VALUES (1)");
      concurrency.mark(session, MARKER);
      assertThat(Queries.pinned(session, "SELECT current_setting('synchronous_commit')"))
          .isEqualTo("on");
      concurrency.commit(session);
      assertThat(concurrency.marker(session, "key")).contains(MARKER);
    }
  }

  @Test
  void a_constraint_that_would_fail_in_the_commit_fails_before_the_marker() throws Exception {
    admin(
        "CREATE TABLE item (id int PRIMARY KEY)",
        "CREATE TABLE part (item int REFERENCES item DEFERRABLE INITIALLY DEFERRED)");
    try (Connection session = dialect.openWriting(Targets.of(database))) {
      concurrency.begin(session);
      Queries.run(session, "INSERT INTO part VALUES (1)");
      assertThatThrownBy(() -> concurrency.mark(session, MARKER))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(concurrency.inDoubt(e)).isFalse());
      concurrency.rollback(session);
    }
  }

  /** Of whomever: it would swallow the row, or run with our rights. */
  @Test
  void nothing_may_stand_between_a_statement_and_the_table_it_names() throws Exception {
    Target target = Targets.of(database);
    concurrency.lease(target, "me").close();
    Map<String, String> alterations = new LinkedHashMap<>();
    alterations.put(
        "CREATE TRIGGER \"a way\" BEFORE INSERT ON gatehouse.marker FOR EACH ROW"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP TRIGGER \"a way\" ON gatehouse.marker");
    alterations.put(
        "CREATE RULE away AS ON INSERT TO gatehouse.lease DO INSTEAD NOTHING",
        "DROP RULE away ON gatehouse.lease");
    alterations.put(
        "ALTER TABLE gatehouse.marker ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE gatehouse.marker DISABLE ROW LEVEL SECURITY");
    for (Map.Entry<String, String> alteration : alterations.entrySet()) {
      admin(alteration.getKey());
      assertThatThrownBy(() -> concurrency.lease(target, "me"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("the tables of schema gatehouse were altered")
          .hasMessageContaining("fix       " + alteration.getValue());
      admin(alteration.getValue());
      concurrency.lease(target, "me").close();
    }
    admin("DROP TABLE gatehouse.marker", "CREATE VIEW gatehouse.marker AS SELECT 'x' AS key");
    assertThatThrownBy(() -> concurrency.lease(target, "me"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("gatehouse.marker is no plain table");
  }

  @Test
  void nobody_else_may_create_in_the_schema() throws Exception {
    Account stranger = database.newAccount("stranger");
    Target target = Targets.of(database);
    concurrency.lease(target, "me").close();
    admin("GRANT CREATE ON SCHEMA gatehouse TO PUBLIC, " + stranger.name());
    assertThatThrownBy(() -> concurrency.lease(target, "me"))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            schema gatehouse belongs to somebody else
              expected  the owner of the database, a superuser, or, where this account is none, a role it is a member of: triggers of others would run with its rights
              found     CREATE on schema gatehouse for %1$s
                        CREATE on schema gatehouse for PUBLIC
              fix       REVOKE CREATE ON SCHEMA gatehouse FROM %1$s;
                        REVOKE CREATE ON SCHEMA gatehouse FROM PUBLIC
              code      postgres.foreign-schema\
            """
                .formatted(stranger.name()));
  }

  /** Whoever has TRIGGER on the table may try between the lease and the marker. */
  @Test
  void a_trigger_made_after_the_lease_is_seen_and_one_made_after_the_look_comes_too_late()
      throws Exception {
    Account stranger = database.newAccount("stranger");
    Target target = Targets.of(database);
    concurrency.lease(target, "me").close();
    admin(
        "GRANT USAGE ON SCHEMA gatehouse TO " + stranger.name(),
        "GRANT TRIGGER ON gatehouse.marker TO " + stranger.name(),
        "CREATE SCHEMA den AUTHORIZATION " + stranger.name());
    String trap =
        "CREATE TRIGGER trap BEFORE INSERT ON gatehouse.marker FOR EACH ROW"
            + " EXECUTE FUNCTION den.trap()";
    try (Connection session = dialect.openWriting(target);
        Connection other = database.connect(stranger)) {
      Queries.run(
          other,
          "CREATE FUNCTION den.trap() RETURNS trigger LANGUAGE plpgsql"
              + " AS 'BEGIN RAISE ''run as %'', current_user; END'");
      Queries.run(other, "SET lock_timeout = '200ms'");
      concurrency.begin(session);
      Queries.run(other, trap);
      assertThatThrownBy(() -> concurrency.mark(session, MARKER))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("found     trigger trap on gatehouse.marker");
      concurrency.rollback(session);
      admin("DROP TRIGGER trap ON gatehouse.marker");
      concurrency.begin(session);
      concurrency.mark(session, MARKER);
      assertThatThrownBy(() -> Queries.run(other, trap)).hasMessageContaining("lock timeout");
      concurrency.commit(session);
      assertThat(concurrency.marker(session, "key")).contains(MARKER);
    }
  }

  @Test
  void a_session_of_the_same_role_is_fenced_without_any_privilege() throws Exception {
    Account account = database.newAccount("plain");
    Target target = Targets.of(database, account);
    try (Connection effect = dialect.openWriting(target)) {
      String session = concurrency.session(effect);
      concurrency.begin(effect);
      concurrency.fence(target, session);
      assertThat(effect.isValid(1)).isFalse();
    }
  }

  @Test
  void an_account_that_takes_on_a_role_at_login_fences_its_own_sessions() throws Exception {
    Account account = database.newAccount("plain");
    Account owner = database.newAccount("owner");
    admin(
        "GRANT %s TO %s".formatted(owner.name(), account.name()),
        "ALTER ROLE %s SET role = %s".formatted(account.name(), owner.name()),
        "GRANT CREATE ON DATABASE %s TO %s".formatted(database.name(), owner.name()));
    Target target = Targets.of(database, account);
    try (Lease lease = concurrency.lease(target, "me");
        Connection effect = dialect.openWriting(target)) {
      lease.verify();
      String session = concurrency.session(effect);
      assertThat(Queries.pinned(effect, "SELECT current_user")).isEqualTo(owner.name());
      concurrency.begin(effect);
      concurrency.fence(target, session);
      assertThat(effect.isValid(1)).isFalse();
    }
  }

  @Test
  void a_session_of_another_role_is_fenced_only_with_the_privilege_and_the_error_names_it()
      throws Exception {
    Account worker = database.newAccount("worker");
    Account account = database.newAccount("plain");
    Target target = Targets.of(database, account);
    try (Connection effect = dialect.openWriting(Targets.of(database, worker))) {
      String session = concurrency.session(effect);
      assertThatThrownBy(() -> concurrency.fence(target, session))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("GRANT pg_read_all_stats, pg_signal_backend");
      admin("GRANT pg_read_all_stats TO " + account.name());
      assertThatThrownBy(() -> concurrency.fence(target, session))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("GRANT pg_signal_backend");
      assertThat(effect.isValid(1)).isTrue();
      admin("GRANT pg_signal_backend TO " + account.name());
      concurrency.fence(target, session);
      assertThat(effect.isValid(1)).isFalse();
    }
  }

  /** Another session may have the number of one that is long gone. */
  @Test
  void a_session_that_has_the_number_of_an_older_one_is_left_alone() throws Exception {
    Target target = Targets.of(database);
    try (Connection bystander = dialect.openWriting(target)) {
      SessionId id = SessionId.of(bystander);
      concurrency.fence(target, new SessionId(id.pid(), id.began() - 1).toString());
      assertThat(bystander.isValid(1)).isTrue();
    }
    assertThatThrownBy(() -> concurrency.fence(target, "process 1"))
        .hasMessageContaining("not a session");
  }

  /** M16: whoever waits for the latch must not keep a concurrent index build from its end. */
  @Test
  void an_index_is_built_concurrently_while_another_waits_for_the_latch() throws Exception {
    admin("CREATE TABLE item AS SELECT generate_series(1, 1000) AS id");
    Target target = Targets.of(database);
    try (Connection holder = dialect.openWriting(target);
        Connection waiter = dialect.openWriting(target)) {
      concurrency.latch(holder);
      Thread waiting =
          new Thread(
              () -> {
                try {
                  concurrency.begin(waiter);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      waiting.start();
      for (int i = 0; i < 3; i++) {
        Queries.run(holder, "CREATE INDEX CONCURRENTLY built" + i + " ON item (id)");
      }
      Latch.release(holder);
      waiting.join();
      assertThat(
              Queries.pinned(
                  waiter,
                  "SELECT count(*) FROM pg_index WHERE indrelid = to_regclass('public.item') AND"
                      + " indisvalid"))
          .isEqualTo("3");
      concurrency.rollback(waiter);
    }
  }
}
