package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What may be done with all items of a server: the same on every database, but for those that have
 * a mask of their own, and more with single items.
 *
 * <p>Filled by one thread, then only asked.
 */
final class Extent {
  private static final long LEAVING = Right.ALTER.bit() | Right.DROP.bit();
  private static final long ARRIVING = Right.CREATE.bit() | Right.INSERT.bit();

  private final Map<Integer, Long> databases = new HashMap<>();
  private final Map<Integer, Long> items = new HashMap<>();
  private long everywhere;

  Extent(long everywhere) {
    this.everywhere = everywhere;
  }

  /** Of the rights that such items have. */
  long of(Item item) {
    return any(item) & Right.of(item.kind());
  }

  /** With those that what is in it has, and GRANT OPTION. */
  long any(Item item) {
    long mask = onDatabase(item.place());
    return items.isEmpty() ? mask : mask | items.getOrDefault(item.number(), 0L);
  }

  /** On all of it. */
  long onDatabase(int place) {
    return databases.isEmpty() ? everywhere : databases.getOrDefault(place, everywhere);
  }

  /** In place of what there is everywhere. */
  void putDatabase(int place, long rights) {
    databases.put(place, rights);
  }

  void addItem(Item item, long rights) {
    items.merge(item.number(), rights, (a, b) -> a | b);
  }

  void addEverywhere(long rights) {
    everywhere |= rights;
    databases.replaceAll((place, mask) -> mask | rights);
  }

  void add(Extent other) {
    other.databases.keySet().forEach(place -> databases.putIfAbsent(place, everywhere));
    databases.replaceAll((place, mask) -> mask | other.onDatabase(place));
    everywhere |= other.everywhere;
    other.items.forEach((item, mask) -> items.merge(item, mask, (a, b) -> a | b));
  }

  /** Whether a table with these rights can be taken out of its database. */
  static boolean leaves(long rights) {
    return (rights & LEAVING) == LEAVING;
  }

  /** What can be done with a table once it is in a database with these rights. */
  static long arrived(long rights) {
    return (rights & ARRIVING) == ARRIVING ? rights : 0;
  }

  /** What can be done with a table once it stands in place of one with these rights. */
  static long replaced(long rights) {
    return (rights & Right.DROP.bit()) == 0 ? 0 : arrived(rights);
  }

  /** Numbers of the items that it has more for than for all of their database. */
  Set<Integer> single() {
    return items.keySet();
  }

  /** Whether any table can be taken out of its database. */
  boolean leaves(Snapshot snapshot) {
    return leaves(everywhere)
        || databases.values().stream().anyMatch(Extent::leaves)
        || items.keySet().stream().map(snapshot.items()::get).anyMatch(item -> leaves(any(item)));
  }

  /** What can be done with tables after they are moved to other databases or names in use. */
  long arriving(Snapshot snapshot) {
    long arrived = databases.size() < snapshot.databases().size() ? arrived(everywhere) : 0;
    for (long mask : databases.values()) {
      arrived |= arrived(mask);
    }
    for (int number : items.keySet()) {
      Item item = snapshot.items().get(number);
      arrived |= item.kind() == Kind.TABLE ? replaced(of(item)) : 0;
    }
    return arrived;
  }

  /**
   * All of it, for those that can be moved. What only its own database or name gives is had there
   * already.
   *
   * @param there what can be done with them then
   */
  Extent moved(Snapshot snapshot, long there) {
    Extent moved = new Extent(leaves(everywhere) ? there : 0);
    databases.forEach((place, mask) -> moved.putDatabase(place, leaves(mask) ? there : 0));
    items.forEach(
        (number, mask) -> {
          Item item = snapshot.items().get(number);
          moved.addItem(item, leaves(any(item)) ? there : 0);
        });
    return moved;
  }
}
