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
    return PasswordRotation.of(RotationOptions.of(account, sink));
  }

  /**
   * To another account that may do the same, so that both log in until clients are confirmed: for
   * PostgreSQL, where a role has one password. The next time it is the other way round.
   *
   * @param next a role that may not log in now, with the same attributes, settings and memberships
   */
  public HandOver handingOverTo(String next) {
    return new HandOver(account, next);
  }

  @Override
  public String toString() {
    return "rotate password of " + account + " (not yet a step: say into(sink))";
  }
}
