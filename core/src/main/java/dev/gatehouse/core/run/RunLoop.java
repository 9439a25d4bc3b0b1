package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Guard.Reaction;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The machine: looks at what the journal says, does the next thing, and says why it stopped. */
final class RunLoop {
  private final RunContext run;
  private final Execution execution;
  private final InDoubtResolution doubts;
  private final Undoing undoing;
  private final Parking waits;
  private final Hearing hearing;

  RunLoop(RunContext run, Hearing hearing) {
    this.run = run;
    this.execution = new Execution(run);
    this.doubts = new InDoubtResolution(run);
    this.waits = new Parking(run);
    this.hearing = hearing;
    this.undoing = new Undoing(run, execution, waits);
  }

  Tick advance() {
    Tick tick = null;
    while (tick == null) {
      tick = next();
    }
    return tick;
  }

  /** One thing at a time, the most urgent first; null to look again. */
  private @Nullable Tick next() {
    if (run.record().panicked()) {
      return close(RunState.PANICKED);
    }
    run.journal().told();
    run.guards().turns().forEach(run.journal()::guarded);
    hearing.hear();
    if (Thread.interrupted() && run.stop().pending().isEmpty()) {
      run.stop().interrupted();
    }
    Optional<Stop.Request> asked = run.stop().take();
    if (asked.isPresent()) {
      return obey(asked.get());
    }
    Optional<StepRecord> doubt = find(StepState.IN_DOUBT);
    if (doubt.isPresent()) {
      return resolve(doubt.get());
    }
    if (run.record().undoing()) {
      return undo();
    }
    Optional<StepRecord> failed =
        run.record().steps().stream().filter(step -> step.state().failed()).findFirst();
    if (failed.isPresent()) {
      return giveUp(failed.get());
    }
    if (openGate()) {
      return null;
    }
    Tick held = guards();
    if (held != null || run.stop().pending().isPresent()) {
      return held;
    }
    Optional<StepRecord> todo =
        run.record().steps().stream().filter(step -> !step.state().done()).findFirst();
    return todo.isPresent() ? work(todo.get()) : close(RunState.SUCCEEDED);
  }

  private Optional<StepRecord> find(StepState state) {
    return run.record().steps().stream().filter(step -> step.state() == state).findFirst();
  }

  private @Nullable Tick obey(Stop.Request asked) {
    if (asked.mode() == Stop.Mode.PAUSE) {
      Map<String, Object> body = new HashMap<>(Map.of("why", asked.why()));
      if (asked.letter().isPresent()) {
        body.put("who", asked.who());
      }
      hearing.obeyed(Event.PAUSED, body, asked);
      run.journal().seal();
      return new Tick.Paused(scrubbed(asked.why()));
    }
    if (asked.mode() == Stop.Mode.ABORT && run.record().undoing()) {
      return null;
    }
    hearing.obeyed(
        Event.STOPPING,
        Map.of("mode", asked.mode().name(), "who", asked.who(), "why", asked.why()),
        asked);
    return null;
  }

  private String scrubbed(String text) {
    return run.plan().scrubber().scrub(text);
  }

  /** Whether an effect was begun whose end was not journaled. */
  boolean midway() {
    return run.record().steps().stream()
        .anyMatch(
            step ->
                step.state() == StepState.INTENT
                    || (step.state() == StepState.UNDOING
                        && !(run.plan().step(step.name()).undo().orElse(null)
                            instanceof Effect.Human)));
  }

  private void stopping(String mode, String who, String why) {
    run.journal().writeDurably(Event.STOPPING, Map.of("mode", mode, "who", who, "why", why));
  }

  private @Nullable Tick giveUp(StepRecord failed) {
    String why = failed.findings().isEmpty() ? "" : ": " + failed.findings().get(0).headline();
    stopping("FAILED", "gate '" + failed.gate() + "'", "'" + failed.name() + "' failed" + why);
    return null;
  }

  /**
   * A doubt that arose before our eyes is looked into at once; one that stays waits for a person.
   */
  private @Nullable Tick resolve(StepRecord doubt) {
    boolean crashed = !doubt.inDoubtByError();
    if (doubt.recoveries() < InDoubtResolution.LOOKS && !doubt.unseen()) {
      doubts.look(doubt, crashed);
      if (doubt.state() != StepState.IN_DOUBT) {
        return null;
      }
    }
    String part =
        Answer.inFlight(doubt)
            .map(flying -> "'" + flying.name() + "' (part " + flying.number() + ") of ")
            .orElse("");
    String text = "what became of " + part + "'" + doubt.name() + "'? " + doubt.reason();
    return waits.ask(
        new Question(doubt.name(), Question.Kind.RESOLVE, text, ""), RunState.IN_DOUBT);
  }

  private void sampleGuards() {
    Instant now = run.clock().instant();
    if (run.guards().isDue(now)) {
      Thread asking = Thread.currentThread();
      try (Watcher watcher = new Watcher(run)) {
        run.stop()
            .entering(
                () -> {
                  asking.interrupt();
                  run.guards().interrupt();
                },
                false);
        watcher.begin();
        run.guards().sample(now);
      } finally {
        run.stop().left();
      }
    }
  }

  private @Nullable Tick guards() {
    sampleGuards();
    run.guards().turns().forEach(run.journal()::guarded);
    for (Map.Entry<String, RunRecord.Guarded> guard : run.record().trippedGuards().entrySet()) {
      String reaction = guard.getValue().reaction();
      if (reaction.equals(Reaction.HOLD.name())) {
        return waits.park(
            run.guards().due().orElseThrow(), "held by guard '" + guard.getKey() + "'");
      }
      if (reaction.equals(Reaction.CONFIRM.name()) && !guard.getValue().confirmed()) {
        String text = "guard '" + guard.getKey() + "' tripped: go on?";
        return waits.ask(
            new Question(guard.getKey(), Question.Kind.CONFIRM, text, ""), RunState.WAITING);
      }
    }
    return null;
  }

  private @Nullable Tick work(StepRecord todo) {
    BoundStep step = run.plan().step(todo.name());
    return step.step() instanceof Check check ? check(todo, check) : change(todo, step);
  }

  /** Opens the first gate that is still closed if all its steps have passed. */
  private boolean openGate() {
    for (Outline.GateLine gate : run.record().outline().gates()) {
      if (!run.record().openGates().contains(gate.name())) {
        boolean open =
            gate.steps().stream()
                .allMatch(step -> run.record().step(step.name()).orElseThrow().state().done());
        if (open) {
          run.journal().writeDurably(Event.GATE_OPENED, Map.of("gate", gate.name()));
        }
        return open;
      }
    }
    return false;
  }

  private @Nullable Tick check(StepRecord todo, Check check) {
    Outcome outcome = evaluate(check);
    return run.stop().pending().isPresent() ? null : answered(todo, outcome);
  }

  /** Guards stay live and a stop gets through while a check blocks. */
  private Outcome evaluate(Check check) {
    Thread asking = Thread.currentThread();
    Checks.Sessions sessions =
        () ->
            ReadingSession.of(
                run.plan().target(),
                run.clock(),
                run.record(),
                run.judge(),
                connection -> {
                  Runnable canceller = run.plan().target().dialect().canceller(connection);
                  run.stop()
                      .interruptibleBy(
                          () -> {
                            asking.interrupt();
                            canceller.run();
                          });
                });
    try (Watcher watcher = new Watcher(run)) {
      run.stop().entering(asking::interrupt, false);
      watcher.begin();
      return run.checks().evaluate(check, sessions);
    } finally {
      run.stop().left();
    }
  }

  /** Journals what a check answered; comes back with a tick when the run cannot go on now. */
  private @Nullable Tick answered(StepRecord step, Outcome outcome) {
    if (outcome instanceof Outcome.Waiting waiting) {
      return waits.park(step, (Outcome.Waiting) run.plan().scrubber().scrub(waiting));
    }
    String reason =
        outcome instanceof Outcome.Skipped skipped
            ? skipped.reason() + " (" + skipped.who() + ")"
            : "";
    if (!stillUnsure(step, outcome)) {
      run.journal()
          .checked(
              step.name(), outcome.status().name(), outcome.findings(), reason, outcome.proof());
    }
    if (outcome instanceof Outcome.Inconclusive) {
      String text = "'" + step.name() + "' could not tell: accept it, or abort?";
      return waits.ask(new Question(step.name(), Question.Kind.ACCEPT, text, ""), RunState.WAITING);
    }
    return null;
  }

  /** Asked again because somebody called, and no wiser: nothing to journal. */
  private boolean stillUnsure(StepRecord step, Outcome outcome) {
    return step.state() == StepState.INCONCLUSIVE
        && outcome instanceof Outcome.Inconclusive
        && step.findings()
            .equals(outcome.findings().stream().map(run.plan().scrubber()::scrub).toList());
  }

  private @Nullable Tick change(StepRecord todo, BoundStep step) {
    Effect effect = step.effect().orElseThrow();
    if (effect instanceof Effect.Human human) {
      return waits.forPerson(todo, human);
    }
    List<Check> standing = effect.touchesTarget() ? standingBefore(todo) : List.of();
    for (Check check : standing) {
      Outcome outcome = evaluate(check);
      if (run.stop().pending().isPresent()) {
        return null;
      }
      if (!outcome.status().opens()) {
        return answered(run.record().step(check.name()).orElseThrow(), outcome);
      }
    }
    execution.execute(step, false, standing);
    return null;
  }

  /** Standing checks that have passed; one that a person accepted as it is stays accepted. */
  private List<Check> standingBefore(StepRecord todo) {
    List<Check> standing = new ArrayList<>();
    for (BoundStep before : run.plan().steps()) {
      if (before.name().equals(todo.name())) {
        break;
      }
      boolean passed = run.record().step(before.name()).orElseThrow().state() == StepState.PASSED;
      if (before.step() instanceof Check check && check.standing() && passed) {
        standing.add(check);
      }
    }
    return standing;
  }

  private @Nullable Tick undo() {
    Optional<RunState> end = undoing.end();
    return end.isPresent() ? close(end.get()) : undoing.next();
  }

  private Tick close(RunState state) {
    run.journal().writeDurably(Event.CLOSED, Map.of("state", state.name()));
    run.journal().seal();
    return new Tick.Done(run.record());
  }
}
