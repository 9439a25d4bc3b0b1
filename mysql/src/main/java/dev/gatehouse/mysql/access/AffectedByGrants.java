package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whose access to what may be another after statements on some entries: on what they name, on what
 * is built on that, and on what may be moved there.
 *
 * @param accounts by name
 */
record AffectedByGrants(List<String> accounts, List<AccessObject> objects) {

  static AffectedByGrants of(MySqlAccess access, MySqlAccess after, List<GrantEntry> entries) {
    Set<String> users = new HashSet<>();
    entries.forEach(entry -> users.add(entry.user()));
    if (runsForOthers(access.snapshot(), users)) {
      users.add("");
    }
    List<Account> accounts =
        access.snapshot().grants().accounts().stream()
            .filter(account -> !account.predefined())
            .filter(account -> isOf(access, account, users))
            .toList();
    BitSet items = new BitSet();
    for (Item item : access.snapshot().items()) {
      if (entries.stream().anyMatch(entry -> isOn(access, entry, item))) {
        items.set(item.number());
      }
    }
    accounts.forEach(account -> addMoved(access, after, account, items));
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
        accounts.stream().map(Account::name).distinct().toList(),
        items.stream().mapToObj(access.snapshot().objects()::get).distinct().toList());
  }

  /** Tables of other places, which may now be moved to where the statements gave something. */
  private static void addMoved(
      MySqlAccess access, MySqlAccess after, Account account, BitSet items) {
    List<Extent> before = moved(access, account);
    List<Extent> then =
        after.snapshot().grants().accounts().stream()
            .filter(one -> one.is(account.user(), account.host()))
            .flatMap(one -> moved(after, one).stream())
            .toList();
    for (Item item : access.snapshot().items()) {
      Item same = after.snapshot().byObject().get(access.snapshot().objects().get(item.number()));
      if (item.kind() == Kind.TABLE && same != null && mask(before, item) != mask(then, same)) {
        items.set(item.number());
      }
    }
  }

  private static List<Extent> moved(MySqlAccess access, Account account) {
    return access.graph().states(account).stream().map(access.moved()::of).toList();
  }

  private static long mask(List<Extent> all, Item item) {
    return all.stream().mapToLong(extent -> extent.of(item)).reduce(0, (a, b) -> a | b);
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
