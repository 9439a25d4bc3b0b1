package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.core.process.OutputTail;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A command as a change. */
final class CommandEffect {
  private CommandEffect() {}

  static Effect bind(CommandLine line, Proof proof, Reach reach, CheckContext reading)
      throws Exception {
    refuseMissingDirectory(line);
    CommandLine pinned = line.pinned();
    return new OutsideEffect(
            line.preview(), working -> execute(pinned, working), "the command", proof, reach)
        .bound(reading);
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

  private static Evidence execute(CommandLine line, EffectContext working) throws Exception {
    CommandExecution.Ended ended = CommandExecution.of(line, working.progress());
    working.progress().continuing();
    Optional<Finding> finding = problem(line, ended);
    if (finding.isPresent()) {
      throw new StepFailed(List.of(finding.get()), Ending.PERHAPS_IN_PART);
    }
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
}
