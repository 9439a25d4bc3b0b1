package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.model.NamedCheck;
import java.util.function.LongFunction;

/**
 * A number that the server knows, before it is said how large it may be: {@code
 * ungrantedLocks().atMost(3)}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class ServerCount {
  private final LongFunction<NamedCheck> check;

  public ServerCount(LongFunction<NamedCheck> check) {
    this.check = check;
  }

  /**
   * Passes while it is no more than that.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public NamedCheck atMost(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("number is " + number + ": 0 or more");
    }
    return check.apply(number);
  }

  @Override
  public String toString() {
    return check.apply(0).name() + " (not yet a step: say atMost(n))";
  }
}
