package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run of its own on a restored copy, which turns back at its last gate. */
final class CopyRehearsal implements BackupMethod.Restored {
  private static final String TURN = "turn back here";
  private static final int MOST = 20;

  private final List<Change> changes;
  private final List<Check> proving;
  private final BackupMethod method;
  private final Path work;
  private final Progress progress;
  private boolean proved;
  private boolean catalogue;

  CopyRehearsal(
      List<Change> changes,
      List<Check> proving,
      BackupMethod method,
      Path work,
      Progress progress) {
    this.changes = changes;
    this.proving = proving;
    this.method = method;
    this.work = work;
    this.progress = progress;
  }

  @Override
  public void asked(Target copy) throws Exception {
    Content before = method.content(copy, progress);
    Optional<Baseline> definitions = definitions(copy);
    catalogue = definitions.isPresent();
    requireUndone(run(copy));
    progress.continuing();
    List<Finding> left = new ArrayList<>(before.differences(method.content(copy, progress)));
    if (definitions.isPresent()) {
      left.addAll(left(definitions.get().drift(definitions(copy).orElseThrow())));
    }
    if (!left.isEmpty()) {
      left.add(
          0,
          Finding.of("rehearsal.undo", "the undo does not leave the copy as it was")
              .withExpected("the content and the definitions from before")
              .withFound(left.size() + " differences, below")
              .withFix("mend the undo, then rehearse it again"));
      throw new StepFailed(left);
    }
    proved = true;
  }

  private RunRecord run(Target copy) throws Exception {
    Path journals = work.resolve("journals");
    PrivateFiles.createDirectory(journals);
    List<Gate> gates = new ArrayList<>();
    gates.add(new Gate("Changed", List.copyOf(changes)));
    if (!proving.isEmpty()) {
      gates.add(new Gate("Proved", List.copyOf(proving)));
    }
    gates.add(new Gate("Turned back", List.of(turn())));
    Plan plan;
    try {
      plan = Plan.of(new Runbook("Rehearsal", gates, List.of()), copy);
    } catch (Refusal e) {
      throw new StepFailed(e.findings());
    }
    try (Run run = Runner.journalingTo(journals).start(plan)) {
      // no abort: it would wait for an undo, or begin one, of what is thrown away
      progress.interruptibleBy(() -> run.panic("the run that rehearses", "it is told to stop"));
      return run.untilPeople();
    }
  }

  private static NamedCheck turn() {
    return NamedCheck.of(
        TURN,
        reading -> List.of("fails, so that all is undone"),
        reading ->
            Outcome.failed(Finding.of("rehearsal.turn", "it turns back"), reading.evidence()));
  }

  private void requireUndone(RunRecord record) {
    progress.continuing();
    boolean turned = record.step(TURN).map(StepRecord::state).orElseThrow() == StepState.FAILED;
    if (turned && record.state() == RunState.UNDONE) {
      return;
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.of("rehearsal.failed", "the rehearsal ended " + record.state())
            .withExpected("all changes succeed, and are undone")
            .withFound(
                String.join(
                    "\n",
                    record.steps().stream()
                        .filter(step -> !step.name().equals(TURN))
                        .map(step -> step.name() + ": " + step.state())
                        .toList()))
            .withFix("mend what failed, below, then rehearse it again"));
    record.steps().stream()
        .filter(step -> !step.name().equals(TURN))
        .forEach(step -> findings.addAll(step.findings()));
    throw new StepFailed(findings);
  }

  private static Optional<Baseline> definitions(Target copy) throws Exception {
    Optional<CatalogueReader> reader = copy.dialect().catalogue();
    if (reader.isEmpty()) {
      return Optional.empty();
    }
    try (Connection session = copy.dialect().openReading(copy)) {
      return Optional.of(reader.get().read(session));
    }
  }

  private static List<Finding> left(List<Drift> drifts) {
    return Drift.wholes(drifts).stream()
        .limit(MOST)
        .map(
            drift ->
                Finding.of("rehearsal.left", drift.object().words() + " is not as it was")
                    .withExpected(drift.expected())
                    .withFound(drift.found())
                    .withFix("mend the undo"))
        .toList();
  }

  String compared() {
    return catalogue ? "rows, states and definitions" : "rows and states; no catalogue to read";
  }

  /**
   * @throws StepFailed where a dialect restored a copy and showed none
   */
  void requireProof() {
    if (!proved) {
      throw new StepFailed(
          Finding.of("rehearsal.none", "nothing was rehearsed")
              .withFix(
                  "report it to whoever makes the dialect: it restored a copy and showed none"));
    }
  }
}
