package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Statements that each take effect for good, bound to a target.
 *
 * @param pinned one line for each script, with what was read of it
 */
record StatementSequence(List<String> pinned, List<Part> parts, int attempts, Reach reach)
    implements Effect.InSequence {

  @Override
  public List<String> preview() {
    return Stream.of(Transaction.retried(attempts), pinned, Effect.InSequence.super.preview())
        .flatMap(List::stream)
        .toList();
  }

  /** What takes back each of them, the last first. */
  StatementSequence backwards() {
    List<Part> back = new ArrayList<>();
    for (int at = parts.size() - 1; at >= 0; at--) {
      back.add(parts.get(at).inverse().orElseThrow());
    }
    return new StatementSequence(List.of(), back, 1, reach);
  }
}
