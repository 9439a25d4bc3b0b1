package dev.gatehouse.core.letter;

import dev.gatehouse.core.outcome.Finding;
import java.util.Optional;

/**
 * What became of a letter.
 *
 * @param nonce of the letter
 * @param driven whether somebody drives the run now; if not, the letter is read when it is resumed
 * @param read whether the run has read it
 * @param refused why it does not count; empty when it does, or was not read yet
 * @param foreseen while it was not read: why it will not count unless the run is resumed with other
 *     people; empty when nothing is known against its sender, which promises nothing
 * @since 0.1
 */
public record Receipt(
    String nonce,
    boolean driven,
    boolean read,
    Optional<Finding> refused,
    Optional<Finding> foreseen) {

  /** Whether the run has read it, and goes by it. */
  public boolean counts() {
    return read && refused.isEmpty();
  }
}
