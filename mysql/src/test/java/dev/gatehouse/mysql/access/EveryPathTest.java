package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is computed for all objects of a server at once is what there are paths to, cell by cell.
 */
class EveryPathTest {
  private int cells;
  private int open;

  @Test
  void a_privilege_is_open_when_there_is_a_path_to_it() {
    compare(Integer.getInteger("access.snapshots", 40));
  }

  @Tag("nightly")
  @Test
  void a_privilege_of_thousands_of_servers_is_open_when_there_is_a_path_to_it() {
    compare(Integer.getInteger("access.snapshots", 2_000));
  }

  private void compare(int snapshots) {
    List<String> differences = new ArrayList<>();
    for (long seed = 1; seed <= snapshots; seed++) {
      Snapshot snapshot = RandomSnapshots.of(seed);
      MySqlAccess access = new MySqlAccess(snapshot);
      for (Account account : snapshot.grants().accounts()) {
        for (Item item : snapshot.items()) {
          compare(seed, access, account.name(), item.object(), differences);
          for (String column : item.columns()) {
            AccessObject object = AccessObject.column(item.shown() + "." + column);
            compare(seed, access, account.name(), object, differences);
          }
        }
      }
    }
    System.out.printf(
        "%d snapshots, %d cells, %d open, %d differences%n",
        snapshots, cells, open, differences.size());
    assertThat(differences).isEmpty();
    assertThat(open).isBetween(cells / 4, cells * 3 / 4);
  }

  private void compare(
      long seed, MySqlAccess access, String account, AccessObject object, List<String> found) {
    Set<String> byPaths = new TreeSet<>();
    Set<String> asked = new TreeSet<>(access.privileges(object.kind()));
    asked.removeAll(access.ownersAlone(AccessObject.Kind.TABLE)); // by paths alone
    for (String privilege : asked) {
      if (!access.paths(account, privilege, object).isEmpty()) {
        byPaths.add(privilege);
      }
      cells++;
    }
    open += byPaths.size();
    Set<String> atOnce = new TreeSet<>(access.notDenied(account, object));
    atOnce.retainAll(asked);
    if (!atOnce.equals(byPaths)) {
      found.add(seed + ": " + account + " on " + object + ": " + atOnce + ", paths: " + byPaths);
    }
  }
}
