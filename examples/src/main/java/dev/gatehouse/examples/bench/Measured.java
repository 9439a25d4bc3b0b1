package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;

/** What a JVM of our side does and prints, for whoever started it and measures it. */
final class Measured {

  @FunctionalInterface
  interface Work {
    Object go() throws Exception;
  }

  private Measured() {}

  /** A line that {@link Tools.Timed#fact} finds. */
  static void fact(String name, double value) {
    System.out.println(name + "=" + value);
  }

  /** Prints the seconds without the start of the JVM. */
  static void inner(Work work) throws Exception {
    long begin = System.nanoTime();
    Object result = work.go();
    fact("inner", (System.nanoTime() - begin) / 1e9);
    System.out.println("result=" + result.hashCode());
  }

  /** Plans and runs it, journaled; everything that a run costs. */
  static void run(Runbook runbook, Target target, Path journals) {
    RunRecord record = Runner.journalingTo(journals).run(Plan.of(runbook, target));
    if (record.state() != RunState.SUCCEEDED) {
      throw new IllegalStateException("'" + runbook.name() + "' ended " + record.state());
    }
  }

  /** Sum of the peaks of all heap pools in MB: never less than the true peak. */
  static void heap() {
    fact(
        "heap",
        ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(java.lang.management.MemoryUsage::getUsed)
                .sum()
            / 1e6);
  }
}
