package dev.gatehouse.core.access;

/**
 * A right that is not about one object and leads to many, such as being a superuser.
 *
 * <p>Immutable.
 *
 * @param path how the role comes by it
 * @param consequence what can be done with it, in a DBA's words
 * @since 0.1
 */
public record Escalation(Path path, String consequence) {

  /** A statement that takes it away; empty when there is no simple one. */
  public String fix() {
    return path.fix();
  }

  @Override
  public String toString() {
    return path + ": " + consequence;
  }
}
