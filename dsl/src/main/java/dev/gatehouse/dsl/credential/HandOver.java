package dev.gatehouse.dsl.credential;

import java.util.Optional;

/**
 * One account of a pair handing over to the other, before it is said where clients find both name
 * and password: {@code rotatePassword("app_a").handingOverTo("app_b").into(envFile(path, "DB_USER",
 * "DB_PASSWORD"))}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public record HandOver(String account, String next) {
  public HandOver {
    if (next.isBlank() || next.equals(account)) {
      throw new IllegalArgumentException(
          "next is '" + next + "': name another account than '" + account + "'");
    }
  }

  /** Its clients find name and password of the account in use there. */
  public PasswordRotation into(LoginSink sink) {
    return PasswordRotation.of(
        RotationOptions.of(account, Optional.of(next), sink.of(next), sink.of(account)));
  }

  @Override
  public String toString() {
    return "hand over from " + account + " to " + next + " (not yet a step: say into(sink))";
  }
}
