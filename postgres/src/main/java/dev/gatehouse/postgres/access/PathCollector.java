package dev.gatehouse.postgres.access;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What the readers of ways have found so far, and what they all look things up in. */
final class PathCollector {
  final CatalogueReader reader;
  final SecurableReader items;
  final List<AccessEdge> ways = new ArrayList<>();
  final List<OpaqueDefinerCode> opaque = new ArrayList<>();
  final List<String> unread = new ArrayList<>();

  PathCollector(CatalogueReader reader, SecurableReader items) {
    this.reader = reader;
    this.items = items;
  }

  OptionalInt relation(long oid) {
    return items.find(Grants.RELATION, oid);
  }

  OptionalInt routine(long oid) {
    return items.find(Grants.ROUTINE, oid);
  }

  /** One that was found. */
  Securable item(OptionalInt number) {
    return items.all().get(number.getAsInt());
  }

  String owner(Securable item) {
    return items.roleName(item.owner());
  }
}
