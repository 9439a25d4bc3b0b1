package dev.gatehouse.core.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that counts into a file: frozen it does not, thawed it goes on, killed it is gone. */
@Timeout(30)
class ProcessFaultsTest {
  @TempDir Path directory = Path.of("");

  private Process counter() throws IOException {
    String loop = "while :; do printf x >> \"$1\"; sleep 0.002; done";
    return new ProcessBuilder("sh", "-c", loop, "sh", file().toString()).start();
  }

  /** The counting is done by a child of the process that is started. */
  private Process parentOfCounter() throws IOException {
    String loop = "(while :; do printf x >> \"$1\"; sleep 0.002; done) & wait";
    return new ProcessBuilder("sh", "-c", loop, "sh", file().toString()).start();
  }

  private Path file() {
    return directory.resolve("count");
  }

  private long count() throws IOException {
    return Files.exists(file()) ? Files.size(file()) : 0;
  }

  private boolean countsOn() throws IOException {
    return countsOn(Duration.ofSeconds(5));
  }

  private boolean countsOn(Duration patience) throws IOException {
    long before = count();
    long deadline = System.nanoTime() + patience.toNanos();
    while (count() <= before && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    return count() > before;
  }

  @Test
  void a_frozen_process_stands_still_and_goes_on_when_thawed() throws Exception {
    Process process = counter();
    try {
      assertThat(countsOn()).isTrue();
      Signals.freeze(process.pid());
      // what its last child was about to write may still come
      LockSupport.parkNanos(50_000_000);
      assertThat(countsOn(Duration.ofMillis(300))).isFalse();
      assertThat(process.isAlive()).isTrue();
      Signals.thaw(process.pid());
      assertThat(countsOn()).isTrue();
    } finally {
      Signals.kill(process.toHandle());
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void all_below_a_process_is_frozen_thawed_and_killed_with_it() throws Exception {
    Process process = parentOfCounter();
    try {
      assertThat(countsOn()).isTrue();
      Signals.freezeAll(process.toHandle());
      requireStandstill();
      Signals.thawAll(process.toHandle());
      assertThat(countsOn()).isTrue();
    } finally {
      Signals.kill(process.toHandle());
    }
    requireStandstill();
  }

  /** What the last child of the loop was about to write may still come, and nothing after it. */
  private void requireStandstill() throws IOException {
    long before;
    do {
      before = count();
    } while (countsOn(Duration.ofMillis(300)) && count() - before <= 1);
    assertThat(count()).isEqualTo(before);
  }

  @Test
  void a_signal_to_nobody_is_an_error_and_not_a_fault_that_never_happened() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    assertThatThrownBy(() -> Signals.freeze(gone.pid()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot send SIGSTOP to process " + gone.pid());
  }
}
