package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.outcome.Secret;
import java.util.Set;

/** Where a flag is kept. */
interface FlagStore {
  /** What it is now. */
  int get(CheckContext reading) throws Exception;

  /**
   * Sets it where it has one of these values.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when it cannot be read while planning
   */
  Effect bind(CheckContext reading, String name, Set<Integer> left, int to) throws Exception;

  /** What it works with to read it and to set it to that; nothing by default. */
  default Secret[] secrets(int to) {
    return new Secret[0];
  }
}
