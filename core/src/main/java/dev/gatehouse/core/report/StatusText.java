package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.Need;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run waits for, since when, who may answer, and the command to do so: for people in other
 * processes, who have its journal only.
 *
 * @since 0.1
 */
public final class StatusText {

  private StatusText() {}

  /**
   * Of the run whose journal that is.
   *
   * @param journal as the commands are to name it
   */
  public static String of(RunRecord run, Path journal) {
    List<String> lines = new ArrayList<>();
    lines.add(Plain.quoted(run.outline().runbook()) + " is " + Words.of(run.state()));
    fact(lines, "target", Words.target(run.outline()));
    fact(lines, "run", run.run() + ", begun " + Words.time(run.opened()) + " by " + who(run));
    fact(lines, "plan", run.plan());
    for (StepRecord step : run.steps()) {
      if (!run.state().closed() && asks(step)) {
        step(lines, run, step, journal);
      }
    }
    run.trippedGuards()
        .forEach(
            (name, guard) -> {
              if (guard.reaction().equals("CONFIRM") && !guard.confirmed()) {
                fact(lines, "guard", Plain.quoted(name) + " tripped: go on?");
                fact(lines, "say", command("confirm", journal) + " --guard " + quoted(name));
              }
            });
    run.wakeAt().ifPresent(at -> fact(lines, "looks", "again at " + Words.time(at)));
    if (!run.state().closed()) {
      fact(lines, "stop", command("abort", journal) + " --why 'REASON'");
    }
    return String.join("\n", lines);
  }

  private static String who(RunRecord run) {
    return Plain.line(String.join(", ", run.said().initiators()));
  }

  private static boolean asks(StepRecord step) {
    return step.state() == StepState.WAITING
        || !step.needs().isEmpty()
        || step.state() == StepState.INCONCLUSIVE
        || step.state() == StepState.IN_DOUBT
        || step.state() == StepState.UNDOING;
  }

  private static void step(List<String> lines, RunRecord run, StepRecord step, Path journal) {
    String since = step.since().map(at -> " since " + Words.time(at)).orElse("");
    String name = " --step " + quoted(step.name());
    fact(lines, "waits", Plain.quoted(step.name()) + since + ": " + Plain.line(step.reason()));
    if (step.state() == StepState.INCONCLUSIVE) {
      fact(lines, "say", command("accept", journal) + name + " --why 'REASON'");
    } else if (step.state() == StepState.IN_DOUBT) {
      fact(
          lines,
          "say",
          command("resolve", journal)
              + name
              + " --truth APPLIED|NOT_APPLIED|PARTIAL --why 'WHAT YOU SAW'");
    } else if (step.line().effectClass() == EffectClass.HUMAN && step.needs().isEmpty()) {
      fact(lines, "say", command("say", journal) + name + " --role 'ROLE' --yes");
    }
    step.needs().stream().distinct().forEach(need -> need(lines, run, need, journal, name));
  }

  private static void need(
      List<String> lines, RunRecord run, Need need, Path journal, String step) {
    fact(lines, "may say", Plain.line(need.role()) + ": " + holders(run, need.role()));
    String typing = need.typing().isEmpty() ? "" : " --text " + quoted(need.typing());
    fact(
        lines,
        "say",
        command("say", journal) + step + " --role " + quoted(need.role()) + " --yes" + typing);
  }

  private static String holders(RunRecord run, String role) {
    Stream<String> names =
        run.said().people().stream()
            .flatMap(
                people ->
                    people.holding(role).stream()
                        .filter(
                            name -> people.named(name).filter(one -> started(run, one)).isEmpty()));
    String all = Plain.line(String.join(", ", names.toList()));
    return run.said().people().isEmpty() ? "whoever the host vouches for" : all;
  }

  private static boolean started(RunRecord run, Person person) {
    return run.said().initiators().stream().anyMatch(person::answersTo);
  }

  private static String command(String verb, Path journal) {
    return "examples/run " + verb + " " + quoted(journal.toString());
  }

  /** For a shell, whatever it holds. */
  private static String quoted(String text) {
    String line = Plain.line(text);
    return line.matches("[A-Za-z0-9_./:@%+-]+") ? line : "'" + line.replace("'", "'\\''") + "'";
  }

  private static void fact(List<String> lines, String name, String value) {
    lines.add(String.format("  %-9s %s", name, value));
  }
}
