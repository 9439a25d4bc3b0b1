package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.mysql.access.DatabaseRows.Counting;
import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rows of the grant tables, found by whom they are for and by what they are on. */
final class GrantIndex {
  private final GrantTables grants;
  private final List<Item> items;
  private final Map<String, Integer> databases = new HashMap<>();
  private final Map<String, List<GrantRow>> onDatabases = new HashMap<>();
  private final Map<String, Map<Integer, List<GrantRow>>> onItems = new HashMap<>();

  GrantIndex(Snapshot snapshot) {
    this.grants = snapshot.grants();
    this.items = snapshot.items();
    for (GrantRow row : grants.onDatabases()) {
      onDatabases.computeIfAbsent(row.user(), key -> new ArrayList<>()).add(row);
    }
    Map<String, List<GrantRow>> tables = grants.byObject(grants.onTables());
    Map<String, List<GrantRow>> routines = grants.byObject(grants.onRoutines());
    for (Item item : items) {
      if (item.kind() == Kind.DATABASE) {
        databases.put(grants.settings().folded(item.database()), item.number());
      } else {
        Map<String, List<GrantRow>> found = item.kind() == Kind.ROUTINE ? routines : tables;
        found.getOrDefault(grants.keyOf(item), List.of()).stream()
            .filter(row -> row.kind().isEmpty() || row.kind().equalsIgnoreCase(item.form()))
            .forEach(
                row ->
                    onItems
                        .computeIfAbsent(row.user(), key -> new HashMap<>())
                        .computeIfAbsent(item.number(), key -> new ArrayList<>())
                        .add(row));
      }
    }
  }

  /** All that is given, also what is not certain. */
  Extent extent(Identity who) {
    long everywhere = 0;
    Set<Integer> differing = new TreeSet<>();
    for (Account account : who.accounts()) {
      everywhere |= Right.mask(account.globals());
      account.restrictions().keySet().forEach(name -> addNamed(differing, name));
    }
    for (GrantRow row : candidates(who)) {
      addMatching(differing, grants.settings().folded(row.database()));
    }
    Extent extent = new Extent(everywhere);
    for (int place : differing) {
      extent.putDatabase(place, rights(onDatabase(who, items.get(place).database())));
    }
    for (String user : users(who)) {
      for (int number : onItems.getOrDefault(user, Map.of()).keySet()) {
        Item item = items.get(number);
        extent.addItem(item, rights(onItem(who, item)));
      }
    }
    return extent;
  }

  boolean isThere(String database) {
    return databases.containsKey(grants.settings().folded(database));
  }

  private void addNamed(Set<Integer> places, String name) {
    Integer place = databases.get(name);
    if (place != null) {
      places.add(place);
    }
  }

  private void addMatching(Set<Integer> places, String pattern) {
    if (grants.settings().literalNames() || !Wildcards.any(pattern)) {
      addNamed(places, pattern);
    } else {
      databases.forEach(
          (name, place) -> {
            if (Wildcards.match(pattern, name)) {
              places.add(place);
            }
          });
    }
  }

  static long rights(List<Given> all) {
    return all.stream().mapToLong(Given::rights).reduce(0, (a, b) -> a | b);
  }

  static Set<String> users(Identity who) {
    Set<String> users = new LinkedHashSet<>();
    who.accounts().forEach(account -> users.add(account.user()));
    return users;
  }

  /** Rows for nobody by name are for everybody. */
  List<GrantRow> candidates(Identity who) {
    Set<String> users = users(who);
    users.add("");
    List<GrantRow> rows = new ArrayList<>();
    users.forEach(user -> rows.addAll(onDatabases.getOrDefault(user, List.of())));
    return rows;
  }

  /** On all of a database, whether it is there or not. */
  long onDatabase(RoleState state, String database) {
    long mask = 0;
    for (Identity identity : state.identities()) {
      mask |= rights(onDatabase(identity, database));
    }
    return mask;
  }

  /** What is given on all of a database, on the whole server too. */
  List<Given> onDatabase(Identity who, String named) {
    String database = grants.settings().folded(named);
    List<Given> all = new ArrayList<>();
    long restricted = 0;
    for (Account account : who.accounts()) {
      all.add(new Given(account, account.everywhere(database), "", "", "*.*"));
      restricted |= Right.mask(account.restrictions().getOrDefault(database, Set.of()));
    }
    for (Counting counting : DatabaseRows.of(who, candidates(who), database, grants)) {
      GrantRow row = counting.row();
      Account to = of(row, who);
      String where = SqlNames.quotedAsIs(row.database()) + ".*";
      all.add(new Given(to, row.rights() & ~restricted, "", counting.onlyWhen(), where));
      String perhaps = "a partial revoke may take it back";
      all.add(new Given(to, row.rights() & restricted, "", perhaps, where));
    }
    all.removeIf(given -> given.rights() == 0);
    return all;
  }

  /** What is given on it by name. */
  List<Given> onItem(Identity who, Item item) {
    List<GrantRow> rows = new ArrayList<>();
    for (String user : users(who)) {
      rows.addAll(onItems.getOrDefault(user, Map.of()).getOrDefault(item.number(), List.of()));
    }
    return onObject(who, rows, item.inSql());
  }

  /** What rows on one object give, whether it is there or not. */
  List<Given> onObject(Identity who, List<GrantRow> rows, String where) {
    List<Given> all = new ArrayList<>();
    for (Counting counting : DatabaseRows.ofObject(who, rows, grants)) {
      GrantRow row = counting.row();
      Account to = of(row, who);
      String when = counting.onlyWhen();
      all.add(new Given(to, row.rights(), "", when, where));
      row.columns()
          .forEach((column, rights) -> all.add(new Given(to, rights, column, when, where)));
    }
    return all;
  }

  /**
   * Whom a row is for: of somebody else with the same user, who is looked at by the login alone.
   */
  private Account of(GrantRow row, Identity identity) {
    return identity.accounts().stream()
        .filter(row::isOf)
        .findFirst()
        .or(() -> grants.accounts().stream().filter(row::isOf).findFirst())
        .orElseGet(() -> new Account(-1, row.user(), row.host(), false, Set.of(), Map.of()));
  }
}
