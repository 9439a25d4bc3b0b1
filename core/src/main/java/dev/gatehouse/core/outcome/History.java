package dev.gatehouse.core.outcome;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that the journal says so far of a step that waits. A check that waits decides by this and by
 * the target alone, never by what the process remembers: so a wait survives the process.
 *
 * <p>Immutable.
 *
 * @param since when the step was first asked; empty the first time
 * @param initiators everybody who started or resumed the run
 * @param words those that count: proven, and said by somebody who still holds the role
 * @param soFar what the check last said beside WAITING
 * @since 0.1
 */
public record History(
    Optional<Instant> since, Set<String> initiators, List<Word> words, Optional<Evidence> soFar) {

  /** Nothing is journaled: outside of a run. */
  public static final History NONE =
      new History(Optional.empty(), Set.of(), List.of(), Optional.empty());

  public History {
    initiators = Set.copyOf(initiators);
    words = List.copyOf(words);
  }
}
