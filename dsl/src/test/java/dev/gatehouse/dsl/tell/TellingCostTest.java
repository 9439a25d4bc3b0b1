package dev.gatehouse.dsl.tell;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import dev.gatehouse.dsl.Desk;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether a run that tells takes longer than one that does not, in alternating series; {@code
 * -Dtold.rounds=60} on a machine that does nothing else.
 */
@Tag("nightly")
@Timeout(600)
class TellingCostTest {
  private static final int ROUNDS = Integer.getInteger("told.rounds", 40);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  @TempDir Path directory;

  /** What a run took, in nanoseconds: until it ended, of its own thread, and of the process. */
  private record Cost(long wall, long thread, long process) {
    static Cost now() {
      return new Cost(
          System.nanoTime(), THREADS.getCurrentThreadCpuTime(), SYSTEM.getProcessCpuTime());
    }

    Cost since(Cost begun) {
      return new Cost(wall - begun.wall, thread - begun.thread, process - begun.process);
    }
  }

  /** One way of telling, and what its runs took. */
  private record Way(String name, Runner runner, List<Cost> costs) {
    /** The quarter that others disturbed least took no longer. */
    double quarter(ToLongFunction<Cost> part) {
      long[] sorted = costs.stream().mapToLong(part).sorted().toArray();
      return sorted[sorted.length / 4];
    }
  }

  @Test
  void a_run_that_tells_takes_as_long_as_a_silent_one() throws Exception {
    Target shop = Desk.shop(directory.resolve("shop.db"));
    try (Sink sink = new Sink()) {
      List<Way> ways =
          List.of(
              way("silent"),
              way("at once", new AtOnce()),
              way("webhook", webhook(sink.at("/fine"))),
              way("hanging", webhook(sink.at("/hang"))));
      for (int round = -5; round < ROUNDS; round++) {
        for (Way way : ways) {
          // each time another is the first, so that none is always measured behind the same
          Way next = ways.get(Math.floorMod(ways.indexOf(way) + round, ways.size()));
          if (!next.name.equals("hanging") || round % 8 == 0) {
            Cost cost = cost(next.runner, shop);
            if (round >= 0) {
              next.costs.add(cost);
            }
          }
        }
      }
      Way silent = ways.get(0);
      for (Way way : ways) {
        System.out.printf(
            "told.rounds=%d %-8s %.1f ms, %.3f of silent; CPU of the run's thread %.3f, of"
                + " the process %.3f%n",
            ROUNDS,
            way.name,
            way.quarter(Cost::wall) / 1e6,
            way.quarter(Cost::wall) / silent.quarter(Cost::wall),
            way.quarter(Cost::thread) / silent.quarter(Cost::thread),
            way.quarter(Cost::process) / silent.quarter(Cost::process));
      }
      assertThat(ways.get(2).quarter(Cost::wall)).isLessThan(1.25 * silent.quarter(Cost::wall));
    }
  }

  private Way way(String name, Channel... channels) {
    Runner runner = Runner.journalingTo(directory.resolve(name));
    return new Way(name, runner.telling(channels), new ArrayList<>());
  }

  /** Costs nothing itself: what is left is what the run does for it. */
  private static final class AtOnce implements Channel {
    @Override
    public String name() {
      return "at-once";
    }

    @Override
    public Set<Occasion> occasions() {
      return EnumSet.allOf(Occasion.class);
    }

    @Override
    public Delivery deliver(List<Notice> notices) {
      return Delivery.told();
    }
  }

  private static Runbook book() {
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      gates.add(gate("gate " + i, noRows("check " + i, "select x from made")));
    }
    return runbook("cost", gates.get(0), gates.subList(1, gates.size()).toArray(Gate[]::new));
  }

  /** From the first step to the last; closing is what waits for who is told. */
  private static Cost cost(Runner runner, Target shop) {
    try (Run run = runner.start(Plan.of(book(), shop))) {
      Cost begun = Cost.now();
      run.toEnd();
      return Cost.now().since(begun);
    }
  }
}
