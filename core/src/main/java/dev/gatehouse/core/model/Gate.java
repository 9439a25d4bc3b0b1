package dev.gatehouse.core.model;

import java.util.List;

/**
 * A barrier: opens only when all its steps have passed, in order.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public record Gate(String name, List<Step> steps) {

  public Gate {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a gate is blank: name it as the checklist does");
    }
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(
          "gate '" + name + "' has no steps: it could not stay closed");
    }
  }

  @Override
  public String toString() {
    return name + steps.stream().map(Step::name).toList();
  }
}
