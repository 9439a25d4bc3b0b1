package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A check made of two functions, as the verbs and the dialects make theirs: complete, and open to
 * another name.
 *
 * <p>Immutable, as long as its functions are. Reads only.
 *
 * @since 0.1
 */
public final class NamedCheck implements Check {

  /** What {@link Check#plan} tells and refuses. */
  @FunctionalInterface
  public interface Planning {
    List<String> plan(CheckContext reading) throws Exception;

    /** The same for that product, and a refusal for every other one. */
    default Planning onlyOn(String product) {
      return reading -> {
        String found = reading.target().dialect().name();
        if (!found.equals(product)) {
          throw new Refusal(
              Finding.of("dialect.other-product", "this can only be asked of " + product)
                  .withExpected("a target of " + product)
                  .withFound("'" + reading.target() + "', which is " + found)
                  .withFix("plan this gate for a " + product + " target, or remove the step"));
        }
        return plan(reading);
      };
    }
  }

  /** What {@link Check#evaluate} answers. */
  @FunctionalInterface
  public interface Looking {
    Outcome look(CheckContext reading) throws Exception;
  }

  private final String name;
  private final Planning planning;
  private final Looking looking;
  private final Supplier<Looking> watching;
  private final List<Secret> secrets;

  private NamedCheck(
      String name,
      Planning planning,
      Looking looking,
      Supplier<Looking> watching,
      List<Secret> secrets) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a step is blank: name it as the checklist does");
    }
    this.name = name;
    this.planning = planning;
    this.looking = looking;
    this.watching = watching;
    this.secrets = List.copyOf(secrets);
  }

  /**
   * A check of that name.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public static NamedCheck of(String name, Planning planning, Looking looking) {
    return new NamedCheck(name, planning, looking, () -> looking, List.of());
  }

  /** The same check, which as a guard looks with what this makes for the length of one run. */
  public NamedCheck watching(Supplier<Looking> newWatching) {
    return new NamedCheck(name, planning, looking, newWatching, secrets);
  }

  /** The same check, working with these secrets. */
  public NamedCheck withSecrets(List<Secret> more) {
    return new NamedCheck(name, planning, looking, watching, more);
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public NamedCheck named(String newName) {
    return new NamedCheck(newName, planning, looking, watching, secrets);
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
  public List<Secret> secrets() {
    return secrets;
  }

  @Override
  public List<String> plan(CheckContext reading) throws Exception {
    return planning.plan(reading);
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws Exception {
    return looking.look(reading);
  }

  @Override
  public Check watching() {
    return of(name, planning, watching.get()).withSecrets(secrets);
  }

  @Override
  public String toString() {
    return name;
  }
}
