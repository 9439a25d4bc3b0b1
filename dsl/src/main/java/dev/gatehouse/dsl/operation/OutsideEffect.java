package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Work that nobody can see into, and the check that tells what came of it; it counts as touching
 * the target unless the runbook says otherwise.
 *
 * @param what as people call it
 */
record OutsideEffect(List<String> preview, Work work, String what, Proof proof, Reach reach)
    implements Effect.External {

  /** Does it; ends only when all of it did. */
  interface Work {
    Evidence of(EffectContext working) throws Exception;
  }

  /** With what is said of its reach and its proof. */
  OutsideEffect bound(CheckContext reading) throws Exception {
    List<String> lines = new ArrayList<>(preview);
    if (reach == Reach.BESIDE) {
      lines.add("beside the target: standing checks do not hold it back");
    } else if (reach == Reach.TARGET) {
      lines.add("in the target alone: a restore undoes it as well");
    }
    lines.addAll(proof.preview(reading));
    return new OutsideEffect(List.copyOf(lines), work, what, proof, reach);
  }

  @Override
  public Optional<String> comparison() {
    return proof.comparison();
  }

  @Override
  public boolean touchesTarget() {
    return reach != Reach.BESIDE;
  }

  @Override
  public Optional<Evidence> foundSo(CheckContext reading) throws Exception {
    return proof.foundSo(reading);
  }

  @Override
  public boolean looksBefore() {
    return proof.before();
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    Evidence done = work.of(working);
    proof.require(working);
    return done;
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    return proof.probe(reading, what + " has no provenBy(check)");
  }

  @Override
  public boolean showsParts() {
    return false;
  }
}
