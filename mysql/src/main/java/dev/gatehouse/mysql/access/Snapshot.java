package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was read of one server.
 *
 * @param database of the target
 * @param product with its version, as people write it
 * @param grants the grant tables
 * @param items all objects, each at its number
 * @param databases of them
 * @param objects the same, as people name them
 * @param alike what a procedure and a function are both called
 * @param functions loadable ones, which have no owner and no privilege
 * @param triggers by the number of their table
 * @param keys by the number of the parent
 */
record Snapshot(
    String database,
    String product,
    GrantTables grants,
    List<Item> items,
    List<Item> databases,
    List<AccessObject> objects,
    Map<AccessObject, Item> byObject,
    Set<AccessObject> alike,
    List<String> functions,
    Map<Integer, List<Trigger>> triggers,
    Map<Integer, List<ForeignKey>> keys) {

  static Snapshot of(
      String database,
      String product,
      GrantTables grants,
      List<Item> items,
      List<String> functions,
      List<Trigger> triggers,
      List<ForeignKey> keys) {
    Map<AccessObject, Item> byObject = new HashMap<>(items.size() * 2);
    List<AccessObject> objects = items.stream().map(Item::object).toList();
    Set<AccessObject> alike = new HashSet<>();
    for (Item item : items) {
      AccessObject object = objects.get(item.number());
      if (byObject.put(object, item) != null) {
        alike.add(object);
      }
    }
    Map<Integer, List<Trigger>> fired = new HashMap<>();
    triggers.forEach(one -> fired.computeIfAbsent(one.table(), key -> new ArrayList<>()).add(one));
    Map<Integer, List<ForeignKey>> referred = new HashMap<>();
    keys.forEach(one -> referred.computeIfAbsent(one.parent(), key -> new ArrayList<>()).add(one));
    return new Snapshot(
        database,
        product,
        grants,
        List.copyOf(items),
        items.stream().filter(item -> item.kind() == Kind.DATABASE).toList(),
        objects,
        byObject,
        alike,
        functions,
        fired,
        referred);
  }

  /** The same objects under other grants. */
  Snapshot with(GrantTables others) {
    return new Snapshot(
        database, product, others, items, databases, objects, byObject, alike, functions, triggers,
        keys);
  }

  /** Rows on tables that are not there. */
  List<GrantRow> orphans() {
    Set<String> there = new HashSet<>();
    for (Item item : items) {
      if (item.kind() == Kind.TABLE) {
        there.add(grants.keyOf(item));
      }
    }
    return grants.onTables().stream().filter(row -> !there.contains(grants.keyOf(row))).toList();
  }

  /** Of a view, routine or trigger the account as which it runs; empty when it is not there. */
  Optional<Account> definer(Program program) {
    if (program.host().isEmpty()) {
      return grants.accounts().stream()
          .filter(account -> account.is(program.user(), ""))
          .findFirst();
    }
    // a definer without a row of its own is taken for a row that its logins would meet
    return grants.inOrder(program.user()).stream()
        .filter(account -> !account.role())
        .filter(account -> Hosts.covers(account.host(), program.host().toLowerCase(Locale.ROOT)))
        .min(
            (a, b) ->
                Boolean.compare(
                    !a.host().equalsIgnoreCase(program.host()),
                    !b.host().equalsIgnoreCase(program.host())));
  }
}
