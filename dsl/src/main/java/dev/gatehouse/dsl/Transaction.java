package dev.gatehouse.dsl;

import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.model.Working;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Parts that are applied all or not at all. */
record Transaction(List<TransactionPart> parts) {

  ChangeWithoutUndo change() {
    String words = String.join(", ", parts.stream().map(Object::toString).toList());
    return ChangeWithoutUndo.of(Names.of("in one transaction: " + words), this::bind)
        .referringTo(needed())
        .withSecrets(secrets());
  }

  private Secret[] secrets() {
    return steps().flatMap(step -> step.secrets().stream()).toArray(Secret[]::new);
  }

  private List<Step> needed() {
    return steps().flatMap(step -> step.refersTo().stream()).distinct().toList();
  }

  private Stream<Step> steps() {
    return parts.stream().filter(Step.class::isInstance).map(Step.class::cast);
  }

  private Effect bind(Reading reading) throws Exception {
    List<TransactionPart.Pinned> pinned = new ArrayList<>();
    Reading before = reading;
    for (TransactionPart part : parts) {
      pinned.add(part.pin(before));
      if (!(part instanceof Check)) {
        before = new BehindStatements(reading);
      }
    }
    return new Bound(List.copyOf(pinned));
  }

  private record Bound(List<TransactionPart.Pinned> pinned) implements Effect.InTransaction {
    @Override
    public List<String> preview() {
      return pinned.stream().flatMap(part -> part.preview().stream()).toList();
    }

    @Override
    public Evidence apply(Working working) throws Exception {
      long changed = 0;
      for (TransactionPart.Pinned part : pinned) {
        working.progress().continuing();
        changed += part.apply(working);
      }
      return working.evidence().with("parts", pinned.size()).with("rowsChanged", changed);
    }
  }
}
