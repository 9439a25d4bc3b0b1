package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import java.util.function.BiConsumer;

/** Runs a plan to its end; where it asks people, the example answers for them and says so. */
public final class People {
  private People() {}

  /**
   * Runs it.
   *
   * @param atEnd sees the run before it is closed
   * @return what to exit with, as the run ended
   */
  public static int sayYes(Plan plan, Runner runner, BiConsumer<Run, RunRecord> atEnd) {
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
      atEnd.accept(run, run.record());
      return run.record().state().exitCode();
    }
  }
}
