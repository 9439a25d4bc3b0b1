package dev.gatehouse.core.run;

import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import java.util.Optional;

/**
 * A step bound to its target: its effect, and the effect that reverses it, exactly as planned.
 *
 * @param effect absent for a check
 * @param undo absent when nothing needs undoing or nothing can
 */
record BoundStep(
    String gate, Step step, Outline.StepLine line, Optional<Effect> effect, Optional<Effect> undo) {

  String name() {
    return step.name();
  }
}
