package dev.gatehouse.dsl.tell;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether a run that tells takes longer than one that does not; {@code -Dtold.rounds=60}. */
@Tag("nightly")
@Timeout(600)
class TellingCostTest {
  private static final int ROUNDS = Integer.getInteger("told.rounds", 40);

  @TempDir Path directory;

  @Test
  void a_run_that_tells_takes_as_long_as_a_silent_one() throws Exception {
    Target shop = Desk.shop(directory.resolve("shop.db"));
    Runner silent = Runner.journalingTo(directory.resolve("silent"));
    try (Sink sink = new Sink()) {
      Runner fine = telling("fine", sink, "/fine");
      Runner hanging = telling("hanging", sink, "/hang");
      List<Long> alone = new ArrayList<>();
      List<Long> told = new ArrayList<>();
      List<Long> hung = new ArrayList<>();
      for (int round = -5; round < ROUNDS; round++) {
        long base = nanos(silent, shop);
        long fineNanos = nanos(fine, shop);
        long hangingNanos = round % 8 == 0 ? nanos(hanging, shop) : 0;
        if (round >= 0) {
          alone.add(base);
          told.add(fineNanos);
        }
        if (hangingNanos > 0 && round >= 0) {
          hung.add(hangingNanos);
        }
      }
      System.out.printf(
          "told.rounds=%d: median silent %.1f ms, telling %.3f of it, to one that hangs %.3f of"
              + " it%n",
          ROUNDS, median(alone) / 1e6, median(told) / median(alone), median(hung) / median(alone));
      assertThat(median(told)).isLessThan(1.25 * median(alone));
    }
  }

  private Runner telling(String name, Sink sink, String path) {
    return Runner.journalingTo(directory.resolve(name)).telling(webhook(sink.at(path)));
  }

  private static Runbook book() {
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      gates.add(gate("gate " + i, noRows("check " + i, "select x from made")));
    }
    return runbook("cost", gates.get(0), gates.subList(1, gates.size()).toArray(Gate[]::new));
  }

  /** From the first step to the last; closing is what waits for who is told. */
  private static long nanos(Runner runner, Target shop) {
    try (Run run = runner.start(Plan.of(book(), shop))) {
      long begun = System.nanoTime();
      run.toEnd();
      return System.nanoTime() - begun;
    }
  }

  private static double median(List<Long> all) {
    List<Long> sorted = all.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
