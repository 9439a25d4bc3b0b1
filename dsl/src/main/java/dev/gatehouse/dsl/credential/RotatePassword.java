package dev.gatehouse.dsl.credential;

/**
 * A new random password for an account, before it is said where its clients find it: {@code
 * rotatePassword("app@%").into(secretFile(path))}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public record RotatePassword(String account) {
  public RotatePassword {
    if (account.isBlank()) {
      throw new IllegalArgumentException("account is blank: name whose password is rotated");
    }
  }

  /** Its clients find the new one there. */
  public PasswordRotation into(SecretSink sink) {
    return PasswordRotation.of(account, sink);
  }

  @Override
  public String toString() {
    return "rotate password of " + account + " (not yet a step: say into(sink))";
  }
}
