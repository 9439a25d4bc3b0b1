package dev.gatehouse.dsl;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.outcome.Outcome;
import java.time.Duration;
import java.util.List;

/**
 * A check as the verbs of {@link Gatehouse} make it: complete, and open to another name.
 *
 * <p>Immutable. Reads only.
 *
 * @since 0.1
 */
public final class NamedCheck implements Check {

  @FunctionalInterface
  interface Planning {
    List<String> plan(Reading reading) throws Exception;
  }

  @FunctionalInterface
  interface Looking {
    Outcome look(Reading reading) throws Exception;
  }

  private final String name;
  private final Planning planning;
  private final Looking looking;

  NamedCheck(String name, Planning planning, Looking looking) {
    this.name = Names.checked(name);
    this.planning = planning;
    this.looking = looking;
  }

  static NamedCheck note(String text) {
    return new NamedCheck(
        Names.of(text),
        reading -> List.of(text),
        reading -> Outcome.passed(reading.evidence().with("note", text)));
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public NamedCheck named(String newName) {
    return new NamedCheck(newName, planning, looking);
  }

  /**
   * The same check as a guard that is asked again after each such interval, aborts the run on the
   * first failure and holds it on the first answer that could not be had.
   *
   * @throws IllegalArgumentException when the interval is not above zero
   */
  public Guard every(Duration interval) {
    return Guard.of(this, interval);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(Reading reading) throws Exception {
    return planning.plan(reading);
  }

  @Override
  public Outcome evaluate(Reading reading) throws Exception {
    return looking.look(reading);
  }

  @Override
  public String toString() {
    return name;
  }
}
