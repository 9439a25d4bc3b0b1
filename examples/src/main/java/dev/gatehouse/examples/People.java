package dev.gatehouse.examples;

import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import java.nio.file.Path;

/** Runs a plan to its end; where it asks people, the example answers for them and says so. */
public final class People {
  private People() {}

  /** Exits as the run did. */
  public static int sayYes(Plan plan, Runner runner, Path reports) {
    try (Run run = runner.start(plan)) {
      Tick tick = run.advance();
      while (tick instanceof Tick.NeedsInput asked
          && asked.questions().get(0).kind() == Question.Kind.ANSWER) {
        for (Question question : asked.questions()) {
          System.out.println("(the example answers for the " + question.role() + ": yes)");
          run.answer(question.subject(), "Robin Example", question.role(), true, "yes");
        }
        tick = run.advance();
      }
      Show.end(run, run.record(), reports);
      return run.record().state().exitCode();
    }
  }
}
