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
  private final List<String> differences = new ArrayList<>();
  private int cells;
  private int open;
  private int unknown;

  static List<Served> engines() {
    return Served.all();
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
    for (long seed : RandomGrants.seeds(rounds)) {
      try (Stage stage = Stage.of(served, RandomGrants.USERS.toArray(String[]::new))) {
        RandomGrants graph = new RandomGrants(stage, seed).fill();
        int before = differences.size();
        EffectiveAccess access = stage.access();
        for (String user : RandomGrants.USERS) {
          compare(stage, access, user);
        }
        if (differences.size() > before) {
          differences.add("seed " + seed + ":\n  " + String.join("\n  ", graph.log()));
        }
      }
    }
    System.out.printf(
        "%s: %d graphs, %d cells, %d open, %d unknown, %d differences%n",
        served, rounds, cells, open, unknown, differences.size());
    assertThat(differences).isEmpty();
    assertThat(cells).isGreaterThan(rounds * 80);
    assertThat(open).isGreaterThan(rounds * 5);
    assertThat(unknown).isLessThanOrEqualTo(cells / 20);
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

  private void compare(Stage stage, EffectiveAccess access, String user) throws SQLException {
    try (Connection session = stage.login(user)) {
      String account = Sql.one(session, "SELECT CURRENT_USER()");
      List<Cell> all = cells(stage);
      Set<Cell> first = allowed(session, all);
      Set<Cell> ever = new LinkedHashSet<>(first);
      List<String> states = new ArrayList<>(List.of("NONE"));
      RandomGrants.ROLES.forEach(role -> states.add("`" + stage.name(role) + "`"));
      for (String state : states) {
        try {
          Sql.run(session, "SET ROLE " + state);
          ever.addAll(allowed(session, all));
        } catch (SQLException e) {
          // it was not granted that role
        }
      }
      for (Cell cell : all) {
        compare(account, cell, first.contains(cell), ever.contains(cell), access);
      }
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

  private void compare(
      String account, Cell cell, boolean now, boolean ever, EffectiveAccess access) {
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
          account
              + " "
              + cell
              + ": the server now "
              + now
              + ", with a role "
              + ever
              + ", ours "
              + verdict);
    }
  }
}
