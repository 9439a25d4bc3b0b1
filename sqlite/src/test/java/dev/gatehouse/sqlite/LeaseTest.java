package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  @TempDir Path directory = Path.of("");

  private final Concurrency concurrency = Sqlite.dialect().concurrency();
  private Path file = Path.of("");
  private Path sidecar = Path.of("");
  private Target target = Target.at("none", "jdbc:sqlite::memory:", Sqlite.dialect());

  @BeforeEach
  void make_a_shop() throws Exception {
    file = Databases.shop(directory.resolve("shop.db"));
    sidecar = directory.resolve("shop.db.gatehouse");
    target = Sqlite.file("shop", file);
  }

  @Test
  void the_loser_is_told_holder_since_and_epoch() throws Exception {
    try (Lease first = concurrency.lease(target, "run 1 on alpha")) {
      assertThat(first.epoch()).isEqualTo(1);
      assertThatThrownBy(() -> concurrency.lease(target, "run 2 on beta"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("another run holds the lease")
          .hasMessageContaining("run 1 on alpha, since 20")
          .hasMessageContaining("with epoch 1");
      first.verify();
    }
  }

  @Test
  void a_holder_that_is_stopped_cannot_be_replaced_and_the_reason_is_told() throws Exception {
    assertThatThrownBy(() -> concurrency.lease(target, "run", Duration.ofMinutes(5)))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            SQLite cannot replace a holder that is stopped
              expected  for 'shop' a runner without takingOverAfter(...)
              found     the lease is a lock on a file, which nobody can take from a process that still exists
              fix       leave takingOverAfter(...) out; end a process that is stopped (kill -9), and its lease ends with it
              code      lease.unreplaceable""");
    assertThat(sidecar).doesNotExist();
  }

  @Test
  void each_holder_has_a_higher_epoch() throws Exception {
    for (int epoch = 1; epoch <= 5; epoch++) {
      try (Lease lease = concurrency.lease(target, "run " + epoch)) {
        assertThat(lease.epoch()).isEqualTo(epoch);
        lease.verify();
      }
    }
  }

  @Test
  void only_the_owner_may_read_the_sidecar() throws Exception {
    try (Lease lease = concurrency.lease(target, "run")) {
      lease.verify();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sidecar)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_closed_lease_does_not_verify() throws Exception {
    Lease lease = concurrency.lease(target, "run");
    lease.close();
    lease.close();
    assertThatThrownBy(lease::verify)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("it was given back");
  }

  @Test
  void a_lease_whose_sidecar_was_replaced_does_not_verify() throws Exception {
    try (Lease lease = concurrency.lease(target, "run")) {
      Files.copy(sidecar, directory.resolve("copy"));
      Files.move(sidecar, directory.resolve("away"));
      Files.move(directory.resolve("copy"), sidecar);
      assertThatThrownBy(lease::verify)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("was replaced");
    }
  }

  @Test
  void a_lease_whose_sidecar_is_gone_does_not_verify() throws Exception {
    try (Lease lease = concurrency.lease(target, "run")) {
      Files.delete(sidecar);
      assertThatThrownBy(lease::verify).isInstanceOf(Refusal.class);
    }
  }

  @Test
  void a_symbolic_link_in_the_sidecars_place_is_refused() throws Exception {
    Path victim = Databases.shop(directory.resolve("victim.db"));
    Files.createSymbolicLink(sidecar, victim);
    assertThatThrownBy(() -> concurrency.lease(target, "run"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is a symbolic link");
  }

  @Test
  void of_many_contenders_one_at_a_time_holds_it() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<Long>>> contenders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String name = "contender " + i;
        contenders.add(() -> contend(name, holders, most));
      }
      List<Long> epochs = new ArrayList<>();
      for (Future<List<Long>> contender : pool.invokeAll(contenders)) {
        epochs.addAll(contender.get());
      }
      assertThat(most).hasValue(1);
      assertThat(epochs).isNotEmpty().doesNotHaveDuplicates();
    } finally {
      pool.shutdownNow();
    }
  }

  private List<Long> contend(String name, AtomicInteger holders, AtomicInteger most)
      throws Exception {
    List<Long> epochs = new ArrayList<>();
    for (int attempt = 0; attempt < 5; attempt++) {
      try (Lease lease = concurrency.lease(target, name)) {
        most.accumulateAndGet(holders.incrementAndGet(), Math::max);
        lease.verify();
        epochs.add(lease.epoch());
        holders.decrementAndGet();
      } catch (Refusal refusal) {
        assertThat(refusal).hasMessageContaining("lease.held");
      }
    }
    return epochs;
  }
}
