package dev.gatehouse.mysql.access;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.dsl.access.Grantee;
import dev.gatehouse.dsl.access.Privilege;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.session.Products;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Least privilege over random graphs of grants, with the server as judge: what is planned is what
 * comes of it, undo leaves the rows that were there, nobody gains what nobody asked for.
 */
class RandomLeastPrivilegeTest {
  private static final List<Privilege> RIGHTS =
      List.of(Privilege.SELECT, Privilege.INSERT, Privilege.UPDATE, Privilege.DELETE);

  @TempDir Path work = Path.of("");

  private int refused;
  private int statements;

  static List<Served> engines() {
    return Served.share(RandomLeastPrivilegeTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void two_graphs(Served served) throws SQLException {
    rounds(served, Integer.getInteger("grants.rounds", 2));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void two_hundred_graphs(Served served) throws SQLException {
    rounds(served, Integer.getInteger("grants.rounds", 200));
  }

  private void rounds(Served served, int rounds) throws SQLException {
    List<String> differences =
        RandomGraphs.each(
            served,
            rounds,
            RandomGrants::fill,
            (stage, seed, found) -> round(stage, new Random(seed), seed, found));
    System.out.printf(
        "%s: %d graphs, %d refused while planning, %d statements, %d differences%n",
        served, rounds, refused, statements, differences.size());
    assertThat(differences).isEmpty();
    assertThat(statements).as("statements").isPositive();
  }

  private void round(Stage stage, Random random, long seed, List<String> differences)
      throws SQLException {
    List<Privilege> wish = new ArrayList<>(RIGHTS);
    wish.removeIf(right -> random.nextInt(2) == 0);
    wish.add(RIGHTS.get(0));
    Privilege[] more = wish.toArray(Privilege[]::new);
    String database = stage.filled(RandomGrants.databases().get(random.nextInt(3)));
    String on = database + (random.nextBoolean() ? ".*" : ".t");
    Grantee ua = grantee(stage.filled("{ua}@%"));
    boolean only = random.nextInt(3) != 0;
    GrantLeastPrivilege step =
        grantLeastPrivilege(
                only ? ua.mayOnly(wish.get(0), more).on(on) : ua.may(wish.get(0), more).on(on))
            .revokingLegacyWithin(database + ".*")
            .named("grants");
    Set<Object> rows = rows(stage);
    Map<String, Set<String>> could = allowed(stage);
    Plan plan;
    try {
      plan =
          Plan.of(
              runbook("r", gate("grants", step), gate("then", noRows("no way", "select 1"))),
              stage.target());
    } catch (Refusal e) {
      refused++;
      return;
    }
    RunRecord undone = run(plan);
    if (undone.state() != RunState.UNDONE || !rows(stage).equals(rows)) {
      differences.add(seed + ": not as before: " + RunText.failure(undone));
      return;
    }
    Gate alone = gate("grants", step);
    RunRecord record = run(Plan.of(runbook("r", alone), stage.target()));
    if (record.state() != RunState.SUCCEEDED) {
      differences.add(seed + ": not as planned: " + RunText.failure(record));
      return;
    }
    statements += record.steps().get(0).parts().all().size() - 1;
    compare(
        stage,
        could,
        on,
        new TreeSet<>(wish.stream().map(Enum::name).toList()),
        seed,
        only,
        differences);
  }

  private RunRecord run(Plan plan) {
    return Runner.journalingTo(work.resolve("journals")).run(plan);
  }

  /** All rows on databases and tables, in no order. */
  private static Set<Object> rows(Stage stage) throws SQLException {
    try (Connection admin = stage.admin()) {
      GrantTables tables = GrantReading.read(admin, Products.of(admin));
      Set<Object> rows = new HashSet<>(tables.onDatabases());
      rows.addAll(tables.onTables());
      return rows;
    }
  }

  private void compare(
      Stage stage,
      Map<String, Set<String>> could,
      String on,
      Set<String> wish,
      long seed,
      boolean only,
      List<String> differences)
      throws SQLException {
    Map<String, Set<String>> can = allowed(stage);
    for (Map.Entry<String, Set<String>> one : can.entrySet()) {
      Set<String> gained = new TreeSet<>(one.getValue());
      gained.removeAll(could.getOrDefault(one.getKey(), Set.of()));
      boolean mine = one.getKey().startsWith(stage.filled("{ua}@%"));
      gained.removeIf(cell -> mine && isWished(cell, on, wish));
      if (!gained.isEmpty()) {
        differences.add(seed + ": " + one.getKey() + " gained " + gained);
      }
      if (mine) {
        Set<String> surplus = new TreeSet<>(one.getValue());
        surplus.removeIf(cell -> !isOn(cell, on) || isWished(cell, on, wish));
        if (only && !surplus.isEmpty()) {
          differences.add(seed + ": " + one.getKey() + " still has " + surplus);
        }
        Set<String> missing = new TreeSet<>();
        wish.forEach(right -> missing.add(right + " " + on.replace(".*", ".t")));
        missing.removeAll(one.getValue());
        if (!missing.isEmpty()) {
          differences.add(seed + ": " + one.getKey() + " lacks " + missing);
        }
      }
    }
  }

  private static boolean isOn(String cell, String on) {
    String table = cell.substring(cell.indexOf(' ') + 1);
    return table.equals(on)
        || table.equals(on.replace(".*", ".t"))
        || table.equals(on.replace(".*", ".u"));
  }

  private static boolean isWished(String cell, String on, Set<String> wish) {
    return isOn(cell, on) && wish.contains(cell.substring(0, cell.indexOf(' ')));
  }

  /** By the account that each login is taken for: what the server lets it prepare. */
  private static Map<String, Set<String>> allowed(Stage stage) throws SQLException {
    Map<String, Set<String>> allowed = new TreeMap<>();
    for (String user : RandomGrants.USERS) {
      try (Connection session = stage.login(user)) {
        Set<String> cells = new TreeSet<>();
        for (String database : RandomGrants.databases()) {
          for (String table : List.of("t", "u")) {
            String name = stage.filled(database) + "." + table;
            String in = "`" + stage.filled(database) + "`." + table;
            add(cells, session, "SELECT " + name, "SELECT a, b FROM " + in);
            add(cells, session, "INSERT " + name, "INSERT INTO " + in + " (a, b) VALUES (1, 1)");
            add(cells, session, "UPDATE " + name, "UPDATE " + in + " SET a = 1, b = 1");
            add(cells, session, "DELETE " + name, "DELETE FROM " + in);
          }
        }
        allowed.put(Sql.one(session, "SELECT CURRENT_USER()") + " by " + user, cells);
      }
    }
    return allowed;
  }

  private static void add(Set<String> cells, Connection session, String cell, String sql) {
    if (Stage.prepares(session, sql) == 0) {
      cells.add(cell);
    }
  }
}
