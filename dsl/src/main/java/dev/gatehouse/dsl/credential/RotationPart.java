package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import java.util.List;
import java.util.Optional;

/** One thing that a rotation does, and how the world tells that it is done. */
record RotationPart(String name, List<String> preview, Act act, Look look, Optional<Part> inverse)
    implements Part {

  interface Act {
    Evidence apply(EffectContext working) throws Exception;
  }

  interface Look {
    Kind at(CheckContext reading) throws Exception;
  }

  /** What only looks, and is done again by whoever goes on; nothing of it has to be taken back. */
  static RotationPart proof(String name, List<String> preview, Act act) {
    RotationPart nothing =
        new RotationPart(
            name,
            List.of("nothing: it only looked"),
            EffectContext::evidence,
            reading -> Kind.APPLIED,
            Optional.empty());
    return new RotationPart(name, preview, act, reading -> Kind.NOT_APPLIED, Optional.of(nothing));
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    return act.apply(working);
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    Kind kind = look.at(reading);
    return new ProbeResult(kind, "'" + name + "' is " + kind, reading.evidence());
  }
}
