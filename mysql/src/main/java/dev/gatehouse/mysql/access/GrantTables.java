package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The grant tables of a server, without what proves who somebody is.
 *
 * <p>Immutable; two readings of the same state are equal.
 *
 * @param onDatabases rows that may be for patterns
 * @param onTables and on their columns
 */
record GrantTables(
    Settings settings,
    List<Account> accounts,
    List<RoleEdge> edges,
    List<GrantRow> onDatabases,
    List<GrantRow> onTables,
    List<GrantRow> onRoutines,
    List<Proxy> proxies) {

  /** The accounts of that user, in the order in which a login looks for its own. */
  List<Account> inOrder(String user) {
    return accounts.stream()
        .filter(account -> account.user().equals(user))
        .sorted(Comparator.comparing(account -> -Wildcards.narrowness(account.host())))
        .toList();
  }

  /** The same with other rows on databases and tables. */
  GrantTables with(List<GrantRow> databases, List<GrantRow> tables) {
    return new GrantTables(settings, accounts, edges, databases, tables, onRoutines, proxies);
  }

  /** By what a row is found: database and object. */
  Map<String, List<GrantRow>> byObject(List<GrantRow> rows) {
    Map<String, List<GrantRow>> found = new HashMap<>();
    for (GrantRow row : rows) {
      found.computeIfAbsent(keyOf(row), key -> new ArrayList<>()).add(row);
    }
    return found;
  }

  String keyOf(GrantRow row) {
    return key(row.database(), row.object(), !row.kind().isEmpty());
  }

  String keyOf(Item item) {
    return key(item.database(), item.name(), item.kind() == Kind.ROUTINE);
  }

  /** Names of routines have no case anywhere. */
  private String key(String database, String object, boolean routine) {
    String name = routine ? object.toLowerCase(Locale.ROOT) : settings.folded(object);
    return settings.folded(database) + "\0" + name;
  }
}
