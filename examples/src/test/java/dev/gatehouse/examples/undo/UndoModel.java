package dev.gatehouse.examples.undo;

import dev.gatehouse.examples.undo.RandomUndo.Act;
import dev.gatehouse.examples.undo.RandomUndo.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * What a runbook does to a few numbers, and the fewest undos that take it back, found by trying all
 * choices of undos. Knows nothing of the engine.
 */
final class UndoModel {
  private final List<Act> acts;
  private final List<List<Long>> before = new ArrayList<>();
  private List<Long> content;

  /** Lives through the acts. */
  UndoModel(List<Act> acts, List<Long> content) {
    this.acts = acts;
    this.content = content;
    for (Act act : acts) {
      before.add(this.content);
      apply(act);
    }
    before.add(this.content);
  }

  private void apply(Act act) {
    switch (act.kind()) {
      case OWN, FOREVER, REWIND, EARLIER ->
          each(value -> act.add() == 0 ? value * 2 : value + act.add());
      case RESTORE -> content = before.get(act.back());
      default -> {
        // changes nothing here
      }
    }
  }

  private void each(LongUnaryOperator change) {
    content = content.stream().map(change::applyAsLong).toList();
  }

  /** The place of the state that the undo of a rewinding act goes back to. */
  private int anchor(int at) {
    return acts.get(at).kind() == Kind.RESTORE ? at : acts.get(at).back();
  }

  /** The content after those undos were executed in that order. */
  List<Long> after(List<String> undos) {
    content = before.get(acts.size());
    for (String name : undos) {
      int at = acts.stream().map(Act::name).toList().indexOf(name);
      Act act = acts.get(at);
      if (act.rewinds()) {
        content = before.get(Math.max(anchor(at), 0));
      } else if (act.kind() == Kind.OWN) {
        each(value -> act.add() == 0 ? value / 2 : value - act.add());
      }
    }
    return content;
  }

  /** What it comes to: how much stays, and after how many undos. */
  record Cost(int remaining, int undos) {
    boolean below(Cost other) {
      return remaining < other.remaining || (remaining == other.remaining && undos < other.undos);
    }
  }

  /** The cheapest of all choices of undos, each executed last first. */
  Cost cheapest() {
    Cost cheapest = new Cost(Integer.MAX_VALUE, 0);
    for (int choice = 0; choice < (1 << acts.size()); choice++) {
      Cost cost = cost(choice);
      if (cost.below(cheapest)) {
        cheapest = cost;
      }
    }
    return cheapest;
  }

  private Cost cost(int choice) {
    Cost impossible = new Cost(Integer.MAX_VALUE, Integer.MAX_VALUE);
    boolean[] gone = new boolean[acts.size()];
    int undos = 0;
    for (int at = acts.size() - 1; at >= 0; at--) {
      if (((choice >> at) & 1) == 0) {
        continue;
      }
      Act act = acts.get(at);
      if (!act.undoable() || gone[at]) {
        return impossible;
      }
      undos++;
      gone[at] = true;
      for (int other = acts.size() - 1; act.rewinds() && other > anchor(at); other--) {
        gone[other] |= acts.get(other).inTarget();
      }
    }
    int remaining = 0;
    for (int at = 0; at < acts.size(); at++) {
      if (acts.get(at).matters() && !gone[at]) {
        if (acts.get(at).undoable()) {
          return impossible;
        }
        remaining++;
      }
    }
    return new Cost(remaining, undos);
  }
}
