package dev.gatehouse.postgres.access;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What the readers of ways have found so far, and what they all look things up in. */
final class Found {
  final CatalogueReader reader;
  final Items items;
  final List<Way> ways = new ArrayList<>();
  final List<Opaque> opaque = new ArrayList<>();
  final List<String> unread = new ArrayList<>();

  Found(CatalogueReader reader, Items items) {
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
  Item item(OptionalInt number) {
    return items.all().get(number.getAsInt());
  }

  String owner(Item item) {
    return items.roleName(item.owner());
  }
}
