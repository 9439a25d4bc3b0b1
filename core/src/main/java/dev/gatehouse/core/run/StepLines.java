package dev.gatehouse.core.run;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Scrubber;
import java.util.List;
import java.util.Optional;

/** How a plan tells its steps; no secret stands in it. */
final class StepLines {
  private final Runbook runbook;
  private final Scrubber scrubber;

  StepLines(Runbook runbook, Scrubber scrubber) {
    this.runbook = runbook;
    this.scrubber = scrubber;
  }

  /**
   * @param effect of a change that could be bound
   * @param undo of a change whose undo could be bound
   */
  Outline.StepLine of(
      Step step, List<String> preview, Optional<Effect> effect, Optional<Effect> undo) {
    return new Outline.StepLine(
        step.name(),
        symbol(step, effect),
        effect.map(Effect::effectClass).orElse(EffectClass.READ),
        preview.stream().map(scrubber::scrub).toList(),
        step instanceof Change change ? undo(change) : "",
        undo.map(Effect::preview).orElse(List.of()).stream().map(scrubber::scrub).toList(),
        effect.map(Effect::reach).orElse(Reach.BESIDE),
        step instanceof Change change ? rewind(change) : Optional.empty(),
        effect.map(this::parts).orElse(List.of()),
        undo.flatMap(by -> compared(step, by)));
  }

  /** On the target itself where the undo does so, else on a copy where the runbook rehearses it. */
  private Optional<Outline.Compared> compared(Step step, Effect undo) {
    return undo.comparison()
        .map(how -> new Outline.Compared(scrubber.scrub(how), true))
        .or(
            () ->
                runbook.steps().stream()
                    .filter(other -> other instanceof Change it && it.rehearses().contains(step))
                    .findFirst()
                    .map(by -> new Outline.Compared("by '" + by.name() + "'", false)));
  }

  private List<Outline.PartLine> parts(Effect effect) {
    return effect instanceof Effect.InSequence sequence
        ? sequence.parts().stream()
            .map(
                part ->
                    new Outline.PartLine(
                        scrubber.scrub(part.name()), part.inverse().isPresent(), part.bound()))
            .toList()
        : List.of();
  }

  private Optional<Outline.Rewind> rewind(Change change) {
    return change.undo() instanceof Undo.By by && RewindRules.rewinds(by.step())
        ? Optional.of(
            new Outline.Rewind(
                scrubber.scrub(by.step().name()), by.step().rewindsTo().map(Step::name)))
        : Optional.empty();
  }

  private static String symbol(Step step, Optional<Effect> effect) {
    if (effect.isEmpty()) {
      return step instanceof Check check && check.quorum().isPresent() ? "?" : "=";
    }
    if (effect.get() instanceof Effect.Human) {
      return "?";
    }
    Undo undo = ((Change) step).undo();
    if (undo instanceof Undo.CannotBeUndone) {
      return "!";
    }
    return undo instanceof Undo.NothingToUndo && !effect.get().touchesTarget() ? "+" : "~";
  }

  /** One sentence; its beginning tells the engine as well, so no scrubber touches that. */
  private String undo(Change change) {
    Undo undo = change.undo();
    if (undo instanceof Undo.By by) {
      return Outline.UNDONE_BY + "'" + scrubber.scrub(by.step().name()) + "'";
    }
    return undo instanceof Undo.CannotBeUndone none
        ? "cannot be undone: " + scrubber.scrub(none.why())
        : Outline.NOTHING_TO_UNDO + scrubber.scrub(((Undo.NothingToUndo) undo).why());
  }
}
