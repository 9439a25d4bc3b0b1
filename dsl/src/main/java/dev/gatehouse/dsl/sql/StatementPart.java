package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect.InSequence;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import java.util.List;
import java.util.Optional;

/** One statement of a sequence, named by the place it stands in. */
record StatementPart(String name, NonTransactionalEffect effect, Optional<InSequence.Part> inverse)
    implements InSequence.Part {

  @Override
  public List<String> preview() {
    return effect.statement();
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    return effect.execute(working);
  }

  @Override
  public boolean isSo(CheckContext reading, String key) throws Exception {
    return effect.isSo(reading);
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    return effect.probe(reading, key);
  }
}
