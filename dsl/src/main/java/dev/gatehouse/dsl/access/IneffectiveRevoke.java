package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import java.util.EnumSet;
import java.util.Set;

/** Why a REVOKE on an object does not take from a role what a path gives it. */
final class IneffectiveRevoke {
  private IneffectiveRevoke() {}

  static String why(String role, AccessObject object, boolean inScope, Path path) {
    Set<Hop.Kind> kinds = EnumSet.noneOf(Hop.Kind.class);
    path.hops().forEach(hop -> kinds.add(hop.kind()));
    String fromRole = "a REVOKE from " + role + " does not end it: ";
    if (!path.through().isEmpty()) {
      return "a REVOKE on "
          + object
          + " does not end it: it leads through "
          + String.join(", ", path.through());
    }
    if (!path.unknown().isEmpty()) {
      return fromRole + "nobody can tell whether there is a way";
    }
    if (kinds.contains(Hop.Kind.MEMBER)) {
      return fromRole + "it comes by membership";
    }
    if (kinds.contains(Hop.Kind.SET_ROLE) || kinds.contains(Hop.Kind.ADMIN)) {
      return fromRole + "it can become a role that has it";
    }
    if (kinds.contains(Hop.Kind.SUPERUSER)) {
      return fromRole + "a superuser is above all grants";
    }
    if (kinds.contains(Hop.Kind.LOGIN)) {
      return fromRole + "its sessions begin as another role";
    }
    if (kinds.contains(Hop.Kind.OWNER)) {
      return fromRole + "an owner can grant itself again what it lost";
    }
    if (kinds.contains(Hop.Kind.PUBLIC)) {
      return fromRole + "everybody has it, and everybody else would lose it as well";
    }
    if (kinds.contains(Hop.Kind.GRANT) || kinds.contains(Hop.Kind.COLUMN)) {
      return inScope
          ? "a REVOKE was not possible, or would reach beyond the scope"
          : "a REVOKE would end it, and it is outside of the scope";
    }
    return fromRole + "no grant to it gives that";
  }
}
