package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.words.Names;
import dev.gatehouse.dsl.words.Seconds;
import java.time.Duration;
import java.util.Optional;

/** A time limit that is measured by this machine's steady clock. */
record Deadline(long begun, Optional<Duration> limit) {

  static Deadline of(Optional<Duration> limit) {
    return new Deadline(System.nanoTime(), limit);
  }

  String seconds() {
    return Seconds.since(begun);
  }

  void check() {
    if (limit.isPresent() && System.nanoTime() - begun > limit.get().toNanos()) {
      throw new StepFailed(
          Finding.of("drill.deadline", "the restore drill took too long")
              .withExpected("at most " + Names.print(limit.get()))
              .withFound("stopped after " + seconds() + " s")
              .withFix("make restores faster, or agree on a longer time and withDeadline(...)"));
    }
  }

  /** The same progress, stopped also by this deadline. */
  Progress watching(Progress progress) {
    return new Progress() {
      @Override
      public void moved(long bytes, long total) {
        progress.moved(bytes, total);
      }

      @Override
      public void reached(String point) {
        progress.reached(point);
      }

      @Override
      public void continuing() {
        progress.continuing();
        check();
      }

      @Override
      public void noticed(Finding finding) {
        progress.noticed(finding);
      }

      @Override
      public void interruptibleBy(Runnable interrupt) {
        progress.interruptibleBy(interrupt);
      }
    };
  }
}
