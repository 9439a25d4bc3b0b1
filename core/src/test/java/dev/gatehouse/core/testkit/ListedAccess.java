package dev.gatehouse.core.testkit;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Access as a test says it: every role in it has every privilege in it, on every table in it.
 *
 * @param matching whether a pattern matches a name
 */
public record ListedAccess(
    List<String> roles,
    List<String> tables,
    Set<String> privileges,
    BiPredicate<String, String> matching)
    implements EffectiveAccess {

  public ListedAccess(List<String> roles, List<String> tables, Set<String> privileges) {
    this(roles, tables, privileges, (pattern, name) -> NamePattern.of(pattern).matches(name));
  }

  @Override
  public List<String> roles(String pattern) {
    return roles.stream().filter(name -> matching.test(pattern, name)).sorted().toList();
  }

  @Override
  public List<AccessObject> objects(AccessObject.Kind kind, String pattern) {
    return tables.stream()
        .filter(name -> matching.test(pattern, name))
        .sorted()
        .map(AccessObject::table)
        .toList();
  }

  @Override
  public Set<String> privileges(AccessObject.Kind kind) {
    return privileges;
  }

  @Override
  public Set<String> notDenied(String role, AccessObject object) {
    return privileges;
  }

  @Override
  public List<Path> paths(String role, String privilege, AccessObject object) {
    return privileges.contains(privilege)
        ? List.of(
            Path.of(
                List.of(
                    Hop.of(Hop.Kind.GRANT, role + " has " + privilege + " on " + object)
                        .withFix("REVOKE " + privilege + " ON " + object + " FROM " + role))))
        : List.of();
  }

  @Override
  public Verdict verdict(String role, String privilege, AccessObject object) {
    return Verdict.of(
        paths(role, privilege, object), new Verdict.Denied("no path", "GRANT " + privilege));
  }

  @Override
  public List<Escalation> escalations(String role) {
    return List.of();
  }

  @Override
  public List<FutureGrant> future(String role) {
    return List.of();
  }

  @Override
  public List<String> unread() {
    return List.of();
  }
}
