package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Concurrency.Past;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.DialectContract;
import java.sql.Connection;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The contract goes red for what a dialect can get wrong about identity, reading and leases. */
class ContractOnSessionsTest extends Objections {
  private final AtomicLong counter = new AtomicLong();

  private static final Fingerprint ANY = new Fingerprint("SQLite", "3.54.1", "server", "main");

  @Test
  void identities() {
    red(
        Bent.dialect(
            "identify",
            (s, a) -> new Fingerprint("SQLite", "3", "s" + counter.incrementAndGet(), "main")),
        DialectContract::a_database_has_the_same_identity_in_every_session,
        "expected");
    red(
        Bent.dialect("identify", (s, a) -> ANY),
        DialectContract::two_databases_have_two_identities,
        "to be false");
    Dialect unasking = Bent.concurrency("past", (s, a) -> new Past(0, false, 0));
    Dialect trusting = Bent.part(Dialect.class, unasking, "identify", (s, a) -> ANY);
    red(
        trusting,
        DialectContract::a_connection_to_another_product_is_refused_by_name,
        "to raise a throwable");
    red(
        Bent.part(
            Dialect.class,
            trusting,
            "openReading",
            (s, a) -> ((Target) Objects.requireNonNull(a[0])).connect(Map.of())),
        DialectContract::a_plan_for_another_product_is_refused_by_name,
        "to raise a throwable");
    red(
        Bent.dialect("serverTime", (s, a) -> Optional.of(Instant.EPOCH)),
        DialectContract::the_servers_clock_if_it_has_one_is_ours,
        "less than");
  }

  @Test
  void a_reading_session_that_can_write() {
    red(
        Bent.dialect("openReading", (s, a) -> Sqlite.dialect().openWriting(target(a))),
        DialectContract::a_reading_session_cannot_write_whatever_it_is_told,
        "INSERT INTO contract_item");
  }

  @Test
  void a_reading_session_that_can_take_its_setting_back() {
    red(
        Bent.dialect(
            "openReading",
            (s, a) -> {
              Connection session = Sqlite.dialect().openWriting(target(a));
              Queries.run(session, "PRAGMA query_only = ON");
              session.setAutoCommit(false);
              return session;
            }),
        DialectContract::a_reading_session_cannot_write_whatever_it_is_told,
        "query_only = OFF");
  }

  @Test
  void a_reading_session_that_sees_others_commit() {
    red(
        Bent.dialect(
            "openReading",
            (s, a) -> {
              Connection session = (Connection) Objects.requireNonNull(s.call());
              session.setAutoCommit(true);
              return session;
            }),
        DialectContract::a_reading_session_sees_one_state_until_it_is_closed,
        "expected: 3");
  }

  private static Target target(Object[] arguments) {
    return (Target) Objects.requireNonNull(arguments[0]);
  }

  /** A lease that keeps nobody away. */
  private record Open(long epoch) implements Lease {
    @Override
    public Optional<String> replaced() {
      return Optional.empty();
    }

    @Override
    public boolean beat() {
      return true;
    }

    @Override
    public void verify() {}

    @Override
    public void close() {}
  }

  @Test
  void leases_that_keep_nobody_away() {
    Dialect bent = Bent.concurrency("lease", (s, a) -> new Open(counter.incrementAndGet()));
    red(
        bent,
        DialectContract::a_second_holder_is_refused_and_told_holder_since_and_epoch,
        "to raise a throwable");
    red(bent, DialectContract::of_two_who_race_exactly_one_wins, "winners of round");
  }

  @Test
  void a_refusal_that_does_not_say_who() {
    red(
        Bent.concurrency(
            "lease",
            (s, a) -> {
              try {
                return s.call();
              } catch (Refusal e) {
                throw new Refusal(Finding.of("lease.held", "busy").withFix("wait"));
              }
            }),
        DialectContract::a_second_holder_is_refused_and_told_holder_since_and_epoch,
        "run 1 on alpha");
  }

  private static Dialect lease(String method, Bent.Bend bend) {
    return Bent.concurrency(
        "lease",
        (s, a) -> Bent.part(Lease.class, (Lease) Objects.requireNonNull(s.call()), method, bend));
  }

  @Test
  void epochs_that_do_not_grow() {
    red(
        lease("epoch", (s, a) -> 1L),
        DialectContract::each_holder_has_a_higher_epoch_than_any_before,
        "greater than");
  }

  @Test
  void leases_that_do_not_notice_that_they_are_lost() {
    Dialect bent = lease("verify", (s, a) -> null);
    red(
        bent,
        DialectContract::a_lost_lease_is_noticed_and_the_next_epoch_is_higher,
        "to raise a throwable");
    red(
        bent,
        DialectContract::a_closed_lease_is_free_at_once_and_does_not_verify,
        "to raise a throwable");
  }

  @Test
  void leases_that_are_not_given_back() {
    red(
        lease("close", (s, a) -> null),
        DialectContract::a_closed_lease_is_free_at_once_and_does_not_verify,
        "another run holds the lease");
  }

  @Test
  void one_lease_for_all_databases() throws Exception {
    Target one = Sqlite.file("one", Databases.shop(directory.resolve("one.db")));
    red(
        Bent.concurrency("lease", (s, a) -> Sqlite.dialect().concurrency().lease(one, "all")),
        DialectContract::leases_of_two_databases_do_not_meet,
        "another run holds the lease");
  }
}
