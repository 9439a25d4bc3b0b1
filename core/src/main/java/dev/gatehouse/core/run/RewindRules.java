package dev.gatehouse.core.run;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What cannot stand before an undo that puts the target's content back; asked while planning. */
final class RewindRules {
  private RewindRules() {}

  static boolean rewinds(Change undo) {
    return undo.rewindsTo().isPresent() || undo.rewindsPastTheRun();
  }

  /** A rewind can neither cover such a step nor leave its undo to be executed after it. */
  static List<Finding> refused(List<BoundStep> steps, Scrubber scrubber) {
    List<Finding> refusals = new ArrayList<>();
    for (int at = 0; at < steps.size(); at++) {
      Optional<Outline.Rewind> rewind = steps.get(at).line().rewind();
      if (rewind.isPresent()) {
        String to = rewind.get().to().orElse("");
        boolean since = to.isEmpty();
        for (BoundStep step : steps.subList(0, at)) {
          if (since && step.line().reach() == Reach.BOTH && step.line().rewind().isEmpty()) {
            refusals.add(half(step, rewind.get(), to, scrubber));
          }
          if (since && isBlind(step)) {
            refusals.add(blind(step, rewind.get(), scrubber));
          }
          since |= step.name().equals(to);
        }
      }
    }
    return refusals;
  }

  /**
   * Its undo would follow the rewind, which perhaps undid the same, and does not look. That of
   * grants and the like does: in the database they reach beyond, and tell it by UNKNOWN.
   */
  private static boolean isBlind(BoundStep step) {
    Reach reach = step.line().reach();
    if (step.undo().isEmpty()
        || step.line().rewind().isPresent()
        || (reach != Reach.UNKNOWN && reach != Reach.BESIDE)) {
      return false;
    }
    Effect undo = step.undo().get();
    if (undo.reach() == Reach.TARGET || undo.reach() == Reach.BOTH) {
      return !(undo instanceof Effect.External external && external.looksBefore());
    }
    return reach == Reach.UNKNOWN
        && undo.reach() == Reach.UNKNOWN
        && undo instanceof Effect.External external
        && !external.looksBefore();
  }

  private static Finding blind(BoundStep step, Outline.Rewind rewind, Scrubber scrubber) {
    String where = "step '" + step.name() + "' of gate '" + step.gate() + "': ";
    return Finding.of(
            "undo.blind",
            scrubber.scrub(where + "perhaps '" + rewind.by() + "' undoes it before its own undo"))
        .withExpected("a step that says what it touches, or an undo that looks before it acts")
        .withFound("an undo that may change the target, executed over content that is put back")
        .withFix(
            "besideTarget() where it leaves the target alone, inTarget() where it touches nothing"
                + " else, or an undo with unlessAlready(check), a request with provenBy(check)");
  }

  private static Finding half(BoundStep step, Outline.Rewind rewind, String to, Scrubber scrubber) {
    String where = "step '" + step.name() + "' of gate '" + step.gate() + "': ";
    return Finding.of(
            "undo.half", scrubber.scrub(where + "'" + rewind.by() + "' undoes half of it"))
        .withExpected("a step that changes either the database or what belongs to the server")
        .withFound("statements of both kinds (roles, databases and the like are the server's)")
        .withFix(
            "make the statements on roles and databases a step of their own"
                + (to.isEmpty() ? "" : ", before '" + to + "'"));
  }

  /** What is covered by such an undo would not be undone at all. */
  static void refuseBeside(Change undo, Effect effect) {
    if (rewinds(undo) && !effect.touchesTarget()) {
      throw new Refusal(
          Finding.of(
                  "undo.rewinds-beside", "'" + undo.name() + "' rewinds a target it does not touch")
              .withExpected("an undo that puts the content of the target back")
              .withFound("an effect beside the target")
              .withFix("leave out rewindsTo() of '" + undo.name() + "'"));
    }
  }
}
