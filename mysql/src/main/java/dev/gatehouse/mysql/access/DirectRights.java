package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.mysql.access.DatabaseRows.Counting;
import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What grants give by themselves, on all levels: server, database, table, column, routine. */
final class DirectRights {
  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final List<List<GrantRow>> rows = new ArrayList<>();
  private final Map<Place, Above> places = new ConcurrentHashMap<>();

  private record Place(Identity identity, String database) {}

  /** What is given above the objects of a database, with all and with the certain rights of it. */
  private record Above(List<Given> given, long all, long certain) {}

  /**
   * Rights, and where they come from.
   *
   * @param column of a grant on one; else empty
   * @param onlyWhen for which logins, or why it is not certain; empty where it is
   * @param where as GRANT writes it behind ON
   */
  private record Given(Account to, long rights, String column, String onlyWhen, String where) {}

  DirectRights(Snapshot snapshot, RoleGraph graph) {
    this.snapshot = snapshot;
    this.graph = graph;
    GrantTables grants = snapshot.grants();
    Map<String, List<GrantRow>> tables = grants.byObject(grants.onTables());
    Map<String, List<GrantRow>> routines = grants.byObject(grants.onRoutines());
    for (Item item : snapshot.items()) {
      Map<String, List<GrantRow>> found =
          item.kind() == Kind.TABLE ? tables : item.kind() == Kind.ROUTINE ? routines : Map.of();
      rows.add(
          found.getOrDefault(grants.keyOf(item), List.of()).stream()
              .filter(row -> row.kind().isEmpty() || row.kind().equalsIgnoreCase(item.form()))
              .toList());
    }
  }

  /** All it may do with the object or a part of it, also what is not certain. */
  long mask(RoleState state, Item item) {
    return mask(state, item, /* certainAlone= */ false);
  }

  /** The same without what is not certain. */
  long certain(RoleState state, Item item) {
    return mask(state, item, /* certainAlone= */ true);
  }

  private long mask(RoleState state, Item item, boolean certainAlone) {
    long mask = 0;
    List<GrantRow> mine = rows.get(item.number());
    for (Identity identity : state.identities()) {
      Above above = place(identity, item.database());
      mask |= certainAlone ? above.certain() : above.all();
      if (concerns(identity, mine)) {
        for (Counting counting : DatabaseRows.ofObject(identity, mine, snapshot.grants())) {
          boolean counts = !certainAlone || counting.onlyWhen().isEmpty();
          mask |= counts ? counting.row().rights() | counting.row().onColumns() : 0;
        }
      }
    }
    return mask & Right.of(item.kind());
  }

  /** Rows on an object are for a user by name. */
  private static boolean concerns(Identity identity, List<GrantRow> rows) {
    for (GrantRow row : rows) {
      for (Account account : identity.accounts()) {
        // names of many accounts begin alike: their hashes differ before their letters do
        if (row.user().hashCode() == account.user().hashCode()
            && row.user().equals(account.user())) {
          return true;
        }
      }
    }
    return false;
  }

  /** On all of a database, by whatever level above its objects. */
  long onDatabase(RoleState state, String database) {
    long mask = 0;
    for (Identity identity : state.identities()) {
      mask |= place(identity, database).all();
    }
    return mask;
  }

  /**
   * The ways to it by grants.
   *
   * @param column asked for; empty for the whole, of which a grant on columns is a part
   */
  List<Path> paths(RoleState state, Right right, Item item, String column) {
    List<Path> paths = new ArrayList<>();
    for (Identity identity : state.identities()) {
      for (Given given : given(identity, item)) {
        boolean fits =
            column.isEmpty() || given.column().isEmpty() || given.column().equalsIgnoreCase(column);
        if (fits && (given.rights() & right.bit()) != 0) {
          paths.add(path(state, right, given));
        }
      }
    }
    return paths;
  }

  boolean isMovable(RoleState state, Item table) {
    long needed = Right.ALTER.bit() | Right.DROP.bit();
    return table.kind() == Kind.TABLE && (mask(state, table) & needed) == needed;
  }

  /**
   * Who may ALTER and DROP a table may move it to where it may do more: each such database, as one
   * more link of the ways to ALTER.
   */
  List<Path> byMoving(RoleState state, Right right, Item table) {
    if (!isMovable(state, table)) {
      return List.of();
    }
    long there = Right.CREATE.bit() | Right.INSERT.bit() | right.bit();
    for (Item place : snapshot.items()) {
      if (place.kind() == Kind.DATABASE
          && !place.database().equals(table.database())
          && (onDatabase(state, place.database()) & there) == there) {
        Hop moved =
            Hop.of(
                    Hop.Kind.ESCALATION,
                    state.account().name()
                        + " may move it to "
                        + place.shown()
                        + " and do it there")
                .withStep(
                    "ALTER TABLE "
                        + table.inSql()
                        + " RENAME TO "
                        + SqlNames.quotedAsIs(place.database())
                        + "."
                        + SqlNames.quotedAsIs(table.name()));
        return paths(state, Right.ALTER, table, /* column= */ "").stream()
            .map(path -> path.then(moved))
            .toList();
      }
    }
    return List.of();
  }

  private Path path(RoleState state, Right right, Given given) {
    List<Hop> hops = new ArrayList<>(graph.chain(state, given.to()));
    String part = given.column().isEmpty() ? "" : " (" + SqlNames.quotedAsIs(given.column()) + ")";
    Hop.Kind kind =
        given.to().isPublic()
            ? Hop.Kind.PUBLIC
            : given.column().isEmpty() ? Hop.Kind.GRANT : Hop.Kind.COLUMN;
    String what = right.words() + part + " ON " + given.where();
    hops.add(
        Hop.of(kind, given.to().name() + " has " + right.words() + part + " on " + given.where())
            .withFix("REVOKE " + what + " FROM " + given.to().inSql()));
    return given.onlyWhen().isEmpty() ? Path.of(hops) : Path.of(hops).withUnknown(given.onlyWhen());
  }

  String grant(Right right, Item item, Account account) {
    String where =
        item.kind() == Kind.DATABASE && !snapshot.grants().settings().literalNames()
            ? SqlNames.quotedAsIs(item.database().replaceAll("([_%])", "\\\\$1")) + ".*"
            : item.inSql();
    return "GRANT " + right.words() + " ON " + where + " TO " + account.inSql();
  }

  private List<Given> given(Identity identity, Item item) {
    List<Given> all = new ArrayList<>(place(identity, item.database()).given());
    List<GrantRow> mine = rows.get(item.number());
    for (Counting counting : DatabaseRows.ofObject(identity, mine, snapshot.grants())) {
      GrantRow row = counting.row();
      Account to = of(row, identity);
      all.add(new Given(to, row.rights(), "", counting.onlyWhen(), item.inSql()));
      row.columns()
          .forEach(
              (column, rights) ->
                  all.add(new Given(to, rights, column, counting.onlyWhen(), item.inSql())));
    }
    return all;
  }

  private Above place(Identity identity, String named) {
    String database = snapshot.grants().settings().folded(named);
    Place place = new Place(identity, database);
    Above known = places.get(place);
    if (known == null) {
      long all = 0;
      long certain = 0;
      List<Given> given = onPlace(identity, database);
      for (Given one : given) {
        all |= one.rights();
        certain |= one.onlyWhen().isEmpty() ? one.rights() : 0;
      }
      known = new Above(given, all, certain);
      places.put(place, known);
    }
    return known;
  }

  private List<Given> onPlace(Identity identity, String database) {
    List<Given> all = new ArrayList<>();
    Map<Account, Long> taken = new HashMap<>();
    for (Account account : identity.accounts()) {
      all.add(new Given(account, account.everywhere(database), "", "", "*.*"));
      taken.put(account, Right.mask(account.restrictions().getOrDefault(database, Set.of())));
    }
    long restricted = taken.values().stream().reduce(0L, (a, b) -> a | b);
    for (Counting counting :
        DatabaseRows.of(identity, snapshot.grants().onDatabases(), database, snapshot.grants())) {
      GrantRow row = counting.row();
      Account to = of(row, identity);
      String where = SqlNames.quotedAsIs(row.database()) + ".*";
      long open = row.rights() & ~restricted;
      all.add(new Given(to, open, "", counting.onlyWhen(), where));
      all.add(
          new Given(to, row.rights() & restricted, "", "a partial revoke may take it back", where));
    }
    all.removeIf(given -> given.rights() == 0);
    return List.copyOf(all);
  }

  /**
   * Whom a row is for: of somebody else with the same user, who is looked at by the login alone.
   */
  private Account of(GrantRow row, Identity identity) {
    return identity.accounts().stream()
        .filter(row::isOf)
        .findFirst()
        .or(() -> snapshot.grants().accounts().stream().filter(row::isOf).findFirst())
        .orElseGet(() -> new Account(-1, row.user(), row.host(), false, Set.of(), Map.of()));
  }
}
