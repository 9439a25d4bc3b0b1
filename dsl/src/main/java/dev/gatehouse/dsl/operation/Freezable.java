package dev.gatehouse.dsl.operation;

import java.nio.file.Path;

/** A freeze that does not say why yet, and so is no step. */
public final class Freezable {
  private final Path journals;

  public Freezable(Path journals) {
    this.journals = journals;
  }

  /**
   * For that reason, which whoever is refused will read.
   *
   * @throws IllegalArgumentException when it is blank
   */
  public Freeze because(String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException("why is blank: whoever is refused must know the reason");
    }
    return new Freeze(journals, why, "freeze the target");
  }

  @Override
  public String toString() {
    return "freeze of the target (not yet a step: say because(\"why\"))";
  }
}
