package dev.gatehouse.dsl;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.report.Plain;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import java.io.Console;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks whoever sits at the terminal what a run asks of people. Only what the runbook itself asks to
 * be done or confirmed, and only where it names nobody: a person with a name says it by a letter
 * that proves who they are, and what is unforeseen is decided by a script that says how.
 */
final class AtTerminal {
  private final Function<String, Optional<String>> line;
  private final String who;

  /**
   * @param line asks, and has what was typed; empty when nobody is there any more
   * @param who is known to sit there
   */
  AtTerminal(Function<String, Optional<String>> line, String who) {
    this.line = line;
    this.who = who;
  }

  /**
   * The terminal of this process, if it has one: a pipe, or a job without one, is never waited for.
   */
  @SuppressWarnings("SystemConsoleNull") // whether it is a terminal is asked as well
  static Optional<AtTerminal> ofThisProcess() {
    Console console = System.console();
    return console == null || !isTerminal(console)
        ? Optional.empty()
        : Optional.of(
            new AtTerminal(
                prompt -> Optional.ofNullable(console.readLine("%s", prompt)),
                System.getProperty("user.name", "unknown")));
  }

  /** From Java 22 on there is a console without a terminal, and a method that tells. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** To its end, or until there is a question that is not answered here. */
  RunRecord toEnd(Plan plan, Run run) {
    boolean mayAsk = plan.runbook().people().isEmpty();
    while (mayAsk) {
      run.untilPeople();
      List<Question> questions = questions(run);
      if (questions.isEmpty()) {
        return run.toEnd();
      }
      for (Question question : questions) {
        if (!answered(run, question)) {
          return run.record();
        }
      }
    }
    return run.toEnd();
  }

  private static List<Question> questions(Run run) {
    return run.advance() instanceof Tick.NeedsInput asked
        ? asked.questions().stream().filter(one -> one.kind() == Question.Kind.ANSWER).toList()
        : List.of();
  }

  /** Nothing but a whole yes or no is one: what else is typed leaves the run waiting. */
  private boolean answered(Run run, Question question) {
    String of = question.role().isEmpty() ? "" : " as " + Plain.line(question.role());
    String prompt =
        "%s%nyou answer%s, and are %s; yes, no, or later: "
            .formatted(Plain.line(question.text()), of, Plain.line(who));
    String said = line.apply(prompt).orElse("").strip().toLowerCase(Locale.ROOT);
    if (said.equals("yes")) {
      run.answer(question.subject(), who, question.role(), true, "at the terminal");
    } else if (said.equals("no")) {
      String why = line.apply("why not? ").orElse("");
      run.answer(question.subject(), who, question.role(), false, why);
    }
    return said.equals("yes") || said.equals("no");
  }
}
