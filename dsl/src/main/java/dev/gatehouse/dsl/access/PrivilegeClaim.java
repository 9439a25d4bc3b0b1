package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * What a role may do, before it is said with which tables.
 *
 * <p>Immutable. Not a step yet: say {@code on("pattern")}.
 *
 * @since 0.1
 */
public final class PrivilegeClaim {

  private final Grantee grantee;
  private final ClaimKind kind;
  private final List<String> privileges;

  PrivilegeClaim(Grantee grantee, ClaimKind kind, List<Privilege> privileges) {
    this.grantee = grantee;
    this.kind = kind;
    this.privileges =
        List.copyOf(new TreeSet<>(privileges.stream().map(Privilege::toString).toList()));
  }

  /**
   * With every table, view and the like that the pattern matches; what a pattern is, {@link
   * NamePattern} tells. Refused while planning where the product has no privileges, and when the
   * pattern matches none or there is no such role, unless an earlier step changes the target and
   * may yet make them.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public PrivilegeCheck on(String pattern) {
    return on(ObjectPattern.tables(pattern));
  }

  /**
   * With every object of another kind that the pattern matches: {@code on(routines("public.*"))}.
   * Refused where {@link #on(String)} is.
   */
  public PrivilegeCheck on(ObjectPattern objects) {
    String name = this + " on " + objects;
    return new PrivilegeCheck(
        name, grantee.asking(name), kind, privileges, objects, Acceptances.NONE);
  }

  @Override
  public String toString() {
    String verb = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return grantee + " " + verb + " " + String.join(", ", privileges);
  }
}
