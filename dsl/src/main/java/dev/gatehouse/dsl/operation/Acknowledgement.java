package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.dsl.words.Names;

/**
 * A question to a person, before it is said who may answer: {@code acknowledge("queue workers
 * stopped?").by("database operator")}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class Acknowledgement {
  private final String question;

  public Acknowledgement(String question) {
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is blank: ask what the person must confirm");
    }
    this.question = question;
  }

  /**
   * Asked of whoever holds that role: the run waits until one of them confirms. Touches no
   * database.
   *
   * @throws IllegalArgumentException when the role is blank
   */
  public Change by(String role) {
    if (role.isBlank()) {
      throw new IllegalArgumentException("role is blank: say who may answer '" + question + "'");
    }
    return ChangeWithoutUndo.of(
            Names.of(question + " (" + role + ")"), reading -> new Effect.Human(question, role))
        .nothingToUndo("a person's word changes nothing in the target");
  }

  @Override
  public String toString() {
    return question + " (not yet a step: say by(\"role\"))";
  }
}
