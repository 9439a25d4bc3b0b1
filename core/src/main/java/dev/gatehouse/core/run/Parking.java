package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Effect;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Parks a run: journaled and sealed when the wait begins, has another reason, or may end sooner;
 * not at every tick.
 */
final class Parking {
  private final RunContext run;

  Parking(RunContext run) {
    this.run = run;
  }

  /** Until a check may answer otherwise; a guard that is due earlier wakes the run earlier. */
  Tick park(StepRecord step, Instant until, String reason) {
    boolean same =
        step.state() == StepState.WAITING
            && step.reason().equals(reason)
            && step.recheckAt().filter(known -> !until.isBefore(known)).isPresent()
            && waiting();
    if (!same) {
      park(Map.of("step", step.name(), "until", until.toString(), "reason", reason));
    }
    return new Tick.WakeAt(
        run.guards().due().filter(due -> due.isBefore(until)).orElse(until), reason);
  }

  /** Until a guard lets go. */
  Tick park(Instant until, String reason) {
    if (!waiting()) {
      park(Map.of("until", until.toString(), "reason", reason));
    }
    return new Tick.WakeAt(until, reason);
  }

  /** Until a person has decided; the run is in that state meanwhile. */
  Tick ask(Question question, RunState state) {
    if (run.record().state() != state) {
      run.journal().writeDurably(Event.WAITING, Map.of("reason", question.text()));
    }
    run.journal().seal();
    return new Tick.NeedsInput(List.of(question));
  }

  /** Until a person has done what only a person can. */
  Tick forPerson(StepRecord todo, Effect.Human human) {
    if (todo.state() != StepState.WAITING || !waiting()) {
      park(Map.of("step", todo.name(), "reason", human.question()));
    }
    return answer(todo, human);
  }

  /** Until a person has undone what only a person can; the intent is journaled. */
  Tick forUndo(StepRecord step, Effect.Human human) {
    run.journal().seal();
    return answer(step, human);
  }

  private boolean waiting() {
    return run.record().state() == RunState.WAITING;
  }

  private void park(Map<String, Object> body) {
    run.journal().writeDurably(Event.WAITING, body);
    run.journal().seal();
  }

  private Tick answer(StepRecord step, Effect.Human human) {
    String question = run.plan().scrubber().scrub(human.question());
    return new Tick.NeedsInput(
        List.of(new Question(step.name(), Question.Kind.ANSWER, question, human.role())));
  }
}
