package dev.gatehouse.postgres.access;

import java.util.Collection;
import java.util.Optional;

/** In whose name the account can grant and revoke. The rules of select_best_grantor(). */
record Actor(GrantState seen) {
  /** The account's own. */
  static final String OWN = "";

  /**
   * The role to become for granting; empty when nobody the account can be may grant that.
   *
   * @param grantees quoted roles that hold the privileges with grant option
   */
  Optional<String> toGrant(int owner, Collection<String> grantees) {
    if (seen.is(owner)) {
      return Optional.of(OWN);
    }
    for (String grantee : grantees) {
      int role = seen.number(grantee);
      if (role > 0 && seen.holds(role)) {
        return Optional.of(OWN);
      }
    }
    if (seen.canBecome(owner)) {
      return Optional.of(seen.graph().role(owner).quoted());
    }
    for (String grantee : grantees) {
      int role = seen.number(grantee);
      if (role > 0 && seen.canBecome(role)) {
        return Optional.of(grantee);
      }
    }
    return Optional.empty();
  }

  /** The role to become for taking back what the grantor gave; empty when the account cannot. */
  Optional<String> toRevoke(int owner, int grantor) {
    Role account = seen.account();
    if (grantor == owner && (account.superuser() || account.number() == owner)) {
      return Optional.of(OWN);
    }
    // A member of the owner that has grant option itself acts as itself.
    if (grantor >= 0 && seen.canBecome(grantor)) {
      return Optional.of(seen.graph().role(grantor).quoted());
    }
    return grantor >= 0 && seen.holds(grantor) ? Optional.of(OWN) : Optional.empty();
  }
}
