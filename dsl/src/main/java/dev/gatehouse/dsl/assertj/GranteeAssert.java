package dev.gatehouse.dsl.assertj;

import dev.gatehouse.dsl.access.AccessCheck;
import dev.gatehouse.dsl.access.Grantee;
import dev.gatehouse.dsl.access.ObjectPattern;
import dev.gatehouse.dsl.access.Privilege;
import dev.gatehouse.dsl.access.PrivilegeClaim;

/**
 * Assertions over one role or account, or over each that a pattern matches.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class GranteeAssert {
  private final AccessAssert access;
  private final Grantee grantee;

  GranteeAssert(AccessAssert access, Grantee grantee) {
    this.access = access;
    this.grantee = grantee;
  }

  /**
   * Privileges that are asserted, before it is said on which tables.
   *
   * <p>Immutable. Asserts nothing until {@code on(...)}.
   *
   * @since 0.1
   */
  public final class Claim {
    private final PrivilegeClaim claim;

    private Claim(PrivilegeClaim claim) {
      this.claim = claim;
    }

    /**
     * On every table and view that one of the patterns matches; each must match one at least.
     *
     * @throws AssertionError with the path of what is surplus, or what is missing, and the fix
     */
    public GranteeAssert on(String first, String... rest) {
      asserted(claim.on(first));
      for (String pattern : rest) {
        asserted(claim.on(pattern));
      }
      return GranteeAssert.this;
    }

    /**
     * On every object of another kind that each pattern matches: {@code on(routines("public.*"))}.
     *
     * @throws AssertionError with the path of what is surplus, or what is missing, and the fix
     */
    public GranteeAssert on(ObjectPattern first, ObjectPattern... rest) {
      asserted(claim.on(first));
      for (ObjectPattern objects : rest) {
        asserted(claim.on(objects));
      }
      return GranteeAssert.this;
    }
  }

  /** It has these privileges at least, on the whole of each table. */
  public Claim may(Privilege first, Privilege... rest) {
    return new Claim(grantee.may(first, rest));
  }

  /** It has these privileges at most, by whatever path, and no way to get others. */
  public Claim mayOnly(Privilege first, Privilege... rest) {
    return new Claim(grantee.mayOnly(first, rest));
  }

  /** It has none of these privileges, by whatever path, and no way to get them. */
  public Claim mayNot(Privilege first, Privilege... rest) {
    return new Claim(grantee.mayNot(first, rest));
  }

  /**
   * It has no right that leads to many others, such as being a superuser.
   *
   * @throws AssertionError with the right, how the role comes by it, and the fix
   */
  public GranteeAssert hasNoEscalation() {
    return asserted(grantee.hasNoEscalation());
  }

  /**
   * It can do exactly what was recorded of it; see {@link Grantee#isAsRecordedIn}.
   *
   * @throws AssertionError with each line that is gone or new
   */
  public GranteeAssert isAsRecordedIn(String directory) {
    return asserted(grantee.isAsRecordedIn(directory));
  }

  /** Another role or account. */
  public GranteeAssert grantee(String role) {
    return access.grantee(role);
  }

  private GranteeAssert asserted(AccessCheck check) {
    // through the assertion it came from, which soft assertions have replaced by their own
    access.holds(check);
    return this;
  }
}
