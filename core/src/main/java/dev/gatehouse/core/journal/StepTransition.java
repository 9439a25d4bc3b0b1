package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Word;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one record moves its step on, whatever becomes of the run. */
final class StepTransition {
  private StepTransition() {}

  /**
   * What was under way when its runner died is in doubt.
   *
   * @param askAgain whether its gate is still to open
   */
  static void leased(StepRecord step, boolean askAgain) {
    if (step.state == StepState.INTENT) {
      step.state = StepState.IN_DOUBT;
      step.inDoubtByError = false;
    } else if (step.state == StepState.UNDOING && !step.byPerson) {
      // What a person is asked to undo is not under way anywhere: the question stays.
      step.state = StepState.IN_DOUBT;
      step.undoInFlight = true;
      step.inDoubtByError = false;
    } else if (askAgain && isQuestion(step)) {
      step.state = StepState.PENDING;
    }
  }

  private static boolean isQuestion(StepRecord step) {
    boolean check = step.state == StepState.PASSED || step.state == StepState.INCONCLUSIVE;
    return step.reads() && (check || step.state == StepState.WAITING);
  }

  static void checked(StepRecord step, Entry entry) {
    if (step.begun == null) {
      step.begun = entry.at();
    }
    askedFirst(step, entry);
    step.place = entry.seq();
    step.needs = List.of();
    // Time that was not watched lies behind it: whoever waits again begins anew.
    step.soFar = null;
    told(step, entry);
    step.state = StepState.valueOf(RecordCodec.text(entry.body(), "status"));
  }

  private static void askedFirst(StepRecord step, Entry entry) {
    if (step.since == null) {
      step.since = entry.at();
    }
  }

  static void said(StepRecord step, Word word) {
    List<Word> words = new ArrayList<>(step.words);
    words.add(word);
    step.words = List.copyOf(words);
  }

  private static void told(StepRecord step, Entry entry) {
    step.ended = entry.at();
    List<Finding> findings = new ArrayList<>();
    if (step.state == StepState.UNDOING || step.undoInFlight || !step.coveredBy.isEmpty()) {
      // A half-done change that is undone must still say why it failed.
      findings.addAll(step.findings);
    }
    findings.addAll(RecordCodec.findings(entry.body()));
    step.findings = findings.stream().distinct().toList();
    step.reason = RecordCodec.text(entry.body(), "reason");
    Map<String, Object> evidence = RecordCodec.map(entry.body(), "evidence");
    if (!evidence.isEmpty()) {
      step.evidence = RecordCodec.evidence(evidence);
    }
  }

  static void waiting(StepRecord step, Entry entry, @Nullable Instant wakeAt) {
    askedFirst(step, entry);
    step.asked = Math.min(step.asked, entry.seq());
    step.recheckAt = wakeAt;
    step.reason = RecordCodec.text(entry.body(), "reason");
    step.needs = RecordCodec.needs(entry.body());
    step.weighed = step.words.size();
    Map<String, Object> soFar = RecordCodec.map(entry.body(), "evidence");
    step.soFar = soFar.isEmpty() ? null : RecordCodec.evidence(soFar);
  }

  static void intent(StepRecord step, Entry entry) {
    boolean undo = RecordCodec.flag(entry.body(), "undo");
    if (undo) {
      step.beforeUndo = step.state;
      step.asked = entry.seq();
      step.needs = List.of();
    }
    step.state = undo ? StepState.UNDOING : StepState.INTENT;
    step.undoInFlight = undo;
    step.session = RecordCodec.text(entry.body(), "session");
    step.recoveries = 0;
    step.unseen = false;
    step.recovered = false;
    step.takingBack = RecordCodec.flag(entry.body(), "takingBack");
    step.byPerson = RecordCodec.flag(entry.body(), "byPerson");
    step.undoneByWord = false;
    if (!undo && step.parts().inEffect().isEmpty()) {
      // What goes on behind parts that are in effect began with these.
      step.begun = entry.at();
      step.place = entry.seq();
    }
  }

  static void outcome(StepRecord step, Entry entry) {
    step.coveredBy = RecordCodec.text(entry.body(), "coveredBy");
    told(step, entry);
    part(step, entry);
    step.state = StepState.valueOf(RecordCodec.text(entry.body(), "state"));
    step.inDoubtByError = step.state == StepState.IN_DOUBT;
    step.unseen = RecordCodec.flag(entry.body(), "unseen");
  }

  /** Some records tell of a part besides. */
  static void part(StepRecord step, Entry entry) {
    if (entry.body().containsKey("part")) {
      step.parts(Parts.way(entry.body())).told(entry);
    }
  }

  static void resolved(StepRecord step, Entry entry) {
    String to = RecordCodec.text(entry.body(), "state");
    told(step, entry);
    part(step, entry);
    step.who = RecordCodec.text(entry.body(), "who");
    if (!step.who.isEmpty()) {
      answer(step, entry, true, Optional.of("it was in doubt: " + to + ", " + step.reason));
    }
    step.state = StepState.valueOf(to);
    step.undoneByWord = step.state == StepState.UNDONE && !step.who.isEmpty();
    if (step.state == StepState.IN_DOUBT) {
      step.recoveries++;
    } else {
      step.recovered = true;
      step.undoInFlight = false;
    }
  }

  static void answered(StepRecord step, Entry entry, boolean undo, boolean yes) {
    told(step, entry);
    step.who = RecordCodec.text(entry.body(), "who");
    answer(step, entry, yes, Optional.ofNullable(step.evidence).flatMap(told -> told.fact("said")));
    if (undo) {
      step.state = yes ? StepState.UNDONE : StepState.UNDO_FAILED;
      step.undoneByWord = yes;
    } else {
      step.place = entry.seq();
      step.state = yes ? StepState.SUCCEEDED : StepState.FAILED_CLEAN;
    }
  }

  private static void answer(StepRecord step, Entry entry, boolean yes, Optional<String> text) {
    String role =
        RecordCodec.text(
            RecordCodec.map(RecordCodec.map(entry.body(), "evidence"), "facts"), "role");
    String proof = RecordCodec.text(entry.body(), "proof");
    List<Word> answers = new ArrayList<>(step.answers);
    answers.add(new Word(entry.at(), step.who, role, yes, text.orElse(""), proof));
    step.answers = List.copyOf(answers);
  }

  static void accepted(StepRecord step, Entry entry) {
    step.state = StepState.SKIPPED;
    step.accepted = true;
    step.who = RecordCodec.text(entry.body(), "who");
    step.reason = RecordCodec.text(entry.body(), "why");
    step.ended = entry.at();
    answer(step, entry, true, Optional.of("accepted: " + step.reason));
  }

  static boolean failedByItself(StepRecord step) {
    return step.state.failed()
        && step.findings.stream().noneMatch(one -> one.code().equals(RunRecord.STOPPED));
  }

  /** What the run would have gone on with is not waited for, and nobody's word is, either. */
  static void askNoMore(StepRecord step) {
    if (step.state == StepState.WAITING) {
      step.state = StepState.PENDING;
      step.recheckAt = null;
    }
    if (step.state == StepState.PENDING) {
      step.needs = List.of();
    }
  }
}
