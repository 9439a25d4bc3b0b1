package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What grants give by themselves, on all levels: server, database, table, column, routine. */
final class DirectRights {
  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final GrantIndex index;
  private final VacantPlaces vacant;
  private final Map<RoleState, Extent> extents = new ConcurrentHashMap<>();

  DirectRights(Snapshot snapshot, RoleGraph graph) {
    this.snapshot = snapshot;
    this.graph = graph;
    this.index = new GrantIndex(snapshot);
    this.vacant = new VacantPlaces(snapshot, index);
  }

  /** All it may do with objects or a part of them, also what is not certain. */
  Extent extent(RoleState state) {
    Extent known = extents.get(state);
    return known != null ? known : extents.computeIfAbsent(state, this::found);
  }

  private Extent found(RoleState state) {
    Extent extent = new Extent(0);
    state.identities().forEach(identity -> extent.add(index.extent(identity)));
    return extent;
  }

  VacantPlaces vacant() {
    return vacant;
  }

  /** On all of a database, whether it is there or not. */
  long onDatabase(RoleState state, String database) {
    return index.onDatabase(state, database);
  }

  /**
   * The ways to it by grants.
   *
   * @param column asked for; empty for the whole, of which a grant on columns is a part
   */
  List<Path> paths(RoleState state, Right right, Item item, String column) {
    List<Path> paths = new ArrayList<>();
    for (Identity identity : state.identities()) {
      List<Given> all = index.onDatabase(identity, item.database());
      all.addAll(item.kind() == Kind.DATABASE ? List.of() : index.onItem(identity, item));
      for (Given given : all) {
        boolean fits =
            column.isEmpty() || given.column().isEmpty() || given.column().equalsIgnoreCase(column);
        if (fits && (given.rights() & right.bit()) != 0) {
          paths.add(path(state, right, given));
        }
      }
    }
    return paths;
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
}
