package dev.gatehouse.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures, so nightly: needs a machine that is not busy with something else. */
@Tag("nightly")
class JournalCostTest {
  private static final int STEPS = 400;

  private final Path directory;

  JournalCostTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void an_empty_journaled_step_costs_at_most_1_2_times_three_plain_fsyncs() throws IOException {
    long[] step = new long[STEPS];
    long[] plain = new long[STEPS];
    try (Journal journal =
            Journal.create(Storage.open(directory.resolve("run.journal")), Signer.ephemeral());
        RandomAccessFile file = new RandomAccessFile(directory.resolve("plain").toFile(), "rw")) {
      byte[] line = new byte[250];
      // Taken in turns, so that a busy moment of the disk falls on both alike.
      for (int i = 0; i < STEPS; i++) {
        long begin = System.nanoTime();
        journal.reserve();
        journal.append(Ledger.AT, 1, "INTENT", Map.of("step", "Backup taken", "index", i));
        journal.force();
        journal.append(Ledger.AT, 1, "OUTCOME", Map.of("step", "Backup taken", "index", i));
        journal.force();
        long middle = System.nanoTime();
        for (int n = 0; n < 3; n++) {
          file.write(line);
          file.getFD().sync();
        }
        step[i] = middle - begin;
        plain[i] = System.nanoTime() - middle;
      }
    }
    double ratio = (double) median(step) / median(plain);
    assertThat(ratio)
        .as(
            "median step %d us, three plain fsyncs %d us",
            median(step) / 1000, median(plain) / 1000)
        .isLessThanOrEqualTo(1.2);
  }

  private static long median(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
