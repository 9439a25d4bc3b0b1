package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.FakeDialect;
import dev.gatehouse.core.testkit.SettableClock;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Lives a runbook through to its end, in as many processes as it takes: each dies at the point it
 * was told to, is buried with its sessions and its lease, and is followed by one that resumes.
 */
final class Mortal {
  private static final Signer SIGNER = Signer.ephemeral();
  private static final Path FILE = Path.of("simulated.journal");

  final FakeDialect dialect = new FakeDialect();
  final List<String> wrong = new ArrayList<>();
  int points;
  int deaths;
  private final SettableClock clock = SettableClock.at("2026-11-21T10:00:00Z");
  private final Runbook runbook;
  private final Random random;
  private final boolean powerLoss;
  private final List<Integer> until;
  private SimulatedStorage disk = new SimulatedStorage();
  private int left;
  private boolean dead;
  private boolean begun;
  private long epoch;

  /**
   * @param until how many points each process lives; those after the last live to the end
   */
  Mortal(Function<Mortal, Runbook> runbook, List<Integer> until, long seed, boolean powerLoss) {
    this.runbook = runbook.apply(this);
    this.until = new ArrayList<>(until);
    this.random = new Random(seed);
    this.powerLoss = powerLoss;
    dialect.at = point -> reached();
  }

  /** Before an effect that no transaction holds: its intent must be on the disk. */
  void requireIntent(String step) {
    requireDurable("INTENT", "\"step\":\"" + step + "\"");
  }

  /** The same for a part of a sequence, or for what takes it back. */
  void requirePartIntent(String part) {
    requireDurable("PART_INTENT", "\"name\":\"" + part + "\"");
  }

  private void requireDurable(String type, String field) {
    String durable;
    try {
      durable = new String(disk.crash(7).read(), StandardCharsets.ISO_8859_1);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    int intent = durable.lastIndexOf("\"type\":\"" + type + "\"");
    int line = durable.lastIndexOf('\n', Math.max(intent, 0));
    int end = durable.indexOf('\n', Math.max(intent, 0));
    if (intent < 0 || !durable.substring(line + 1, end).contains(field)) {
      wrong.add("no durable " + type + " before " + field);
    }
  }

  /** The n-th write or force of the next process fails. */
  void failing(int nth, int how) {
    switch (how) {
      case 0 -> disk.failForce(nth);
      case 1 -> disk.failWrite(nth, SimulatedStorage.Failure.NO_SPACE);
      default -> disk.failWrite(nth, SimulatedStorage.Failure.IO_ERROR_ONCE);
    }
  }

  RunRecord live() {
    while (true) {
      left = until.isEmpty() ? Integer.MAX_VALUE : until.remove(0);
      dead = false;
      try {
        return process();
      } catch (Death death) {
        deaths++;
      } catch (Refusal refusal) {
        String code = refusal.findings().get(0).code();
        if (code.equals("journal.no-run") || code.equals("journal.not-a-journal")) {
          neverBegun();
        } else if (code.equals("journal.poisoned") || code.equals("journal.no-space")) {
          die();
        } else {
          throw refusal;
        }
      }
    }
  }

  private void neverBegun() {
    if (!dialect.effects.isEmpty()) {
      wrong.add("effects of a run that never began: " + dialect.effects);
    }
    disk = new SimulatedStorage();
    begun = false;
    dialect.crash();
  }

  private RunRecord process() {
    Runner runner =
        Runner.journalingTo(Path.of("simulated"))
            .withJournals(new Journals(Path.of("simulated"), file -> disk, () -> SIGNER))
            .withClock(clock)
            .withPoints(point -> reached())
            .withListener(epochs());
    boolean resumes = begun;
    begun = true;
    Run run =
        resumes
            ? runner.resume(runbook, dialect.target(), FILE)
            : runner.start(Plan.of(runbook, dialect.target(), clock));
    RunRecord record = drive(run);
    try {
      run.close();
    } catch (Refusal refusal) {
      // every record is on the disk; only the room held behind them could not be given back
      if (!refusal.findings().get(0).code().equals("journal.unclosed")) {
        throw refusal;
      }
    }
    return record;
  }

  private RunRecord drive(Run run) {
    while (true) {
      Tick tick = run.advance();
      if (tick instanceof Tick.Done) {
        return run.record();
      } else if (tick instanceof Tick.WakeAt wake) {
        clock.set(wake.moment());
      } else if (tick instanceof Tick.NeedsInput asked) {
        Question question = asked.questions().get(0);
        run.answer(question.subject(), "ann", question.role(), true, "done");
      } else {
        throw new AssertionError("unexpected: " + tick);
      }
    }
  }

  private RunListener epochs() {
    return new RunListener() {
      @Override
      public void recorded(Entry entry, RunRecord run) {
        if (entry.type().equals("LEASED")) {
          if (entry.epoch() <= epoch) {
            wrong.add("epoch " + entry.epoch() + " after " + epoch);
          }
          epoch = entry.epoch();
        }
      }
    };
  }

  /** Death is where the points are; what the dead process still does while unwinding is void. */
  void reached() {
    if (!dead) {
      points++;
      if (--left <= 0) {
        die();
        throw new Death();
      }
    }
  }

  private void die() {
    dead = true;
    disk = powerLoss ? disk.crash(random.nextLong()) : disk.kill();
    dialect.crash();
  }
}
