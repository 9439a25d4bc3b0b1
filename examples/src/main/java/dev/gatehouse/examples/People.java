package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.report.StatusText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * Runs a plan to its end. Where it asks people by name, colleagues in another process answer by
 * letters, or with {@code EXAMPLES_BY_HAND=true} in the environment you do; where it names nobody,
 * the example answers for them and says so.
 */
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
      if (plan.runbook().people().isPresent()) {
        byLetters(run);
      } else {
        byTheExample(run);
      }
      atEnd.accept(run, run.record());
      return run.record().state().exitCode();
    }
  }

  private static void byTheExample(Run run) {
    Tick tick = run.advance();
    while (tick instanceof Tick.NeedsInput asked
        && asked.questions().get(0).kind() == Question.Kind.ANSWER) {
      for (Question question : asked.questions()) {
        System.out.println("(the example answers for the " + question.role() + ": yes)");
        run.answer(question.subject(), "Robin Example", question.role(), true, "yes");
      }
      tick = run.advance();
    }
  }

  private static void byLetters(Run run) {
    boolean byHand = Boolean.parseBoolean(System.getenv("EXAMPLES_BY_HAND"));
    try {
      Process colleagues = byHand ? null : Colleagues.begin(run.journal());
      try {
        run.untilPeople();
        if (run.record().steps().stream().anyMatch(step -> !step.needs().isEmpty())) {
          asked(run, byHand);
        }
        run.toEnd();
      } finally {
        if (colleagues != null) {
          colleagues.destroy();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is asked for the first time: as a packet to read, and as the commands that answer it. */
  private static void asked(Run run, boolean byHand) throws IOException {
    Path packet = run.journal().resolveSibling(run.record().run() + ".packet.md");
    Files.writeString(packet, run.packet());
    if (byHand) {
      System.out.println(StatusText.of(run.record(), run.journal()));
    }
    System.out.println("packet     " + Show.near(packet));
  }
}
