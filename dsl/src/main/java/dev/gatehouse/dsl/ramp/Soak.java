package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.ElsewhereContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Time in which checks must hold: {@code quiet(ofMinutes(10), noErrors, health)}. They are asked
 * again after each interval. One that fails fails it. Time counts only while somebody watched: from
 * one good sample to the next good one, if that is at most two intervals; what the runner was down,
 * and what a sample could not tell, adds nothing. So many samples in a row that could not tell ask
 * a person.
 *
 * <p>Immutable. Reads what its checks read, and the journal: a crash loses at most the samples
 * since the last one that was written.
 *
 * @since 0.1
 */
public final class Soak implements Check {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int SILENT = 3;

  private final String name;
  private final Duration time;
  private final List<Check> checks;
  private final Optional<Check> holding;
  private final Duration every;
  private final int silent;
  private final int least;

  private Soak(
      String name,
      Duration time,
      List<Check> checks,
      Optional<Check> holding,
      Duration every,
      int silent,
      int least) {
    this.name = name;
    this.time = time;
    this.checks = checks;
    this.holding = holding;
    this.every = every;
    this.silent = silent;
    this.least = least;
  }

  /**
   * That much watched time, in which these hold.
   *
   * @throws IllegalArgumentException when the time is not above zero, or nothing is watched
   */
  public static Soak of(Duration time, List<? extends Check> checks) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("time is " + time + ": above zero");
    }
    if (checks.isEmpty()) {
      throw new IllegalArgumentException("checks is empty: time alone is waitTimer(...)");
    }
    return new Soak(
        "quiet for " + Names.print(time),
        time,
        List.copyOf(checks),
        Optional.empty(),
        EVERY,
        SILENT,
        2);
  }

  /** The same under the name that the checklist has for it. */
  public Soak named(String newName) {
    return new Soak(Names.checked(newName), time, checks, holding, every, silent, least);
  }

  /**
   * The same with that long from the end of a sample to the begin of the next. Default 10 seconds.
   *
   * @throws IllegalArgumentException when not above zero
   */
  public Soak every(Duration interval) {
    if (interval.isZero() || interval.isNegative()) {
      throw new IllegalArgumentException("interval is " + interval + ": above zero");
    }
    return new Soak(name, time, checks, holding, interval, silent, least);
  }

  /**
   * The same, where so many samples in a row may not tell before a person is asked. Default 3.
   *
   * @throws IllegalArgumentException when negative
   */
  public Soak atMostSilent(int samples) {
    if (samples < 0) {
      throw new IllegalArgumentException("samples is " + samples + ": zero or more");
    }
    return new Soak(name, time, checks, holding, every, samples, least);
  }

  /**
   * The same, where so many good samples there must be at least, however long they took. Default 2.
   *
   * @throws IllegalArgumentException when less than 2: no time passes between fewer
   */
  public Soak atLeastSamples(int samples) {
    if (samples < 2) {
      throw new IllegalArgumentException("samples is " + samples + ": two or more");
    }
    return new Soak(name, time, checks, holding, every, silent, samples);
  }

  /** The same, asking a person at once where that does not hold. */
  Soak holdingUnless(Check so) {
    return new Soak(name, time, checks, Optional.of(so), every, silent, least);
  }

  @Override
  public String name() {
    return name;
  }

  private Stream<Check> all() {
    return Stream.concat(holding.stream(), checks.stream());
  }

  @Override
  public List<Step> refersTo() {
    return all().flatMap(check -> check.refersTo().stream()).distinct().toList();
  }

  @Override
  public List<Secret> secrets() {
    return all().flatMap(check -> check.secrets().stream()).toList();
  }

  @Override
  public List<String> plan(CheckContext reading) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(
        Names.print(time)
            + " of watched time, a sample every "
            + Names.print(every)
            + ", at least "
            + least
            + "; more than "
            + silent
            + " in a row that cannot tell ask a person");
    for (Check check : all().toList()) {
      lines.add("holds: " + check.name());
      lines.addAll(check.plan(reading));
    }
    return lines;
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws SQLException, InterruptedException {
    Samples before = reading.historyOf(this).soFar().map(Samples::of).orElse(Samples.NONE);
    Instant begun = reading.now();
    List<Finding> unknown = new ArrayList<>();
    for (Check check : all().toList()) {
      Outcome outcome = ask(check, reading);
      if (outcome instanceof Outcome.Passed) {
        continue;
      }
      if (holding.filter(check::equals).isPresent()) {
        return new Outcome.Inconclusive(findings(check, outcome));
      }
      if (outcome instanceof Outcome.Failed failed) {
        return new Outcome.Failed(
            failed.findings(), before.told(reading.evidence()).with("failed", check.name()));
      }
      unknown.addAll(findings(check, outcome));
    }
    Samples now = before.and(begun, reading.now(), unknown.isEmpty(), every);
    Evidence told = now.told(reading.evidence());
    if (now.silentInARow() > silent) {
      return new Outcome.Inconclusive(unknown);
    }
    if (unknown.isEmpty() && now.watched().compareTo(time) >= 0 && now.good() >= least) {
      return Outcome.passed(told);
    }
    return new Outcome.Waiting(
        now.ended().plus(every), "quiet for " + Names.print(time), List.of(), Optional.of(told));
  }

  private static Outcome ask(Check check, CheckContext reading)
      throws SQLException, InterruptedException {
    return new ElsewhereContext(reading.target(), reading.connection(), reading).ask(check);
  }

  /** What waits, or was left out, has not looked either. */
  private static List<Finding> findings(Check check, Outcome outcome) {
    return outcome.findings().isEmpty()
        ? List.of(
            Finding.of("soak.silent", "'" + check.name() + "' does not tell")
                .withExpected("an answer for each sample")
                .withFound("" + outcome.status())
                .withFix("see why it does not, or take it out of what is watched"))
        : outcome.findings();
  }

  @Override
  public String toString() {
    return name;
  }
}
