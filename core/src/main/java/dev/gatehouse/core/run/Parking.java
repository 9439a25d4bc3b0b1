package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.outcome.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parks a run: journaled and sealed when the wait begins, has another reason, or may end sooner;
 * what it says beside the same wait is written only; nothing at other ticks.
 */
final class Parking {
  private static final Duration LOOK_AGAIN = Duration.ofHours(1);

  private final RunContext run;

  Parking(RunContext run) {
    this.run = run;
  }

  /**
   * Until a check may answer otherwise, or people have said what it waits for; a guard that is due
   * earlier wakes the run earlier.
   */
  Tick park(StepRecord step, Outcome.Waiting waiting) {
    Instant until = waiting.recheckAt();
    String reason = waiting.reason();
    boolean goesOn =
        step.state() == StepState.WAITING
            && step.reason().equals(reason)
            && step.needs().equals(waiting.needs())
            && step.recheckAt().filter(known -> !until.isBefore(known)).isPresent()
            && waiting();
    boolean same = goesOn && step.soFar().equals(waiting.soFar());
    if (!same) {
      Map<String, Object> body = new HashMap<>();
      body.put("step", step.name());
      body.put("until", until.toString());
      body.put("reason", reason);
      if (!waiting.needs().isEmpty()) {
        body.put("needs", RecordCodec.ofNeeds(waiting.needs()));
      }
      waiting.soFar().ifPresent(soFar -> body.put("evidence", RecordCodec.of(soFar)));
      if (goesOn) {
        // A sample: whoever loses it waits a little longer.
        run.journal().write(Event.WAITING, body);
      } else {
        park(body);
      }
    }
    Instant next = run.guards().due().filter(due -> due.isBefore(until)).orElse(until);
    List<Question> questions =
        waiting.needs().stream()
            .map(need -> new Question(step.name(), Question.Kind.SAY, asked(need), need.role()))
            .toList();
    return questions.isEmpty()
        ? new Tick.WakeAt(next, reason)
        : new Tick.NeedsInput(questions, Optional.of(next));
  }

  private static String asked(Need need) {
    return need.typing().isEmpty()
        ? need.question()
        : need.question() + " (type: " + need.typing() + ")";
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
    // Told also while it waits for something else: who is told of waits must hear of this one.
    String asked = run.plan().scrubber().scrub(question.text());
    boolean another = state == RunState.WAITING && !run.record().waitsFor().equals(asked);
    if (run.record().state() != state || another) {
      run.journal().writeDurably(Event.WAITING, Map.of("reason", asked));
    }
    run.journal().seal();
    return new Tick.NeedsInput(
        List.of(question), state == RunState.IN_DOUBT ? Optional.empty() : run.guards().due());
  }

  /** Until a person has done what only a person can. */
  Tick forPerson(StepRecord todo, Effect.Human human) {
    if (todo.state() != StepState.WAITING || !waiting()) {
      park(todo, human);
    }
    return answer(todo, human, run.guards().due().or(this::letters));
  }

  /** Where the runbook names people, their letters may come at any time. */
  private Optional<Instant> letters() {
    return run.plan().runbook().people().map(all -> run.clock().instant().plus(LOOK_AGAIN));
  }

  /** Until a person has undone what only a person can; the intent is journaled. */
  Tick forUndo(StepRecord step, Effect.Human human) {
    if (step.needs().isEmpty()) {
      park(step, human);
    }
    return answer(step, human, letters());
  }

  private void park(StepRecord step, Effect.Human human) {
    Need need = new Need(human.role(), human.question(), "");
    park(
        Map.of(
            "step",
            step.name(),
            "reason",
            human.question(),
            "needs",
            RecordCodec.ofNeeds(List.of(run.plan().scrubber().scrub(need)))));
  }

  private boolean waiting() {
    return run.record().state() == RunState.WAITING;
  }

  private void park(Map<String, Object> body) {
    run.journal().writeDurably(Event.WAITING, body);
    run.journal().seal();
  }

  private Tick answer(StepRecord step, Effect.Human human, Optional<Instant> lookAgain) {
    String question = run.plan().scrubber().scrub(human.question());
    return new Tick.NeedsInput(
        List.of(new Question(step.name(), Question.Kind.ANSWER, question, human.role())),
        lookAgain);
  }
}
