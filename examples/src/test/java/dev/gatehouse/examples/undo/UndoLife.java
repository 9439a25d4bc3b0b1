package dev.gatehouse.examples.undo;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import java.util.ArrayList;
import java.util.List;

/** One life of a random runbook, to its end, with a death on the way or without. */
final class UndoLife {

  /** The process dies here. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death() {
      super("the process died", null, false, false);
    }
  }

  /** How it ended: states, what covered what, content. */
  record End(RunState state, List<String> steps, List<Long> cents) {}

  private final UndoWorld world;
  private final RandomUndo runbook;

  /** Undos begun, in order. */
  final List<String> undos = new ArrayList<>();

  /** How many places there were in the undoing at which it could have died. */
  int points;

  private boolean undoing;

  UndoLife(UndoWorld world, RandomUndo runbook) {
    this.world = world;
    this.runbook = runbook;
  }

  /**
   * Lives.
   *
   * @param death at that point of the undoing; 0 for none
   */
  End live(int death) throws Exception {
    world.withCents(100, 300);
    if (runbook.needsEarlier()) {
      world.run(world.backup("Yesterday"));
    }
    List<Step> steps = runbook.steps(world);
    Plan plan = world.plan(steps);
    Runner runner = world.runner().withPoints(point -> reached(point, death));
    Run run = runner.start(plan);
    try {
      run.toEnd();
    } catch (Death died) {
      run.close();
      undos.clear();
      run = runner.resume(plan.runbook(), world.target(), run.journal());
      run.toEnd();
    }
    RunRecord record = run.record();
    run.close();
    return new End(
        record.state(), record.steps().stream().map(UndoLife::told).toList(), world.cents());
  }

  private static String told(StepRecord step) {
    return step.name() + " " + step.state() + " " + step.coveredBy();
  }

  private void reached(String point, int death) {
    if (undoing) {
      points++;
      if (point.endsWith(":intent.durable")) {
        undos.add(point.substring(0, point.indexOf(':')));
      }
      if (points == death) {
        throw new Death();
      }
    }
    undoing |= point.equals(":stopping.durable");
  }

  /** What differs from the model in a life without a death. */
  List<String> wrong(End end) {
    List<Long> initial = List.of(100L, 300L);
    UndoModel model = new UndoModel(runbook.acts, initial);
    UndoModel.Cost cheapest = model.cheapest();
    List<String> wrong = new ArrayList<>();
    if (undos.size() != cheapest.undos()) {
      wrong.add(undos + " instead of " + cheapest.undos() + " undos");
    }
    if (!end.cents.equals(model.after(undos))) {
      wrong.add("content " + end.cents + " instead of " + model.after(undos));
    }
    if (cheapest.remaining() == 0 && !end.cents.equals(initial)) {
      wrong.add("content " + end.cents + " and not as it was before");
    }
    boolean undone = end.steps.stream().anyMatch(step -> step.contains(StepState.UNDONE.name()));
    RunState expected =
        cheapest.remaining() > 0
            ? RunState.NOT_UNDONE
            : undone ? RunState.UNDONE : RunState.FAILED_CLEAN;
    if (end.state != expected) {
      wrong.add(end.state + " instead of " + expected);
    }
    return wrong;
  }
}
