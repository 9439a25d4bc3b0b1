package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whose access to what may be another after statements on some entries.
 *
 * @param accounts by name
 */
record AffectedByGrants(List<String> accounts, List<AccessObject> objects) {

  static AffectedByGrants of(MySqlAccess access, List<GrantEntry> entries) {
    Set<String> users = new HashSet<>();
    entries.forEach(entry -> users.add(entry.user()));
    if (runsForOthers(access.snapshot(), users)) {
      users.add("");
    }
    List<String> accounts =
        access.snapshot().grants().accounts().stream()
            .filter(account -> !account.predefined())
            .filter(account -> isOf(access, account, users))
            .map(Account::name)
            .distinct()
            .toList();
    BitSet items = new BitSet();
    for (Item item : access.snapshot().items()) {
      if (entries.stream().anyMatch(entry -> isOn(access, entry, item))) {
        items.set(item.number());
      }
    }
    boolean moved = !items.isEmpty();
    while (moved) {
      moved = false;
      for (int from : access.edges().used()) {
        for (AccessEdge edge : items.get(from) ? access.edges().of(from) : List.<AccessEdge>of()) {
          moved |= !items.get(edge.to());
          items.set(edge.to());
        }
      }
    }
    return new AffectedByGrants(
        accounts, items.stream().mapToObj(access.snapshot().objects()::get).distinct().toList());
  }

  /** What runs as one of them does what that one may, whoever uses it. */
  private static boolean runsForOthers(Snapshot snapshot, Set<String> users) {
    return Stream.concat(
            snapshot.items().stream().flatMap(item -> item.program().stream()),
            snapshot.triggers().values().stream().flatMap(List::stream).map(Trigger::program))
        .anyMatch(program -> users.contains(program.user()));
  }

  /** Rows of other hosts of the same user count as well, and an empty user is everybody. */
  private static boolean isOf(MySqlAccess access, Account account, Set<String> users) {
    return users.contains("")
        || users.contains(account.user())
        || access.graph().states(account).stream()
            .flatMap(state -> state.identities().stream())
            .flatMap(identity -> identity.accounts().stream())
            .anyMatch(one -> users.contains(one.user()));
  }

  private static boolean isOn(MySqlAccess access, GrantEntry entry, Item item) {
    Settings settings = access.snapshot().grants().settings();
    String database = settings.folded(item.database());
    String pattern = settings.folded(entry.database());
    if (entry.onDatabases()) {
      return settings.literalNames()
          ? pattern.equals(database)
          : Wildcards.match(pattern, database);
    }
    return item.kind() == Kind.TABLE
        && pattern.equals(database)
        && settings.folded(entry.object()).equals(settings.folded(item.name()));
  }
}
