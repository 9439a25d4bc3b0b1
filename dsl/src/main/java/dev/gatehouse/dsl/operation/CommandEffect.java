package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.core.process.OutputTail;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A command as a change; it counts as touching the target unless the runbook says otherwise. */
record CommandEffect(CommandLine line, Proof proof, Reach reach, List<String> preview)
    implements Effect.External {

  static CommandEffect bind(CommandLine line, Proof proof, Reach reach, CheckContext reading)
      throws Exception {
    refuseMissingDirectory(line);
    List<String> preview = new ArrayList<>(line.preview());
    if (reach == Reach.BESIDE) {
      preview.add("beside the target: standing checks do not hold it back");
    } else if (reach == Reach.TARGET) {
      preview.add("in the target alone: a restore undoes it as well");
    }
    preview.addAll(proof.preview(reading));
    return new CommandEffect(line.pinned(), proof, reach, List.copyOf(preview));
  }

  static void refuseMissingDirectory(CommandLine line) {
    Optional<Path> missing = line.directory().filter(where -> !Files.isDirectory(where));
    if (missing.isPresent()) {
      throw new Refusal(
          Finding.of("command.directory", "there is no directory to execute '" + line + "' in")
              .withExpected("a directory")
              .withFound(missing.get().toString())
              .withFix("correct withDirectory(...)"));
    }
  }

  @Override
  public boolean touchesTarget() {
    return reach != Reach.BESIDE;
  }

  @Override
  public Optional<Evidence> foundSo(CheckContext reading) throws Exception {
    return proof.foundSo(reading);
  }

  @Override
  public boolean looksBefore() {
    return proof.before();
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    CommandExecution.Ended ended = CommandExecution.of(line, working.progress());
    working.progress().continuing();
    Optional<Finding> finding = problem(line, ended);
    if (finding.isPresent()) {
      throw new StepFailed(List.of(finding.get()), Ending.PERHAPS_IN_PART);
    }
    proof.require(working);
    return evidence(working.evidence(), ended);
  }

  static Evidence evidence(Evidence evidence, CommandExecution.Ended ended) {
    return evidence
        .with("exit", ended.exit())
        .with("seconds", ended.seconds())
        .with("output", OutputTail.end(ended.output()));
  }

  /** What is wrong with how it ended; empty when nothing is. */
  static Optional<Finding> problem(CommandLine line, CommandExecution.Ended ended) {
    String tail = ended.output().isEmpty() ? "" : "\n" + OutputTail.end(ended.output());
    if (ended.late()) {
      return Optional.of(
          Finding.of("command.deadline", "the command did not end in time and was killed")
              .withExpected("at most " + Names.print(line.deadline()) + ": " + line)
              .withFound("killed after " + ended.seconds() + " s" + tail)
              .withFix("find out what it did, or allow it more: withDeadline(...)"));
    }
    if (ended.exit() != line.exit()) {
      return Optional.of(
          Finding.of("command.exit", "the command did not succeed")
              .withExpected("exit code " + line.exit() + ": " + line)
              .withFound("exit code " + ended.exit() + tail)
              .withFix("run it by hand, fix what it reports: " + line));
    }
    return Optional.empty();
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    return proof.probe(reading, "the command has no provenBy(check)");
  }
}
