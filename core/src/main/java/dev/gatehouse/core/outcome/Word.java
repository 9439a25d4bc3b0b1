package dev.gatehouse.core.outcome;

import java.time.Instant;

/**
 * What a person said of a step, as the journal has it.
 *
 * <p>Immutable.
 *
 * @param at when it was said: never later than when it was journaled
 * @param who name of the person
 * @param role in which it was said
 * @param yes no is a veto
 * @param text what was written beside it; may be empty
 * @param proof how it was proven: {@code host}, {@code os-user:NAME} or {@code key:ID}
 * @since 0.1
 */
public record Word(Instant at, String who, String role, boolean yes, String text, String proof) {

  /**
   * Whether two names are of one person, as far as a name can tell: in any capitals, with any
   * blanks around them. One too many taken for the same leaves a place open; one too few lets
   * somebody agree twice.
   */
  public static boolean samePerson(String one, String other) {
    return one.strip().equalsIgnoreCase(other.strip());
  }
}
