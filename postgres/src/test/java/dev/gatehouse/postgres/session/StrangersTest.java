package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.Steps;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.PgBouncer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a session of a PostgreSQL that writes is refused while planning. */
class StrangersTest {
  private static final Runbook ANY =
      new Runbook("any", List.of(new Gate("any", List.of(Steps.passing("any")))), List.of());

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(StrangersTest.class);
  private final Dialect dialect = Postgres.dialect();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27)",
        "PostgreSQL 11.2-YB-2.18.0.1-b0 on x86_64-pc-linux-gnu",
        "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.12103",
        "PostgreSQL 12.12 (Greenplum Database 7.0.0 build commit:0a7a3566)",
        "PostgreSQL 15.4 (EnterpriseDB Advanced Server 15.4.0) on x86_64-pc-linux-gnu",
        "EnterpriseDB 9.5.0",
        ""
      })
  void a_relative_of_postgresql_is_refused(String version) {
    assertThatThrownBy(() -> Products.refuseRelatives(version))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the connection does not lead to PostgreSQL")
        .hasMessageContaining(version);
  }

  @Test
  void versions_from_14_to_18_are_known_and_others_are_not() {
    for (int major = 14; major <= 18; major++) {
      int known = major;
      assertThatCode(() -> Products.refuseVersion(known, known + ".1")).doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> Products.refuseVersion(13, "13.22"))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            PostgreSQL 13.22 is too old
              expected  PostgreSQL 14 to 18
              found     13.22
              fix       upgrade the server to a release its vendor still mends
              code      postgres.version""");
    assertThatThrownBy(() -> Products.refuseVersion(19, "19beta1"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("newer than what Gatehouse knows");
  }

  @Test
  void an_account_without_privileges_can_tell_which_database_it_is() throws Exception {
    try (TestDatabase database = engine.database();
        Connection plain = dialect.openReading(Targets.of(database, database.newAccount("plain")));
        Connection admin = dialect.openWriting(Targets.of(database))) {
      assertThat(dialect.identify(plain)).isEqualTo(dialect.identify(admin));
      assertThat(dialect.identify(plain).server()).matches("\\d+/1/\\d+");
    }
  }

  /** Commits of the one that was dropped are not in the one that has its name now. */
  @Test
  void a_database_made_again_under_its_old_name_is_another_one() throws Exception {
    try (TestDatabase database = engine.database();
        Connection home = home(engine)) {
      Fingerprint before = identify(Targets.of(database));
      Queries.run(home, "DROP DATABASE " + database.name());
      Queries.run(home, "CREATE DATABASE " + database.name());
      assertThat(identify(Targets.of(database)).sameDatabase(before)).isFalse();
    }
  }

  private Fingerprint identify(Target target) throws Exception {
    try (Connection session = dialect.openReading(target)) {
      return dialect.identify(session);
    }
  }

  private Connection home(EngineUnderTest server) throws Exception {
    return Sessions.own(Targets.at(url(server.port()), server.admin()));
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  @Test
  void a_read_replica_is_refused() {
    try (OwnServer standby =
        engine.another(
            data -> {
              try {
                Files.createFile(data.resolve("standby.signal"));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            // no fewer than the primary had, which made the data
            "max_connections=100")) {
      assertThatThrownBy(() -> Plan.of(ANY, Targets.at(url(standby.port()), standby.admin())))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("the server is a read replica")
          .hasMessageContaining("pg_is_in_recovery() is true")
          .hasMessageContaining("postgres.replica");
    }
  }

  @Test
  @Tag("engines")
  @Timeout(60)
  void a_transaction_pooler_is_refused_and_one_that_lends_sessions_is_not() throws Exception {
    try (TestDatabase database = engine.database()) {
      Account admin = engine.admin();
      try (PgBouncer pooler = PgBouncer.before(engine, "transaction", 10)) {
        Target target = Targets.at(through(pooler, database), admin);
        assertThatThrownBy(() -> Plan.of(ANY, target))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("the connection does not stay with one session of the server")
            .hasMessageContaining("while another client is in a transaction");
      }
      try (PgBouncer pooler = PgBouncer.before(engine, "session", 10)) {
        Target target = Targets.at(through(pooler, database), admin);
        Plan.of(ANY, target);
        Concurrency concurrency = dialect.concurrency();
        try (Lease lease = concurrency.lease(target, "me");
            Connection session = dialect.openWriting(target)) {
          lease.verify();
          concurrency.latch(session);
          concurrency.fence(target, concurrency.session(session));
        }
      }
    }
  }

  /** The probe itself, without the hint that the process is another one than told at login. */
  @Test
  @Tag("engines")
  @Timeout(60)
  void a_pooler_is_found_out_even_when_the_same_session_comes_back_by_luck() throws Exception {
    try (TestDatabase database = engine.database();
        PgBouncer pooler = PgBouncer.before(engine, "transaction", 10)) {
      Target target = Targets.at(through(pooler, database), engine.admin());
      try (Connection connection = target.connect(JdbcUrlPolicy.properties())) {
        String first = Queries.pinned(connection, "SELECT pg_backend_pid()");
        assertThat(Queries.pinned(connection, "SELECT pg_backend_pid()")).isEqualTo(first);
        assertThatThrownBy(() -> PoolerDetection.prove(target, connection))
            .isInstanceOf(Refusal.class);
      }
    }
  }

  private static String through(PgBouncer pooler, TestDatabase database) {
    return "jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + database.name();
  }
}
