package dev.gatehouse.mysql.access;

import dev.gatehouse.mysql.access.Program.Name;
import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a table can be moved to and nothing is yet: names that grants stand on although no table
 * has them, and databases that grants are for before anybody has made them.
 */
final class VacantPlaces {
  /** One sign for each wildcard, or so many that a narrower pattern hardly meets them as well. */
  private static final List<Integer> LENGTHS = List.of(1, 7);

  private static final int LONGEST = 64;

  private final GrantIndex index;
  private final Settings settings;
  private final Map<String, List<GrantRow>> orphans;
  private final Map<String, Set<String>> byUser = new HashMap<>();
  private final Map<Name, Set<String>> byName = new HashMap<>();
  private final Map<String, Set<String>> spelled = new HashMap<>();

  /**
   * One of them.
   *
   * @param rights on a table once it is there
   * @param before what has to be executed before it is moved; empty for nothing
   * @param table its name there; empty where it keeps its own
   */
  record Place(long rights, String before, String database, String table) {
    String shown() {
      String place = SqlNames.printed(database);
      return table.isEmpty() ? place : place + "." + SqlNames.printed(table);
    }
  }

  VacantPlaces(Snapshot snapshot, GrantIndex index) {
    this.index = index;
    this.settings = snapshot.grants().settings();
    this.orphans = snapshot.grants().byObject(snapshot.orphans());
    orphans.forEach(
        (key, rows) ->
            rows.forEach(
                row -> {
                  byUser.computeIfAbsent(row.user(), user -> new TreeSet<>()).add(key);
                  byName
                      .computeIfAbsent(
                          Name.of(row.database(), row.object()), name -> new TreeSet<>())
                      .add(key);
                  spell(row.database());
                }));
    snapshot.databases().forEach(place -> spell(place.database()));
  }

  private void spell(String database) {
    spelled.computeIfAbsent(Name.of(database, "").database(), key -> new TreeSet<>()).add(database);
  }

  /** Those at which it may put a table. */
  List<Place> of(RoleState state) {
    List<Place> places = new ArrayList<>();
    Set<String> named = new TreeSet<>();
    for (Identity identity : state.identities()) {
      GrantIndex.users(identity).forEach(user -> named.addAll(byUser.getOrDefault(user, Set.of())));
    }
    for (String key : named) {
      GrantRow row = orphans.getOrDefault(key, List.of()).get(0);
      long rights = byKey(state, key);
      if (rights != 0) {
        place(state, row.database(), row.object(), rights).ifPresent(places::add);
      }
    }
    for (String name : databases(state)) {
      place(state, name, "", 0).ifPresent(places::add);
    }
    return places;
  }

  /** The rows of one name alone. */
  private long byKey(RoleState state, String key) {
    List<GrantRow> rows = orphans.getOrDefault(key, List.of());
    long rights = 0;
    for (Identity identity : state.identities()) {
      rights |= GrantIndex.rights(index.onObject(identity, rows, rows.get(0).object()));
    }
    return rights;
  }

  /**
   * Where it may put a table that takes a name of a program's text. How the name is spelled is not
   * told there, so that all are looked at that differ by their capitals.
   */
  Optional<Place> at(RoleState state, Name name) {
    for (String key : byName.getOrDefault(name, Set.of())) {
      GrantRow row = orphans.getOrDefault(key, List.of()).get(0);
      Optional<Place> place = place(state, row.database(), row.object(), byKey(state, key));
      if (place.isPresent()) {
        return place;
      }
    }
    return databases(name).stream()
        .flatMap(database -> place(state, database, name.name(), 0).stream())
        .findFirst();
  }

  /** What it may do with a table of that name. */
  long rights(RoleState state, Name name) {
    long rights = 0;
    for (String key : byName.getOrDefault(name, Set.of())) {
      rights |= byKey(state, key);
    }
    for (String database : databases(name)) {
      rights |= index.onDatabase(state, database);
    }
    return rights;
  }

  private Set<String> databases(Name name) {
    return spelled.getOrDefault(name.database(), Set.of(name.database()));
  }

  private Optional<Place> place(RoleState state, String database, String table, long byName) {
    boolean there = index.isThere(database);
    long onDatabase = index.onDatabase(state, database);
    boolean can = there || (onDatabase & Right.CREATE.bit()) != 0;
    long rights = can ? Extent.arrived(onDatabase | byName) : 0;
    String before = there ? "" : "CREATE DATABASE " + SqlNames.quotedAsIs(database) + "; ";
    return rights == 0 ? Optional.empty() : Optional.of(new Place(rights, before, database, table));
  }

  /** For each row on databases, and for what counts everywhere, a name that is still free. */
  private Set<String> databases(RoleState state) {
    Map<String, Long> patterns = new LinkedHashMap<>();
    for (Identity identity : state.identities()) {
      for (GrantRow row : index.candidates(identity)) {
        patterns.merge(settings.folded(row.database()), row.rights(), (a, b) -> a | b);
      }
    }
    Set<String> names = new LinkedHashSet<>();
    patterns.forEach(
        (pattern, rights) ->
            free(state, pattern, rights, settings.literalNames()).ifPresent(names::add));
    free(state, "%", /* rights= */ 0, /* literal= */ false).ifPresent(names::add);
    return names;
  }

  /** One at which the row counts, and no narrower one does instead; else any. */
  private Optional<String> free(RoleState state, String pattern, long rights, boolean literal) {
    String first = Wildcards.filled(pattern, "a");
    if (literal || first.equals(Wildcards.filled(pattern, "b"))) {
      return Optional.of(literal ? pattern : first).filter(name -> !index.isThere(name));
    }
    Optional<String> any = Optional.empty();
    for (int length : LENGTHS) {
      for (char sign : "abcdefghijklmnopqrstuvwxyz0123456789".toCharArray()) {
        String name = Wildcards.filled(pattern, String.valueOf(sign).repeat(length));
        if (name.length() <= LONGEST && !index.isThere(name)) {
          if ((rights & ~index.onDatabase(state, name)) == 0) {
            return Optional.of(name);
          }
          any = any.or(() -> Optional.of(name));
        }
      }
    }
    return any;
  }
}
