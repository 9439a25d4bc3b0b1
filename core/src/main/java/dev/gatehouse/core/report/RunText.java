package dev.gatehouse.core.report;

import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Outline.Rewind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run in words: one line for the log, and, when it did not succeed, what failed, where things
 * stand, what was undone, what remains and what to do next.
 *
 * <p>Text without colour, lines ended by {@code \n}. Reads no database and needs no privilege. As
 * thread-safe as the record it is given: one thread at a time.
 *
 * @since 0.1
 */
public final class RunText {

  private RunText() {}

  /**
   * Such as {@code RECAP restore shop SUCCEEDED passed=9 made=1 changed=3 skipped=0 failed=0
   * undone=0 waiting=0 2m14s}, in the words of the plan's own count. Six counts are always there;
   * {@code made} and {@code answered} stand beside {@code changed}, and {@code inconclusive},
   * {@code under-way}, {@code in-doubt}, {@code undo-failed}, {@code not-run} and {@code not-told}
   * (channel and notices, as of when the run was closed) follow, when they are not zero; so does
   * {@code not-compared}, how many of those undone had their undo executed as it is written and
   * compared with nothing, and {@code safety-copy}, with the id of what a restore replaced.
   */
  public static String recap(RunRecord run) {
    return String.join(
        "  ",
        "RECAP",
        Plain.line(run.outline().runbook()),
        run.state().name(),
        Counts.of(run).toString() + notCompared(run) + notTold(run) + safetyCopies(run),
        Words.elapsed(Duration.between(run.opened(), run.last())));
  }

  /** Where it is, or how it ended, in half a sentence. */
  public static String words(RunRecord run) {
    return Words.of(run);
  }

  private static String notCompared(RunRecord run) {
    int many = HowUndone.unknown(run).size();
    return many == 0 ? "" : " not-compared=" + many;
  }

  private static String safetyCopies(RunRecord run) {
    StringBuilder text = new StringBuilder();
    run.steps().stream()
        .flatMap(step -> fact(step, RestoreMethod.SAFETY).stream())
        .forEach(id -> text.append(" safety-copy=").append(Plain.line(id)));
    return text.toString();
  }

  private static Optional<String> fact(StepRecord step, String name) {
    return step.state() == StepState.SUCCEEDED || step.state() == StepState.UNDONE
        ? step.evidence().flatMap(evidence -> evidence.fact(name))
        : Optional.empty();
  }

  /**
   * What a restore that took place replaced, by the id of the safety copy, and the call that goes
   * back to it.
   *
   * @return in words that follow a comma or a semicolon; empty where the step is no such restore
   */
  public static Optional<String> replaced(StepRecord step) {
    return fact(step, RestoreMethod.SAFETY)
        .map(
            id ->
                "what it replaced is safety copy "
                    + Plain.line(id)
                    + fact(step, RestoreMethod.BACK)
                        .map(call -> ": " + Plain.line(call) + " goes back to it")
                        .orElse(""));
  }

  private static List<String> replaced(RunRecord run) {
    return run.steps().stream()
        .flatMap(
            step -> replaced(step).map(words -> Plain.quoted(step.name()) + ": " + words).stream())
        .toList();
  }

  private static String notTold(RunRecord run) {
    StringBuilder text = new StringBuilder();
    run.notices()
        .left()
        .forEach(
            (channel, left) ->
                text.append(" not-told=").append(channel).append(':').append(left.count()));
    return text.toString();
  }

  /**
   * Everything a person needs who is called because of this run.
   *
   * @return one block for each cause and one for the run, with a blank line between them; empty
   *     when the run succeeded or goes on, and nothing of it needs a person; of one that succeeded
   *     and restored something, how one goes back, in indented lines
   */
  public static String failure(RunRecord run) {
    return failure(run, Optional.empty());
  }

  /**
   * The same, which also says where the journal is and how another process goes on with it.
   *
   * @param journal as people are to name it
   */
  public static String failure(RunRecord run, Path journal) {
    return failure(run, Optional.of(journal));
  }

  private static String failure(RunRecord run, Optional<Path> journal) {
    List<Failure> failures = Failure.of(run);
    boolean sound = run.state() == RunState.SUCCEEDED || run.state() == RunState.RUNNING;
    if (sound && failures.isEmpty() && run.notices().left().isEmpty()) {
      StringBuilder text = new StringBuilder();
      fact(text, "replaced", replaced(run));
      return text.isEmpty() ? "" : text.substring(1) + "\n";
    }
    List<String> blocks = new ArrayList<>();
    Cause.of(failures).forEach(cause -> blocks.add(cause.text(Words.target(run.outline()))));
    blocks.add(run.state() == RunState.WAITING ? waiting(run, journal) : aftermath(run, journal));
    return String.join("\n\n", blocks) + "\n";
  }

  /** Nothing is wrong, and what came before stands in the journal. */
  private static String waiting(RunRecord run, Optional<Path> journal) {
    StringBuilder text = new StringBuilder();
    List<String> waits = run.steps().stream().filter(RunText::waits).map(RunText::wait).toList();
    fact(text, "waits", waits);
    return waits.isEmpty() ? toGoOn(run, journal) : text.substring(1) + "\n" + toGoOn(run, journal);
  }

  /** Where a run that waits is, and who may do what for it to go on. */
  static String toGoOn(RunRecord run, Optional<Path> journal) {
    StringBuilder text = new StringBuilder();
    String where = journal.map(Path::toString).orElse(run.run());
    fact(text, journal.isPresent() ? "journal" : "run", List.of(Plain.line(where)));
    List<String> next = new ArrayList<>(NextStep.of(run));
    next.add(NextStep.ELSEWHERE);
    fact(text, "next", next);
    return text.substring(1);
  }

  private static String aftermath(RunRecord run, Optional<Path> journal) {
    Map<String, List<String>> facts = new LinkedHashMap<>();
    facts.put("target", List.of(Words.target(run.outline())));
    facts.put("run", List.of(Plain.line(run.run() + ", plan " + run.plan())));
    facts.put("journal", journal.map(file -> Plain.line(file.toString())).stream().toList());
    facts.put("waiting", run.steps().stream().filter(RunText::waits).map(RunText::wait).toList());
    facts.put("undone", undone(run).map(RunText::how).toList());
    facts.put("lost", run.steps().stream().flatMap(step -> lost(run, step)).distinct().toList());
    if (run.state().closed()) {
      facts.put("kept", run.applied().stream().filter(Remains::kept).map(Remains::undoOf).toList());
    }
    facts.put("replaced", replaced(run));
    facts.put("remains", Remains.of(run));
    facts.put("remarks", run.remarks().stream().map(RunText::remark).toList());
    facts.put("next", NextStep.of(run));
    facts.put("exit", List.of(String.valueOf(run.state().exitCode())));
    StringBuilder text = new StringBuilder("runbook ");
    text.append(Plain.quoted(run.outline().runbook()))
        .append(run.state().closed() ? " ended " : " is ");
    text.append(run.state()).append(": ").append(Words.of(run));
    facts.forEach((name, lines) -> fact(text, name, lines));
    return text.toString();
  }

  private static void fact(StringBuilder text, String name, List<String> lines) {
    String label = name;
    for (String line : lines) {
      text.append(Words.format("%n  %-9s ", label).replace("\r\n", "\n")).append(line);
      label = "";
    }
  }

  /** In the order in which it happened. */
  private static Stream<StepRecord> undone(RunRecord run) {
    return run.steps().stream()
        .filter(Remains::undone)
        .sorted(Comparator.comparing(step -> step.ended().orElse(Instant.MAX)));
  }

  private static boolean waits(StepRecord step) {
    return step.state() == StepState.WAITING;
  }

  private static String wait(StepRecord step) {
    String until = step.recheckAt().map(at -> ", asked again at " + Words.time(at)).orElse("");
    String of = Words.askedOf(step);
    String why = step.reason().isEmpty() ? "" : ": " + Plain.line(step.reason());
    return Plain.quoted(step.name()) + of + why + until;
  }

  private static String how(StepRecord step) {
    return Remains.named(step) + HowUndone.done(step);
  }

  /** What a rewind has cost those whom nobody asked. */
  private static Stream<String> lost(RunRecord run, StepRecord step) {
    Optional<Rewind> rewind = step.line().rewind();
    if (!Remains.undone(step) || !step.coveredBy().isEmpty() || rewind.isEmpty()) {
      return Stream.empty();
    }
    String since =
        rewind
            .flatMap(Rewind::to)
            .flatMap(run::step)
            .flatMap(StepRecord::evidence)
            .map(evidence -> " (" + Words.time(evidence.takenAt()) + ")")
            .orElse("");
    return Stream.of(Plain.line(rewind.get().lost()) + since);
  }

  private static String remark(RunRecord.Remark remark) {
    return Words.time(remark.at()) + "  " + Plain.line(remark.text());
  }
}
