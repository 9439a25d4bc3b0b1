package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.util.Optional;

/** Commands that only look, as checks. */
final class CommandChecks {
  private CommandChecks() {}

  static NamedCheck succeeds(String name, CommandLine line) {
    return NamedCheck.of(
        name,
        reading -> {
          CommandEffect.refuseMissingDirectory(line);
          return line.preview();
        },
        reading -> look(line, reading));
  }

  private static Outcome look(CommandLine line, CheckContext reading)
      throws IOException, InterruptedException {
    try {
      CommandExecution.Ended ended = CommandExecution.of(line, Progress.SILENT);
      Optional<Finding> problem = CommandEffect.problem(line, ended);
      if (problem.isEmpty()) {
        return Outcome.passed(CommandEffect.evidence(reading.evidence(), ended));
      }
      return ended.late()
          ? Outcome.inconclusive(problem.get())
          : Outcome.failed(problem.get(), CommandEffect.evidence(reading.evidence(), ended));
    } catch (StepFailed notStarted) {
      return new Outcome.Inconclusive(notStarted.findings());
    }
  }
}
