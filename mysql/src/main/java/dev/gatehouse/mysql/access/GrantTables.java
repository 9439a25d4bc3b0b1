package dev.gatehouse.mysql.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
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

  /** By what a row is found: database and object. */
  static Map<String, List<GrantRow>> byObject(List<GrantRow> rows) {
    Map<String, List<GrantRow>> found = new HashMap<>();
    for (GrantRow row : rows) {
      found.computeIfAbsent(key(row.database(), row.object()), key -> new ArrayList<>()).add(row);
    }
    return found;
  }

  static String key(String database, String object) {
    return database + "\0" + object;
  }
}
