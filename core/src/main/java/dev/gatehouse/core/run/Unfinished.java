package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run whose journal does not say that it ended: it waits, is driven by somebody now, or its
 * process is gone.
 *
 * @param record as the journal has it now; empty where that cannot be read
 * @param problem why it cannot be read; else empty
 * @since 0.1
 */
public record Unfinished(Path journal, Optional<RunRecord> record, String problem) {
  private static final Logger LOG = LoggerFactory.getLogger(RunLog.NAME);
  private static final Set<RunState> PARKED = EnumSet.of(RunState.WAITING, RunState.PAUSED);

  private static final Set<RunState> CUT_OFF = EnumSet.of(RunState.RUNNING, RunState.UNDOING);

  private static final Set<StepState> LEAVES =
      EnumSet.of(
          StepState.INTENT,
          StepState.IN_DOUBT,
          StepState.SUCCEEDED,
          StepState.FAILED_PARTIAL,
          StepState.UNDOING,
          StepState.UNDO_FAILED);

  /** By the names of their journals, which begin with the time of the run's start. */
  static List<Unfinished> in(Path directory) {
    List<Unfinished> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.journal")) {
        files.forEach(file -> look(file).ifPresent(found::add));
      } catch (IOException e) {
        throw new Refusal(
            Finding.of("journal.unreadable", "the journals cannot be listed")
                .withExpected("a directory that this account may read: " + directory)
                .withFound(String.valueOf(e.getMessage()))
                .withFix("give this account the right to read it"),
            e);
      }
    }
    found.sort((one, other) -> one.journal.compareTo(other.journal));
    return found;
  }

  private static Optional<Unfinished> look(Path file) {
    try {
      if (Journal.hasEnd(file)) {
        return Optional.empty();
      }
      Optional<RunRecord> record = RunRecord.of(Journal.view(file));
      // without a record of it no run began
      return record
          .filter(run -> !run.state().closed())
          .map(run -> new Unfinished(file, record, ""));
    } catch (IOException | RuntimeException e) {
      return Optional.of(new Unfinished(file, Optional.empty(), String.valueOf(e.getMessage())));
    }
  }

  /**
   * Refuses a second run of a runbook on a database on which one is parked, because two that each
   * wait for an answer would both go on when it comes; on which a killed one has left something:
   * resuming it ends or undoes that; or on which one is in doubt: what it did once might be done
   * twice. Where it is in doubt what became of the database itself, whatever else would write to
   * that is refused as well. Of others that have not ended the log tells.
   */
  static void refuse(Plan plan, Path directory) {
    for (Unfinished one : in(directory)) {
      Optional<RunRecord> there = one.record.filter(run -> isThere(run, plan));
      if (there.filter(run -> keepsOut(run, plan)).isPresent()) {
        throw new Refusal(one.finding(there.get()));
      }
      there.ifPresent(run -> LOG.warn("run {} has not ended: {}", run.run(), one.journal));
    }
  }

  private static boolean keepsOut(RunRecord run, Plan plan) {
    boolean doubtful = run.state() == RunState.IN_DOUBT;
    if (isOf(run, plan.runbook())) {
      return doubtful || PARKED.contains(run.state()) || hasLeft(run);
    }
    // A backup or a check is none the worse for the doubt, and neither makes it any worse.
    return doubtful
        && doubts(run).anyMatch(step -> step.line().reach() != Reach.BESIDE)
        && plan.outline().steps().stream().anyMatch(Unfinished::writesThere);
  }

  private static Stream<StepRecord> doubts(RunRecord run) {
    return run.steps().stream().filter(step -> step.state() == StepState.IN_DOUBT);
  }

  private static boolean writesThere(StepLine line) {
    return line.changes() && line.reach() != Reach.BESIDE;
  }

  /** The refusal of a plan, headed by runs of that runbook whose work it may have met. */
  static Refusal before(Refusal refused, Runbook runbook, Target target, Path directory) {
    List<Finding> all = new ArrayList<>();
    for (Unfinished one : in(directory)) {
      one.record
          .filter(run -> isOf(run, runbook) && run.outline().target().equals(target.name()))
          .ifPresent(run -> all.add(one.finding(run)));
    }
    if (all.isEmpty()) {
      return refused;
    }
    all.addAll(refused.findings());
    return Refusal.of(all);
  }

  private static boolean isThere(RunRecord run, Plan plan) {
    return run.outline().fingerprint().sameDatabase(plan.outline().fingerprint());
  }

  private static boolean isOf(RunRecord run, Runbook runbook) {
    return run.outline().runbook().equals(runbook.name());
  }

  /** In the target, or perhaps: a backup that was cut off leaves nothing there. */
  private static boolean hasLeft(RunRecord run) {
    return CUT_OFF.contains(run.state())
        && run.steps().stream()
            .filter(step -> writesThere(step.line()))
            .anyMatch(step -> LEAVES.contains(step.state()) || !step.parts().inEffect().isEmpty());
  }

  private Finding finding(RunRecord run) {
    if (run.state() == RunState.IN_DOUBT) {
      return doubt(run);
    }
    boolean parked = PARKED.contains(run.state());
    return Finding.of(
            "run.unfinished",
            "a run of '"
                + run.outline().runbook()
                + "' on '"
                + run.outline().target()
                + "' has not ended")
        .withExpected("that run resumed to its end, or aborted")
        .withFound(
            "run "
                + run.run()
                + (parked || isDriven() ? " is " + run.state() : " was " + run.state())
                + (parked ? "" : isDriven() ? ", driven by somebody" : ", and nobody drives it")
                + ": "
                + journal)
        .withFix(
            "runner.resume(runbook, target, Path.of(\""
                + journal
                + "\")); or runner.startAnother(plan), which leaves it as it is");
  }

  private Finding doubt(RunRecord run) {
    List<String> steps = doubts(run).map(step -> "'" + step.name() + "'").toList();
    return Finding.of(
            "run.in-doubt",
            "nobody has said what became of a run of '"
                + run.outline().runbook()
                + "' on '"
                + run.outline().target()
                + "'")
        .withExpected("that run resumed and its doubt resolved")
        .withFound(
            "run "
                + run.run()
                + " is IN_DOUBT, "
                + String.join(", ", steps)
                + " is perhaps in effect: "
                + journal)
        .withFix(
            "runner.resume(runbook, target, Path.of(\""
                + journal
                + "\")), which looks again; where that tells nothing, look yourself and say it:"
                + " run.resolve(step, truth, who, evidence); or runner.startAnother(plan), which"
                + " leaves it as it is");
  }

  private boolean isDriven() {
    try {
      return Storage.isHeld(journal);
    } catch (IOException unknown) {
      return true;
    }
  }
}
