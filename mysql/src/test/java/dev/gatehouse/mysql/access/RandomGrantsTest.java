package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Hop.Kind;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.Served;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random graphs: each cell is asked of the server by PREPARE in a fresh login, as the login begins
 * and with each role.
 */
class RandomGrantsTest {
  private int cells;
  private int open;
  private int unknown;
  private int late;

  static List<Served> engines() {
    return Served.share(RandomGrantsTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void four_graphs_are_as_the_server_has_them(Served served) throws SQLException {
    compare(served, Integer.getInteger("access.rounds", 4));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void five_hundred_graphs_are_as_the_server_has_them(Served served) throws SQLException {
    compare(served, Integer.getInteger("access.rounds", 500));
  }

  private void compare(Served served, int rounds) throws SQLException {
    List<String> differences =
        RandomGraphs.each(
            served,
            rounds,
            RandomGrants::fill,
            (stage, seed, found) -> {
              EffectiveAccess access = stage.access();
              for (Seen seen : seen(stage)) {
                compare(seen, access, found);
              }
            });
    System.out.printf(
        "%s: %d graphs, %d cells, %d open, %d unknown, %d after FLUSH alone, %d differences%n",
        served, rounds, cells, open, unknown, late, differences.size());
    assertThat(differences).isEmpty();
    assertThat(cells).isGreaterThan(rounds * 80);
    assertThat(open).isGreaterThan(rounds * 5);
    assertThat(unknown).isLessThanOrEqualTo(cells / 20);
    assertThat(late).isLessThanOrEqualTo(cells / 20);
  }

  private record Cell(AccessObject object, String privilege, String sql) {}

  private static List<Cell> cells(Stage stage) {
    List<Cell> cells = new ArrayList<>();
    for (String database : RandomGrants.databases()) {
      for (String table : List.of("t", "u")) {
        String name = stage.filled(database) + "." + table;
        String in = "`" + stage.filled(database) + "`." + table;
        for (String column : List.of("a", "b")) {
          AccessObject object = AccessObject.column(name + "." + column);
          cells.add(new Cell(object, "SELECT", "SELECT " + column + " FROM " + in));
          cells.add(
              new Cell(object, "INSERT", "INSERT INTO " + in + " (" + column + ") VALUES (1)"));
          cells.add(new Cell(object, "UPDATE", "UPDATE " + in + " SET " + column + " = 1"));
        }
        AccessObject object = AccessObject.table(name);
        cells.add(new Cell(object, "DELETE", "DELETE FROM " + in));
        cells.add(new Cell(object, "CREATE", "CREATE TABLE IF NOT EXISTS " + in + " (z INT)"));
      }
    }
    return cells;
  }

  /** What a login may do as it begins, and with whatever role. */
  private record Seen(String account, List<Cell> all, Set<Cell> first, Set<Cell> ever) {}

  /**
   * MariaDB counts some rights on *.* of a role within a role from the next FLUSH PRIVILEGES or
   * restart on: what anybody's FLUSH opens is open. What only a FLUSH would close is open, too.
   */
  private List<Seen> seen(Stage stage) throws SQLException {
    List<Seen> seen = new ArrayList<>();
    for (String user : RandomGrants.USERS) {
      seen.add(seen(stage, user));
    }
    if (stage.isMariaDb()) {
      stage.run("FLUSH PRIVILEGES");
      for (int at = 0; at < seen.size(); at++) {
        Seen flushed = seen(stage, RandomGrants.USERS.get(at));
        Set<Cell> ever = seen.get(at).ever();
        int before = ever.size();
        ever.addAll(flushed.ever());
        late += ever.size() - before;
        seen.get(at).first().addAll(flushed.first());
      }
    }
    return seen;
  }

  private static Seen seen(Stage stage, String user) throws SQLException {
    List<Cell> all = cells(stage);
    try (Connection session = stage.login(user)) {
      String account = Sql.one(session, "SELECT CURRENT_USER()");
      Set<Cell> first = allowed(session, all);
      Seen seen = new Seen(account, all, first, new LinkedHashSet<>(first));
      for (String state : RandomGraphs.states(stage)) {
        // it may not have been granted that role
        if (!state.isEmpty() && Stage.runs(session, "SET ROLE " + state) == 0) {
          seen.ever().addAll(allowed(session, all));
        }
      }
      return seen;
    }
  }

  private static Set<Cell> allowed(Connection session, List<Cell> cells) {
    Set<Cell> allowed = new LinkedHashSet<>();
    for (Cell cell : cells) {
      int code = Stage.prepares(session, cell.sql());
      if (code == 0) {
        allowed.add(cell);
      } else {
        assertThat(code).as(cell.sql()).isIn(1142, 1143);
      }
    }
    return allowed;
  }

  private void compare(Seen seen, EffectiveAccess access, List<String> differences) {
    for (Cell cell : seen.all()) {
      boolean now = seen.first().contains(cell);
      compare(seen.account(), cell, now, seen.ever().contains(cell), access, differences);
    }
  }

  private void compare(
      String account,
      Cell cell,
      boolean now,
      boolean ever,
      EffectiveAccess access,
      List<String> differences) {
    // what it could do by writing the grant tables is no answer of PREPARE
    List<Path> paths =
        access.paths(account, cell.privilege(), cell.object()).stream()
            .filter(path -> path.hops().stream().noneMatch(hop -> hop.kind() == Kind.ESCALATION))
            .toList();
    Verdict verdict = Verdict.of(paths, new Verdict.Denied("by no path", ""));
    cells++;
    open += now ? 1 : 0;
    boolean untold = paths.stream().anyMatch(path -> !path.unknown().isEmpty());
    if (untold && !(verdict instanceof Verdict.Allowed)) {
      unknown++;
      return;
    }
    boolean weSayNow = verdict instanceof Verdict.Allowed;
    boolean weSayEver = weSayNow || verdict instanceof Verdict.Reachable;
    if (weSayNow != now || weSayEver != ever) {
      differences.add(
          "%s %s: the server now %s, with a role %s, ours %s"
              .formatted(account, cell, now, ever, verdict));
    }
  }
}
