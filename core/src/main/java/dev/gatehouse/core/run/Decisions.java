package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.core.letter.Slip;
import dev.gatehouse.core.letter.Words;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.outcome.Quorum;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Word;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people decide about a run that goes on, whether the host or a letter brings it. */
final class Decisions {

  /**
   * Who decides.
   *
   * @param said when, by the sender's clock
   * @param letter it came by; empty when the host brings it
   */
  record By(String who, String proof, Instant said, Optional<Slip> letter) {

    /** What a record tells of it, beside who. */
    Map<String, Object> told() {
      Map<String, Object> told = new HashMap<>();
      told.put("proof", proof);
      letter.ifPresent(
          slip -> {
            told.put("letter", slip.letter().orElseThrow().nonce());
            told.put("digest", slip.digest());
            told.put("original", slip.text());
          });
      return told;
    }

    /** Whether it was said before that record was there to be seen. */
    boolean before(long record) {
      return seen() < record;
    }

    /** The record its sender saw last; who is here sees all of them. */
    long seen() {
      return letter.flatMap(Slip::letter).map(Judge::seen).orElse(Long.MAX_VALUE);
    }
  }

  private final RunContext run;

  Decisions(RunContext run) {
    this.run = run;
  }

  /** A word of the host's. */
  By host(String who) {
    String proof = run.judge().host(who).proof();
    return new By(who, proof, run.clock().instant(), Optional.empty());
  }

  void answer(String step, By by, String role, boolean yes, String text) {
    StepRecord waiting = step(step);
    boolean undo = waiting.state() == StepState.UNDOING;
    Effect effect = bound(waiting, undo).orElse(null);
    if (!(effect instanceof Effect.Human human)
        || !(undo || waiting.state() == StepState.WAITING)) {
      throw notAsked(step, "for an answer", waiting);
    }
    if (!human.role().equals(role)) {
      throw new Refusal(
          Finding.of("answer.role", "'" + step + "' is asked of another role")
              .withExpected(human.role())
              .withFound(role)
              .withFix("have somebody who is " + human.role() + " answer"));
    }
    run.judge().requireRole(by.who(), role);
    refuseEarly(step, waiting, by);
    Evidence evidence =
        Evidence.at(run.clock().instant())
            .with("who", by.who())
            .with("role", role)
            .with("said", text);
    run.journal().answered(step, by.who(), yes, evidence, by.told());
  }

  /** A word of an approval, or the answer to a question. */
  void say(String step, By by, String role, boolean yes, String text) {
    StepRecord asked = step(step);
    Optional<Quorum> quorum = quorum(step);
    if (quorum.isEmpty()) {
      answer(step, by, role, yes, text);
      return;
    }
    List<String> places = quorum.get().places();
    if (!places.contains(role) && !places.contains(Quorum.EVERYONE)) {
      throw Words.refused(
          "role", "'" + step + "' is asked of other roles", String.join(", ", places), role);
    }
    run.judge().requireRole(by.who(), role);
    if (run.record().undoing()) {
      throw Words.asksNoMore(step);
    }
    refuseEarly(step, asked, by);
    if (yes) {
      requireAwaited(step, asked);
      refuseInitiator(by, quorum.get());
      requireTyped(asked, text);
    } else {
      requireNothingBehind(step, asked);
    }
    Map<String, Object> word = by.told();
    word.put("kind", (yes ? Letter.Kind.YES : Letter.Kind.NO).name());
    word.put("who", by.who());
    word.put("role", role);
    word.put("yes", yes);
    word.put("text", text);
    word.put("said", by.said().toString());
    run.journal().said(step, word, List.of());
  }

  private Optional<Quorum> quorum(String step) {
    return run.plan().step(step).step() instanceof Check check ? check.quorum() : Optional.empty();
  }

  private static void refuseEarly(String step, StepRecord asked, By by) {
    if (asked.asked() == Long.MAX_VALUE || by.before(asked.asked())) {
      throw Words.refused(
          asked.asked() == Long.MAX_VALUE ? "early" : "head",
          "'" + step + "' was not asked yet when it was said",
          "a word said when gate '" + asked.gate() + "' is reached",
          "said before");
    }
  }

  private static void requireAwaited(String step, StepRecord asked) {
    if (asked.needs().isEmpty()) {
      throw Words.refused(
          "step", "'" + step + "' does not wait for it", "", "it is " + asked.state());
    }
  }

  private void refuseInitiator(By by, Quorum quorum) {
    if (!quorum.initiatorCounts()
        && run.judge().initiators(run.record()).stream()
            .anyMatch(one -> Word.samePerson(one, by.who()))) {
      throw Words.refused(
          "initiator",
          by.who() + " started or resumed the run, and cannot agree to it",
          "somebody else",
          by.who());
    }
  }

  private static void requireTyped(StepRecord asked, String text) {
    Optional<String> typing =
        asked.needs().stream().map(Need::typing).filter(one -> !one.isEmpty()).findFirst();
    if (typing.isPresent() && !typing.get().equals(text)) {
      throw Words.refused("text", "what must be typed was not typed", typing.get(), text);
    }
  }

  /** A veto comes in time until the first effect behind the step; afterwards there is abort. */
  private void requireNothingBehind(String step, StepRecord asked) {
    boolean behind = false;
    for (StepRecord other : run.record().steps()) {
      if (behind
          && other.line().changes()
          && other.line().effectClass() != EffectClass.HUMAN
          && other.state() != StepState.PENDING) {
        throw Words.refused(
            "late",
            "'" + other.name() + "' was begun on the word of '" + step + "'",
            "a veto before the first effect behind it",
            "it is " + other.state() + "; to stop the run: examples/run abort JOURNAL");
      }
      behind |= other == asked;
    }
  }

  void accept(String step, By by, String why) {
    StepRecord unsure = step(step);
    if (unsure.state() != StepState.INCONCLUSIVE) {
      throw notAsked(step, "to be accepted", unsure);
    }
    if (quorum(step).isPresent()) {
      throw Words.refused(
          "step",
          "nobody accepts '" + step + "' in the place of those who must agree to it",
          String.join(", ", quorum(step).get().places()),
          by.who());
    }
    refuseUnseen(unsure, by);
    Map<String, Object> body = by.told();
    body.put("step", step);
    body.put("who", by.who());
    body.put("why", why);
    run.journal().writeDurably(Event.ACCEPTED, body);
  }

  void confirm(String guard, By by) {
    if (!run.record().trippedGuards().containsKey(guard)) {
      throw new Refusal(
          Finding.of("guard.not-tripped", "guard '" + guard + "' has not tripped")
              .withFound("tripped: " + run.record().trippedGuards().keySet())
              .withFix("confirm one of those"));
    }
    refuseOlder("guard", guard, by, Event.GUARDED);
    Map<String, Object> body = by.told();
    body.put("guard", guard);
    body.put("who", by.who());
    run.journal().writeDurably(Event.CONFIRMED, body);
  }

  void resolve(String step, ProbeResult.Kind truth, By by, String evidence) {
    StepRecord doubtful = step(step);
    if (doubtful.state() != StepState.IN_DOUBT) {
      throw notAsked(step, "to be resolved", doubtful);
    }
    refuseOlder("step", step, by, Event.INTENT, Event.PART_INTENT);
    Answer answer = Answer.of(truth, doubtful, true);
    Evidence proof = Evidence.at(run.clock().instant()).with("said", evidence);
    run.journal().resolved(step, answer, evidence, by.who(), Optional.of(proof), by.told());
  }

  /** Who accepts what a check could not tell has seen what that was; asked again it may be more. */
  private void refuseUnseen(StepRecord unsure, By by) {
    if (by.letter().isEmpty()) {
      return;
    }
    List<Finding> then =
        told("step", unsure.name(), Event.CHECKED)
            .filter(entry -> entry.seq() <= by.seen())
            .reduce((one, later) -> later)
            .map(entry -> RecordCodec.findings(entry.body()))
            .orElse(List.of());
    if (!then.equals(unsure.findings())) {
      throw Words.refused(
          "head",
          "what '" + unsure.name() + "' could not tell is not what was accepted",
          headlines(unsure.findings()),
          then.isEmpty() ? "accepted before it was told" : headlines(then));
    }
  }

  private static String headlines(List<Finding> findings) {
    return findings.stream()
        .map(one -> one.headline() + ": " + one.found())
        .collect(Collectors.joining("; "));
  }

  /** What is said of one attempt, or of one alarm, is nothing about the next. */
  private void refuseOlder(String subject, String name, By by, Event... begun) {
    told(subject, name, begun)
        .reduce((one, later) -> later)
        .filter(last -> by.before(last.seq()))
        .ifPresent(
            last -> {
              throw Words.refused(
                  "head",
                  "it was said of '" + name + "' before what is asked now",
                  "a word said behind record " + last.seq(),
                  "record " + by.seen());
            });
  }

  private Stream<Entry> told(String subject, String name, Event... types) {
    Set<String> wanted = Stream.of(types).map(Event::name).collect(Collectors.toSet());
    return run.journal().entries().stream()
        .filter(entry -> wanted.contains(entry.type()))
        .filter(entry -> name.equals(entry.body().get(subject)));
  }

  private StepRecord step(String name) {
    RunRecord record = run.record();
    return record
        .step(name)
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("run.no-such-step", "the run has no step '" + name + "'")
                        .withFound(
                            record.steps().stream().map(StepRecord::name).toList().toString())
                        .withFix("name one of those")));
  }

  private Optional<Effect> bound(StepRecord step, boolean undo) {
    BoundStep bound = run.plan().step(step.name());
    return undo ? bound.undo() : bound.effect();
  }

  private static Refusal notAsked(String step, String what, StepRecord found) {
    return new Refusal(
        Finding.of("run.not-asked", "'" + step + "' does not wait " + what)
            .withFound("it is " + found.state())
            .withFix("see what the run waits for: examples/run status JOURNAL"));
  }
}
