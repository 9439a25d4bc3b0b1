package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.outcome.Quorum;
import dev.gatehouse.core.outcome.Word;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
    lines.add(Plain.quoted(run.outline().runbook()) + how(run, journal));
    fact(lines, "target", Words.target(run.outline()));
    fact(lines, "run", run.run() + ", begun " + Words.time(run.opened()) + " by " + who(run));
    fact(lines, "plan", run.plan());
    if (left(run, journal)) {
      fact(lines, "driven", "by nobody: letters are read when somebody resumes it");
    }
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
                fact(
                    lines,
                    "say",
                    command("confirm", journal) + as(run, List.of()) + " --guard " + quoted(name));
              } else if (guard.reaction().equals("HOLD")) {
                fact(lines, "held", "by guard " + Plain.quoted(name) + ", until it passes again");
              }
            });
    run.wakeAt().ifPresent(at -> fact(lines, "looks", "again at " + Words.time(at)));
    if (!run.state().closed()) {
      String how = run.undoing() ? "panic" : "abort";
      fact(lines, "stop", command(how, journal) + as(run, List.of()) + " --why 'REASON'");
    }
    return String.join("\n", lines);
  }

  /** One line of a run: its journal's file, how it is, since when, and what it waits for. */
  public static String line(RunRecord run, Path journal) {
    String waits =
        run.steps().stream()
            .filter(step -> !run.state().closed() && asks(step))
            .map(step -> "; waits at " + Plain.quoted(step.name()))
            .findFirst()
            .orElse("");
    return Plain.line(String.valueOf(journal.getFileName()))
        + "  "
        + Plain.quoted(run.outline().runbook())
        + " on "
        + Plain.line(run.outline().target())
        + how(run, journal)
        + ", "
        + Words.time(run.last())
        + (left(run, journal) ? "; driven by nobody" : "")
        + waits;
  }

  /** A record says what was so when it was written; who drives it now, the lock of its file. */
  private static String how(RunRecord run, Path journal) {
    String state = run.state().name() + ": ";
    boolean moving = run.state() == RunState.RUNNING || run.state() == RunState.UNDOING;
    if (moving && left(run, journal)) {
      return " has not ended: it was " + Words.of(run) + " when it was left, and nobody drives it";
    }
    return switch (run.state()) {
      case IN_DOUBT -> " is " + state + Words.of(run);
      case RUNNING, WAITING, UNDOING, PAUSED -> " is " + Words.of(run);
      default -> " ended " + state + Words.of(run);
    };
  }

  /** Without a process that drives it nothing goes on, whatever its last record says. */
  private static boolean left(RunRecord run, Path journal) {
    try {
      return !run.state().closed() && !Storage.isHeld(journal);
    } catch (IOException unknown) {
      return false;
    }
  }

  private static String who(RunRecord run) {
    return Plain.line(String.join(", ", run.said().initiators()));
  }

  private static boolean asks(StepRecord step) {
    return step.state() == StepState.WAITING
        || !step.needs().isEmpty()
        || step.state() == StepState.INCONCLUSIVE
        || step.state() == StepState.IN_DOUBT;
  }

  private static void step(List<String> lines, RunRecord run, StepRecord step, Path journal) {
    String since =
        step.since().filter(at -> !byHand(step)).map(at -> " since " + Words.time(at)).orElse("");
    String name = " --step " + quoted(step.name());
    String what = (byHand(step) ? "undo of " : "") + Plain.quoted(step.name());
    fact(lines, "waits", what + since + ": " + Plain.line(step.reason()));
    if (step.state() == StepState.INCONCLUSIVE) {
      fact(
          lines, "say", command("accept", journal) + name + as(run, List.of()) + " --why 'REASON'");
    } else if (step.state() == StepState.IN_DOUBT) {
      fact(
          lines,
          "say",
          command("resolve", journal)
              + name
              + as(run, List.of())
              + " --truth APPLIED|NOT_APPLIED|PARTIAL --why 'WHAT YOU SAW'");
    } else if (step.line().effectClass() == EffectClass.HUMAN && step.needs().isEmpty()) {
      fact(
          lines,
          "say",
          command("say", journal) + name + as(run, List.of()) + " --role 'ROLE' --yes");
    }
    needs(step).forEach(need -> need(lines, run, step, need, journal));
  }

  /** An undo that a person does. */
  private static boolean byHand(StepRecord step) {
    return step.state() == StepState.UNDOING;
  }

  private static void need(
      List<String> lines, RunRecord run, StepRecord step, Need need, Path journal) {
    List<String> open = open(run, step, need.role());
    fact(lines, "may say", Plain.line(need.role()) + ": " + holders(run, step, need.role(), open));
    String typing = need.typing().isEmpty() ? "" : " --text " + quoted(need.typing());
    String say =
        command("say", journal)
            + " --step "
            + quoted(step.name())
            + as(run, open)
            + " --role "
            + quoted(need.role());
    fact(lines, "say", say + " --yes" + typing);
    fact(lines, "or", say + " --no --text 'REASON'");
  }

  /** Who has to say who they are, and by which key; their name where nobody else is left. */
  private static String as(RunRecord run, List<String> open) {
    List<Person> all = run.said().people().map(People::all).orElse(List.of());
    if (all.isEmpty()) {
      return "";
    }
    String name = open.size() == 1 ? quoted(open.get(0)) : "'NAME'";
    boolean keys =
        all.stream()
            .filter(one -> open.isEmpty() || open.contains(one.name()))
            .anyMatch(one -> one.key().isPresent());
    return " --as " + name + (keys ? " --key 'DIRECTORY OF THE KEY'" : "");
  }

  /** One for each role in which a word would help. */
  private static List<Need> needs(StepRecord step) {
    List<Need> needs = new ArrayList<>(step.needs().stream().distinct().toList());
    if (!needs.isEmpty()) {
      Need first = needs.get(0);
      told(step, Quorum.WANTED)
          .filter(role -> needs.stream().noneMatch(need -> need.role().equals(role)))
          .map(role -> new Need(role, first.question(), first.typing()))
          .toList()
          .forEach(needs::add);
    }
    return needs;
  }

  /** Whose word counts, as far as the run has looked; one that was just said is taken to. */
  private static Set<String> counted(StepRecord step) {
    return Stream.concat(
            told(step, Quorum.COUNTS), step.unweighed().stream().filter(Word::yes).map(Word::who))
        .collect(Collectors.toSet());
  }

  /** What an approval said of itself beside its wait. */
  private static Stream<String> told(StepRecord step, String what) {
    return step.soFar().stream()
        .flatMap(soFar -> soFar.facts().keySet().stream())
        .filter(fact -> fact.startsWith(what))
        .map(fact -> fact.substring(what.length()));
  }

  /** Those in the role whose word would count, and does not yet or any more. */
  private static List<String> open(RunRecord run, StepRecord step, String role) {
    Set<String> counted = counted(step);
    // Who started a run may say that a thing was done by hand, but not agree to it.
    boolean done = byHand(step) || step.line().effectClass() == EffectClass.HUMAN;
    return run.said().people().stream()
        .flatMap(people -> people.holding(role).stream().flatMap(one -> people.named(one).stream()))
        .filter(person -> done || !started(run, person))
        .map(Person::name)
        .filter(name -> !counted.contains(name))
        .toList();
  }

  private static String holders(RunRecord run, StepRecord step, String role, List<String> open) {
    if (run.said().people().isEmpty()) {
      return "whoever the host vouches for";
    }
    Set<String> counted = counted(step);
    List<String> said =
        step.words().stream()
            .filter(word -> word.yes() && word.role().equals(role))
            .map(Word::who)
            .distinct()
            .toList();
    long left =
        Stream.concat(
                needs(step).stream().flatMap(need -> open(run, step, need.role()).stream()),
                step.unweighed().stream().filter(Word::yes).map(Word::who))
            .distinct()
            .count();
    return Plain.line(open.isEmpty() ? "nobody else" : String.join(", ", open))
        + named("; said yes: ", said.stream().filter(counted::contains))
        + named(
            "; said yes, and has to say it again: ",
            said.stream().filter(who -> !counted.contains(who)))
        + (left < step.needs().size()
            ? "; too few are left who neither started nor resumed the run: resume it with more"
                + " people, or abort it"
            : "");
  }

  private static String named(String what, Stream<String> who) {
    String names = who.collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : what + Plain.line(names);
  }

  private static boolean started(RunRecord run, Person person) {
    return run.said().initiators().stream().anyMatch(person::maybeCalled);
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
