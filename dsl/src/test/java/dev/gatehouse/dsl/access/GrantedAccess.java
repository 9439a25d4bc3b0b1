package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.FakeDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Access that a test grants and revokes: {@code grant("app", "SELECT", "shop.orders")}. */
public final class GrantedAccess implements EffectiveAccess {
  private record Grant(String role, String privilege, String table) {}

  private final Set<String> roles;
  private final Set<String> tables;
  private final List<Grant> grants = new ArrayList<>();
  private final List<String> superusers = new ArrayList<>();
  private final Set<String> above = new TreeSet<>();
  private final List<FutureGrant> future = new ArrayList<>();
  private int reads;

  public GrantedAccess(List<String> roles, List<String> tables) {
    this.roles = new TreeSet<>(roles);
    this.tables = new TreeSet<>(tables);
  }

  public GrantedAccess grant(String role, String privilege, String table) {
    grants.add(new Grant(role, privilege, table));
    return this;
  }

  public GrantedAccess revoke(String role, String privilege, String table) {
    grants.remove(new Grant(role, privilege, table));
    return this;
  }

  public GrantedAccess create(String table) {
    tables.add(table);
    return this;
  }

  public GrantedAccess superuser(String role) {
    superusers.add(role);
    return this;
  }

  /** A superuser, asked about tables as well. */
  public GrantedAccess above(String role) {
    above.add(role);
    return this;
  }

  public GrantedAccess later(String role, String privilege, String schema) {
    Hop hop =
        Hop.of(Hop.Kind.DEFAULT, "tables that owner makes will give " + privilege)
            .withFix("ALTER DEFAULT PRIVILEGES REVOKE " + privilege + " FROM " + role);
    future.add(
        new FutureGrant(
            AccessObject.Kind.TABLE, "owner", schema, Set.of(privilege), Path.of(List.of(hop))));
    return this;
  }

  /** A database in which it is so, as it is at each moment. */
  public Target target() {
    FakeDialect dialect = new FakeDialect();
    dialect.privileges =
        connection -> {
          reads++;
          return this;
        };
    return dialect.target();
  }

  /** How many snapshots were taken of it. */
  public int reads() {
    return reads;
  }

  @Override
  public List<String> roles(String pattern) {
    return roles.stream().filter(NamePattern.of(pattern)::matches).toList();
  }

  @Override
  public List<AccessObject> objects(AccessObject.Kind kind, String pattern) {
    return tables.stream()
        .filter(NamePattern.of(pattern)::matches)
        .map(AccessObject::table)
        .toList();
  }

  @Override
  public Set<String> privileges(AccessObject.Kind kind) {
    return Set.of("SELECT", "INSERT", "UPDATE", "DELETE");
  }

  @Override
  public Set<String> notDenied(String role, AccessObject object) {
    if (above.contains(role)) {
      return privileges(object.kind());
    }
    return grants.stream()
        .filter(grant -> grant.role().equals(role) && grant.table().equals(object.name()))
        .map(Grant::privilege)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public List<Path> paths(String role, String privilege, AccessObject object) {
    String words = privilege + " on " + object;
    if (above.contains(role)) {
      return List.of(superuserPath(role));
    }
    return notDenied(role, object).contains(privilege)
        ? List.of(
            Path.of(
                List.of(
                    Hop.of(Hop.Kind.GRANT, role + " has " + words)
                        .withFix("REVOKE " + privilege + " ON " + object + " FROM " + role))))
        : List.of();
  }

  @Override
  public Verdict verdict(String role, String privilege, AccessObject object) {
    return Verdict.of(
        paths(role, privilege, object),
        new Verdict.Denied(
            role + " has no " + privilege + " on " + object,
            "GRANT " + privilege + " ON " + object + " TO " + role));
  }

  @Override
  public List<Escalation> escalations(String role) {
    return superusers.contains(role)
        ? List.of(new Escalation(superuserPath(role), "it may do everything"))
        : List.of();
  }

  private static Path superuserPath(String role) {
    return Path.of(
        List.of(
            Hop.of(Hop.Kind.SUPERUSER, role + " is a superuser")
                .withFix("ALTER ROLE " + role + " NOSUPERUSER")));
  }

  @Override
  public List<FutureGrant> future(String role) {
    return future.stream().filter(grant -> grant.path().fix().endsWith(" FROM " + role)).toList();
  }

  @Override
  public List<String> unread() {
    return List.of();
  }
}
