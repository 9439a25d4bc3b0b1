package dev.gatehouse.core.outcome;

/**
 * One thing that a finding is about, by names that stay the same from run to run and from machine
 * to machine, whatever the words around them: {@code app UPDATE shop.orders}. Together with the
 * finding's code it is what a known finding is recognised by.
 *
 * <p>Immutable. Holds names, or a statement as the check was given it: no address, no time, nothing
 * that was read.
 *
 * @param who a role or account; empty when it is about nobody
 * @param what such as a privilege; empty when the code says it
 * @param on an object; empty when it is about none
 * @since 0.1
 */
public record Subject(String who, String what, String on) {

  /** A subject that is nobody and nothing could be told from no other. */
  public Subject {
    if ((who + what + on).isBlank()) {
      throw new IllegalArgumentException("who, what and on are blank: name one of them at least");
    }
  }

  /** About an object alone. */
  public static Subject on(String object) {
    return new Subject("", "", object);
  }

  @Override
  public String toString() {
    return (who + " " + what + " " + on).strip().replace("  ", " ");
  }
}
