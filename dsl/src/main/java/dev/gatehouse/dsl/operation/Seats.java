package dev.gatehouse.dsl.operation;

import java.util.Collections;
import java.util.List;

/**
 * So many people in that role: {@code atLeast(2, "senior engineer")}, {@code one("product owner")}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public record Seats(int number, String role) {

  public Seats {
    if (number < 1) {
      throw new IllegalArgumentException("number is " + number + ": at least 1");
    }
    if (role.isBlank()) {
      throw new IllegalArgumentException("role is blank: say who may agree");
    }
  }

  List<String> places() {
    return Collections.nCopies(number, role);
  }

  @Override
  public String toString() {
    return number + " " + role;
  }
}
