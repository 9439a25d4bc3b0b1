package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What grants, ownership and the product's own roles give: the rules of the engine's aclchk.c.
 *
 * <p>An owner has no magic beyond the grants that acldefault() gives it, and the right to grant.
 */
final class AclRules {
  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final int readAll;
  private final int writeAll;
  private final int maintain;
  private final Map<Kind, Integer> possible = new EnumMap<>(Kind.class);

  AclRules(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph();
    this.readAll = number("pg_read_all_data");
    this.writeAll = number("pg_write_all_data");
    this.maintain = number("pg_maintain");
    for (Kind kind : Kind.values()) {
      possible.put(kind, Right.of(kind, snapshot.major()));
    }
  }

  private int number(String role) {
    return snapshot.roleNumbers().getOrDefault(role, graph.roles().size());
  }

  /** All that the kind of object has. */
  int possible(Securable item) {
    int ofKind = possible.getOrDefault(item.kind(), 0);
    if (item.kind() != Kind.PARAMETER) {
      return ofKind;
    }
    return switch (item.relkind()) {
      case Securable.UNASKED, Securable.SET_BY_PRIVILEGE -> ofKind;
      case Securable.SET_FOR_SERVER -> ofKind & Right.ALTER_SYSTEM.bit;
      default -> 0;
    };
  }

  /** As has_table_privilege() and its like: not counting columns, nor the way to the object. */
  int held(PrivilegeScope subject, Securable item) {
    return subject.all() ? possible(item) : held(subject.roles(), item);
  }

  /** What the engine may do in the name of an owner: with the whole or with some columns. */
  int heldByOwner(int owner, Securable item) {
    PrivilegeScope subject = PrivilegeScope.owner(graph, owner);
    return held(subject, item) | onColumns(subject, item);
  }

  private int held(BitSet roles, Securable item) {
    int mask = granted(roles, item.acl()) | predefined(roles, item);
    if (item.system() && item.relkind() != 'v') {
      mask &= ~Right.WRITES;
    }
    return mask & possible(item);
  }

  private static int granted(BitSet roles, List<Grant> acl) {
    int mask = 0;
    for (Grant grant : acl) {
      if (roles.get(grant.grantee())) {
        mask |= grant.rights();
      }
    }
    return mask;
  }

  private int predefined(BitSet roles, Securable item) {
    boolean relation = item.kind() == Kind.TABLE || item.kind() == Kind.SEQUENCE;
    if (!relation && item.kind() != Kind.SCHEMA) {
      return 0;
    }
    int mask = 0;
    if (roles.get(readAll)) {
      mask |= relation ? Right.SELECT.bit : Right.USAGE.bit;
    }
    if (roles.get(writeAll)) {
      mask |= relation ? Right.mask(Right.INSERT, Right.UPDATE, Right.DELETE) : Right.USAGE.bit;
    }
    if (relation && roles.get(maintain)) {
      mask |= Right.MAINTAIN.bit;
    }
    return mask;
  }

  /** What it has on some column at least. */
  int onColumns(PrivilegeScope subject, Securable item) {
    int mask = 0;
    Collection<List<Grant>> columns = item.columnGrants().values();
    if (!columns.isEmpty() && !subject.all()) {
      for (List<Grant> grants : columns) {
        mask |= granted(subject.roles(), grants);
      }
      if (item.system() && item.relkind() != 'v') {
        mask &= ~Right.WRITES;
      }
    }
    return mask;
  }

  int onColumn(PrivilegeScope subject, Securable item, String column) {
    return granted(subject.roles(), item.columnGrants().getOrDefault(column, List.of()))
        & (item.system() && item.relkind() != 'v' ? ~Right.WRITES : -1);
  }

  /**
   * Whether it may name objects of the item's schema. What is granted to PUBLIC is granted to each
   * role that may, whoever that is: PUBLIC is nobody who could be stopped before.
   */
  boolean mayName(PrivilegeScope subject, Securable item) {
    if (item.schema() < 0 || subject.all() || subject.role() == 0) {
      return true;
    }
    Securable schema = snapshot.items().get(item.schema());
    return (held(subject.roles(), schema) & Right.USAGE.bit) != 0
        || (subject.reaching() && subject.roles().get(schema.owner()));
  }

  /**
   * What it can do: with the whole object or some columns of it, all by itself. Functions take a
   * sequence by its oid, which nobody is asked USAGE on a schema for; and what UPDATE lets them do,
   * nextval() is part of.
   */
  int usable(PrivilegeScope subject, Securable item) {
    if (!mayName(subject, item)) {
      return item.kind() == Kind.SEQUENCE ? withNumbers(held(subject, item), item) : 0;
    }
    int mask = held(subject, item) | onColumns(subject, item);
    if (subject.reaching() && subject.roles().get(item.owner()) && !item.system()) {
      mask |= possible(item);
    }
    return withNumbers(mask, item);
  }

  private static int withNumbers(int mask, Securable item) {
    boolean taken = item.kind() == Kind.SEQUENCE && (mask & Right.UPDATE.bit) != 0;
    return taken ? mask | Right.USAGE.bit : mask;
  }

  /** The grants on the whole object that give the role the right. */
  List<Grant> grants(PrivilegeScope subject, Securable item, Right right) {
    return grants(subject, item.acl(), right);
  }

  List<Grant> grants(PrivilegeScope subject, List<Grant> acl, Right right) {
    List<Grant> found = new ArrayList<>();
    for (Grant grant : acl) {
      if ((grant.rights() & right.bit) != 0 && subject.roles().get(grant.grantee())) {
        found.add(grant);
      }
    }
    return found;
  }

  /** The product's own roles that give the role the right. */
  List<Integer> predefined(PrivilegeScope subject, Securable item, Right right) {
    List<Integer> found = new ArrayList<>();
    for (int role : List.of(readAll, writeAll, maintain)) {
      BitSet alone = new BitSet();
      alone.set(role);
      boolean gives =
          (predefined(alone, item) & right.bit & possible(item)) != 0
              && !(item.system() && item.relkind() != 'v' && (Right.WRITES & right.bit) != 0);
      if (gives && subject.roles().get(role)) {
        found.add(role);
      }
    }
    return found;
  }
}
