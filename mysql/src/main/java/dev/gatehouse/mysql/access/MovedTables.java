package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.mysql.access.IndirectRights.Missing;
import dev.gatehouse.mysql.access.Program.Name;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may ALTER and DROP a table may move it to where it may do more: to another database, in place
 * of another table, to a name that grants stand on and nothing has, or to one that programs use.
 */
final class MovedTables {
  private final Snapshot snapshot;
  private final DirectRights direct;
  private final AccountRights rights;
  private final VacantPlaces vacant;
  private final Map<RoleState, Extent> moved = new ConcurrentHashMap<>();

  MovedTables(Snapshot snapshot, DirectRights direct, AccountRights rights) {
    this.snapshot = snapshot;
    this.direct = direct;
    this.rights = rights;
    this.vacant = direct.vacant();
  }

  /** What it can do with tables after it moved them. */
  Extent of(RoleState state) {
    Extent known = moved.get(state);
    return known != null ? known : moved.computeIfAbsent(state, this::found);
  }

  private Extent found(RoleState state) {
    Extent extent = direct.extent(state);
    if (!extent.leaves(snapshot)) {
      return new Extent(0);
    }
    long elsewhere = extent.arriving(snapshot);
    for (VacantPlaces.Place place : vacant.of(state)) {
      elsewhere |= place.rights();
    }
    IndirectRights built = rights.indirect(state);
    if (!built.extent().single().isEmpty() || !built.unseen().isEmpty()) {
      for (Item other : snapshot.items()) {
        elsewhere |= isReplaced(state, other) ? byPrograms(built, other) : 0;
      }
    }
    for (Missing one : built.missing()) {
      for (Name name : one.code().names()) {
        long more = one.code().done() & ~elsewhere;
        if (more != 0 && vacant.at(state, name).isPresent()) {
          elsewhere |= done(one, name);
        }
      }
    }
    return extent.moved(snapshot, elsewhere);
  }

  private boolean isReplaced(RoleState state, Item other) {
    return other.kind() == Kind.TABLE && Extent.replaced(direct.extent(state).of(other)) != 0;
  }

  /** What that code does to a table which has taken that name. */
  private long done(Missing one, Name name) {
    return one.code().done() & vacant.rights(rights.definer(one.who()), name);
  }

  private long byPrograms(IndirectRights built, Item other) {
    long mask = built.extent().of(other);
    for (Account owner : built.unseen()) {
      mask |= rights.unseen(owner).of(other);
    }
    return mask;
  }

  /** By the first such place, as one more link of the ways to ALTER. */
  List<Path> paths(RoleState state, Right right, Item table) {
    if (table.kind() != Kind.TABLE || (of(state).of(table) & right.bit()) == 0) {
      return List.of();
    }
    Extent extent = direct.extent(state);
    String rename = "ALTER TABLE " + table.inSql() + " RENAME TO ";
    for (Item place : snapshot.databases()) {
      if (place.number() != table.place()
          && (Extent.arrived(extent.onDatabase(place.number())) & right.bit()) != 0) {
        String to = SqlNames.quotedAsIs(place.database()) + "." + SqlNames.quotedAsIs(table.name());
        return moving(state, table, "to " + place.shown(), rename + to);
      }
    }
    for (int number : extent.single()) {
      Item other = snapshot.items().get(number);
      if (other.kind() == Kind.TABLE
          && number != table.number()
          && (Extent.replaced(extent.of(other)) & right.bit()) != 0) {
        return inPlaceOf(state, table, other);
      }
    }
    for (VacantPlaces.Place place : vacant.of(state)) {
      if ((place.rights() & right.bit()) != 0) {
        return toVacant(state, table, place);
      }
    }
    List<Path> all = throughPrograms(state, right, table);
    return all.isEmpty() ? throughMissing(state, right, table) : all;
  }

  /** What reads or writes another table by its name does so with the one that stands there then. */
  private List<Path> throughPrograms(RoleState state, Right right, Item table) {
    IndirectRights built = rights.indirect(state);
    for (Item other : snapshot.items()) {
      if (other.number() != table.number()
          && isReplaced(state, other)
          && (byPrograms(built, other) & right.bit()) != 0) {
        List<Path> ways = new ArrayList<>(built.to(right, other, /* column= */ ""));
        Set<Account> could = new LinkedHashSet<>(built.unseen());
        could.removeIf(one -> (rights.unseen(one).of(other) & right.bit()) == 0);
        ways.addAll(built.toUnseen(could));
        return joined(inPlaceOf(state, table, other), ways);
      }
    }
    return List.of();
  }

  /** The same where what it names is not there, or no more. */
  private List<Path> throughMissing(RoleState state, Right right, Item table) {
    IndirectRights built = rights.indirect(state);
    for (Missing one : built.missing()) {
      for (Name name : one.code().names()) {
        if ((done(one, name) & right.bit()) != 0) {
          Optional<VacantPlaces.Place> place = vacant.at(state, name);
          if (place.isPresent()) {
            return joined(toVacant(state, table, place.get()), built.to(one));
          }
        }
      }
    }
    return List.of();
  }

  private static List<Path> joined(List<Path> begins, List<Path> ways) {
    List<Path> all = new ArrayList<>();
    for (Path begin : begins) {
      for (Path way : ways) {
        List<Hop> hops = new ArrayList<>(begin.hops());
        hops.addAll(way.hops());
        all.add(
            Path.of(hops).withUnknown("whether it fits there, its columns above all, is not told"));
      }
    }
    return all;
  }

  private List<Path> toVacant(RoleState state, Item table, VacantPlaces.Place place) {
    String name = place.table().isEmpty() ? table.name() : place.table();
    String to = SqlNames.quotedAsIs(place.database()) + "." + SqlNames.quotedAsIs(name);
    String where = "to " + place.shown() + ", where nothing is yet,";
    String rename = "ALTER TABLE " + table.inSql() + " RENAME TO ";
    return moving(state, table, where, place.before() + rename + to);
  }

  private List<Path> inPlaceOf(RoleState state, Item table, Item other) {
    String drop = other.form().equals("view") ? "DROP VIEW " : "DROP TABLE ";
    String steps =
        drop + other.inSql() + "; ALTER TABLE " + table.inSql() + " RENAME TO " + other.inSql();
    return moving(state, table, "in place of " + other.shown(), steps);
  }

  private List<Path> moving(RoleState state, Item table, String where, String step) {
    String sentence = state.account().name() + " may move it " + where + " and do it there";
    Hop hop = Hop.of(Hop.Kind.ESCALATION, sentence).withStep(step);
    return direct.paths(state, Right.ALTER, table, /* column= */ "").stream()
        .map(path -> path.then(hop))
        .toList();
  }
}
