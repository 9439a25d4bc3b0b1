package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.Verification;
import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.sql.BehindStatements;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Passes when another database has been through the same: {@code succeededOn("staging", journal,
 * head).of(housekeeping).within(ofDays(7))}. Its journal is verified up to the head, its run has
 * succeeded, on another database than this, and each step named here had the same statements there,
 * letter by letter.
 *
 * <p>Immutable. Reads the journal file; from the database only which one it is, and what the steps
 * read to be planned.
 *
 * @since 0.1
 */
public final class SucceededOn implements Check {
  private final Elsewhere where;
  private final List<Change> steps;
  private final Duration age;

  private SucceededOn(Elsewhere where, List<Change> steps, Duration age) {
    this.where = where;
    this.steps = steps;
    this.age = age;
  }

  /**
   * A run elsewhere, before it is said what of it.
   *
   * @param head as its report shows it; proves the records up to it
   */
  public record Elsewhere(String name, Path journal, String head) {
    /** These steps, by the names they have in both runbooks. */
    public OfSteps of(Change first, Change... rest) {
      return new OfSteps(this, Names.list(first, rest));
    }

    @Override
    public String toString() {
      return "succeeded on " + name + " (not yet a step: say of(change).within(time))";
    }
  }

  /** Steps of a run elsewhere, before it is said how long ago it may be. */
  public record OfSteps(Elsewhere where, List<Change> steps) {
    public OfSteps {
      steps = List.copyOf(steps);
    }

    /**
     * Ended at most that long ago, by its own clock.
     *
     * @throws IllegalArgumentException when not above zero
     */
    public SucceededOn within(Duration time) {
      if (time.isZero() || time.isNegative()) {
        throw new IllegalArgumentException("time is " + time + ": above zero");
      }
      return new SucceededOn(where, steps, time);
    }

    @Override
    public String toString() {
      return "succeeded on " + where.name() + " (not yet a step: say within(time))";
    }
  }

  @Override
  public String name() {
    return Names.of("succeeded on " + where.name());
  }

  @Override
  public List<Step> refersTo() {
    return steps.stream().flatMap(step -> step.refersTo().stream()).distinct().toList();
  }

  @Override
  public List<Secret> secrets() {
    return steps.stream().flatMap(step -> step.secrets().stream()).toList();
  }

  @Override
  public List<String> plan(CheckContext reading) {
    List<String> lines = new ArrayList<>();
    lines.add("journal " + where.journal() + " up to " + where.head());
    lines.add("ended SUCCEEDED at most " + Names.print(age) + " ago, on another database");
    steps.forEach(step -> lines.add("the same statements in '" + step.name() + "'"));
    return lines;
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws Exception {
    Verification verified =
        JournalVerifier.verify(
            where.journal(), JournalVerifier.Options.none().withHead(where.head()));
    if (verified.verdict() != Verdict.VALID) {
      return unknown("its journal proves nothing", "a whole journal", verified.explanation());
    }
    List<Entry> entries = entries();
    Optional<RunRecord> record = proved(entries);
    if (record.isEmpty()) {
      return unknown(
          "the head is of before its end",
          "the head that its report shows, printed when it had ended",
          where.head());
    }
    return judged(reading, record.get());
  }

  private List<Entry> entries() throws IOException {
    return Journal.peek(where.journal());
  }

  /** Up to its end; what stands behind the head may have been written by anybody. */
  private Optional<RunRecord> proved(List<Entry> entries) {
    long head = Long.parseLong(where.head().strip().split(":", 2)[0]);
    List<Entry> whole = new ArrayList<>();
    for (Entry one : entries) {
      if (one.seq() > head) {
        return Optional.empty();
      }
      whole.add(one);
      if (one.type().equals(Event.CLOSED.name())) {
        return RunRecord.of(whole);
      }
    }
    return Optional.empty();
  }

  private Outcome judged(CheckContext reading, RunRecord record) throws Exception {
    if (record.state() != RunState.SUCCEEDED) {
      return failed(reading, "its run did not succeed", "SUCCEEDED", "" + record.state());
    }
    Fingerprint here = reading.target().dialect().identify(reading.connection());
    if (record.outline().fingerprint().identity().equals(here.identity())) {
      return failed(
          reading, "its run was on this database", "another one", "" + record.outline().target());
    }
    Instant ended = record.last();
    if (ended.isAfter(reading.now())) {
      return unknown("its run ended in the future", "at most " + reading.now(), "" + ended);
    }
    if (Duration.between(ended, reading.now()).compareTo(age) > 0) {
      return failed(
          reading, "its run is too long ago", "at most " + Names.print(age) + " ago", "" + ended);
    }
    for (Change step : steps) {
      Optional<Outcome> differs = differs(reading, step, record.step(step.name()));
      if (differs.isPresent()) {
        return differs.get();
      }
    }
    return Outcome.passed(
        reading
            .evidence()
            .with("run", record.run())
            .with("database", record.outline().target())
            .with("ended", ended));
  }

  private Optional<Outcome> differs(CheckContext reading, Change step, Optional<StepRecord> there)
      throws Exception {
    if (there.isEmpty() || there.get().state() != StepState.SUCCEEDED) {
      return Optional.of(
          failed(
              reading,
              "it did not go through '" + step.name() + "'",
              "done",
              there.map(one -> "" + one.state()).orElse("no such step")));
    }
    List<String> mine = step.bind(new BehindStatements(reading)).preview();
    List<String> other = there.get().line().preview();
    if (unknown(mine) || unknown(other)) {
      return Optional.of(
          unknown(
              "what '" + step.name() + "' does is known only when it is executed",
              "statements that are known when it is planned",
              first(unknown(mine) ? mine : other)));
    }
    if (mine.equals(other)) {
      return Optional.empty();
    }
    List<String> onlyHere = new ArrayList<>(mine);
    onlyHere.removeAll(other);
    List<String> onlyThere = new ArrayList<>(other);
    onlyThere.removeAll(mine);
    return Optional.of(
        failed(
            reading,
            "it went through another '" + step.name() + "'",
            first(onlyHere),
            first(onlyThere)));
  }

  private static boolean unknown(List<String> lines) {
    return lines.stream().anyMatch(line -> line.startsWith(Outline.UNKNOWN));
  }

  private static String first(List<String> lines) {
    return lines.isEmpty() ? "the same lines in another order or number" : lines.get(0);
  }

  private Outcome unknown(String headline, String expected, String found) {
    return Outcome.inconclusive(finding("elsewhere.unknown", headline, expected, found));
  }

  private Outcome failed(CheckContext reading, String headline, String expected, String found) {
    return Outcome.failed(
        finding("elsewhere.other", headline, expected, found), reading.evidence());
  }

  private Finding finding(String code, String headline, String expected, String found) {
    return Finding.of(code, where.name() + ": " + headline)
        .withExpected(expected)
        .withFound(found)
        .withFix("run it on " + where.name() + ", then name that journal and its head");
  }

  @Override
  public String toString() {
    return name();
  }
}
