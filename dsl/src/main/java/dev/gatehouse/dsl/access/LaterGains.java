package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * What roles gain that is not open to them at once: by a step such as SET ROLE, by code that nobody
 * can read, and on what others will make.
 */
final class LaterGains {
  private static final String EVERYBODY = "public";

  /**
   * One of them.
   *
   * @param what such as {@code SELECT on tables that owner will make in shop}
   * @param before what it had of that; empty when nothing
   * @param planned whether somebody asked for it
   */
  record Gain(
      String role, String what, Set<String> before, Set<String> after, boolean planned, Path path) {

    Set<String> gained() {
      Set<String> gained = new TreeSet<>(after);
      gained.removeAll(before);
      return gained;
    }

    String effect() {
      String was = before.isEmpty() ? "nothing" : String.join(", ", before);
      return role + " on " + what + ": " + was + " -> " + String.join(", ", after);
    }
  }

  private final GrantOutcome outcome;
  private final List<PrivilegeCheck> claims;
  private final List<String> creators;

  LaterGains(GrantOutcome outcome, List<PrivilegeCheck> claims, List<String> creators) {
    this.outcome = outcome;
    this.claims = claims;
    this.creators = creators;
  }

  private String before(String role) {
    return outcome.made().contains(role) ? EVERYBODY : role;
  }

  /**
   * After a step, or perhaps.
   *
   * @param planned whether the role was to have privileges there anyway
   */
  List<Gain> reachable(
      String role, AccessObject object, BiPredicate<String, AccessObject> planned) {
    Set<String> before = notOpen(outcome.before(), before(role), object);
    Set<String> after = notOpen(outcome.after(), role, object);
    Set<String> gained = new TreeSet<>(after);
    gained.removeAll(before);
    gained.removeAll(outcome.before().allowed(before(role), object));
    for (String privilege : gained) {
      for (Path path : outcome.after().paths(role, privilege, object)) {
        // who may make members is told as a right that leads to others
        boolean admin = path.hops().stream().anyMatch(hop -> hop.kind() == Hop.Kind.ADMIN);
        if (!path.open() && !admin) {
          String how = path.unknown().isEmpty() ? ", after a step" : ", perhaps";
          boolean asked = planned.test(privilege, object);
          return List.of(new Gain(role, object + how, before, after, asked, path));
        }
      }
    }
    return List.of();
  }

  private static Set<String> notOpen(EffectiveAccess access, String role, AccessObject object) {
    Set<String> rest = new TreeSet<>(access.notDenied(role, object));
    rest.removeAll(access.allowed(role, object));
    return rest;
  }

  /** By default privileges; what everybody gains is told of everybody alone. */
  List<Gain> future() {
    List<Gain> gains = new ArrayList<>();
    Set<FutureGrant> everybodys = new HashSet<>();
    if (outcome.roles().contains(EVERYBODY)) {
      everybodys.addAll(outcome.after().future(EVERYBODY));
    }
    for (String role : outcome.roles()) {
      Map<String, Set<String>> before = new LinkedHashMap<>();
      outcome.before().future(before(role)).forEach(one -> add(before, one));
      Map<String, Set<String>> after = new LinkedHashMap<>();
      Map<String, FutureGrant> of = new LinkedHashMap<>();
      for (FutureGrant one : outcome.after().future(role)) {
        if (role.equals(EVERYBODY) || !everybodys.contains(one)) {
          add(after, one);
          of.put(what(one), one);
        }
      }
      after.forEach(
          (what, privileges) -> {
            Set<String> had = before.getOrDefault(what, Set.of());
            FutureGrant one = of.get(what);
            if (one != null && !had.containsAll(privileges)) {
              boolean asked = asked(role, one, privileges);
              gains.add(new Gain(role, what, had, privileges, asked, one.path()));
            }
          });
    }
    return gains;
  }

  private static void add(Map<String, Set<String>> all, FutureGrant one) {
    all.computeIfAbsent(what(one), key -> new TreeSet<>()).addAll(one.privileges());
  }

  private static String what(FutureGrant one) {
    String place = one.schema().isEmpty() ? "" : " in " + one.schema();
    return one.kind().words() + "s that " + one.creator() + " will make" + place;
  }

  private boolean asked(String role, FutureGrant one, Set<String> privileges) {
    return creators.contains(one.creator())
        || claims.stream()
            .filter(claim -> claim.kind() != ClaimKind.MAY_NOT)
            .filter(claim -> claim.objects().mayMatch(one))
            .filter(claim -> claim.question().roles(outcome.after()).contains(role))
            .anyMatch(claim -> Set.copyOf(claim.privileges()).containsAll(privileges));
  }
}
