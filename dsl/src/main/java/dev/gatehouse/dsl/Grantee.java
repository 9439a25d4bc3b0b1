package dev.gatehouse.dsl;

/**
 * A role or account, before it is said what it may do: {@code
 * grantee("app").mayOnly(SELECT).on("shop.*")}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Grantee {
  private final String role;

  Grantee(String role) {
    if (role.isBlank()) {
      throw new IllegalArgumentException("role is blank");
    }
    this.role = role;
  }

  /** It has these privileges at least. */
  public PrivilegeClaim may(Privilege first, Privilege... rest) {
    return new PrivilegeClaim(role, PrivilegeClaim.Kind.MAY, Names.list(first, rest));
  }

  /** It has these privileges at most, by whatever path. */
  public PrivilegeClaim mayOnly(Privilege first, Privilege... rest) {
    return new PrivilegeClaim(role, PrivilegeClaim.Kind.MAY_ONLY, Names.list(first, rest));
  }

  /** It has none of these privileges, by whatever path. */
  public PrivilegeClaim mayNot(Privilege first, Privilege... rest) {
    return new PrivilegeClaim(role, PrivilegeClaim.Kind.MAY_NOT, Names.list(first, rest));
  }

  @Override
  public String toString() {
    return role;
  }
}
