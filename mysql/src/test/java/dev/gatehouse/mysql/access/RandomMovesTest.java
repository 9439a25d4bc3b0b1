package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.mysql.Served;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether a table can be read where it stands or anywhere it can be moved to: by doing it. */
class RandomMovesTest {
  private static final List<String> RIGHTS =
      List.of("SELECT", "INSERT", "CREATE", "DROP", "ALTER", "INSERT, CREATE", "ALTER, DROP");
  private static final List<String> PLACES = List.of("{db}", "{db.x}");

  /** Nobody has made it. */
  private static final String FRESH = "{fresh}";

  private final List<String> differences = new ArrayList<>();
  private int read;
  private int moved;

  static List<Served> engines() {
    return Served.share(RandomMovesTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void three_graphs_are_as_moves_have_them(Served served) throws SQLException {
    compare(served, Integer.getInteger("moves.rounds", 3));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void a_hundred_graphs_are_as_moves_have_them(Served served) throws SQLException {
    compare(served, Integer.getInteger("moves.rounds", 100));
  }

  private void compare(Served served, int rounds) throws SQLException {
    long from = Long.getLong("access.from", 1);
    int tables = 0;
    for (long seed = from; seed < from + rounds; seed++) {
      try (Stage stage = Stage.of(served, "app").database("x").named("fresh")) {
        restore(stage);
        List<String> grants = grants(stage, new Random(seed));
        EffectiveAccess access = stage.access();
        for (String place : PLACES) {
          for (String name : List.of("t", "u")) {
            compare(stage, access, place, name, "seed " + seed + " " + grants);
            tables++;
          }
        }
      }
    }
    System.out.printf(
        "%s: %d graphs, %d tables, %d read as they are, %d after a move, %d differences%n",
        served, rounds, tables, read, moved, differences.size());
    assertThat(differences).isEmpty();
    assertThat(moved).isGreaterThanOrEqualTo(rounds / 3);
  }

  private static List<String> grants(Stage stage, Random random) throws SQLException {
    List<String> grants = new ArrayList<>();
    for (String place : PLACES) {
      stage.run("CREATE TABLE `" + place + "`.gone (a INT)");
    }
    for (int i = 0; i < 6; i++) {
      // most graphs have a table that leaves, and a place where one arrives
      String right =
          i == 0
              ? "ALTER, DROP"
              : i == 1 ? "INSERT, CREATE" : RIGHTS.get(random.nextInt(RIGHTS.size()));
      String on = i == 0 ? table(random, 2) : place(random);
      grants.add("GRANT " + right + " ON " + on + " TO '{app}'@'%'");
      stage.run(grants.get(i));
      if (i == 1 && random.nextInt(3) > 0) {
        grants.set(i, grants.get(i).replace("INSERT,", "SELECT, DROP, INSERT,"));
        stage.run(grants.get(i));
      }
    }
    for (String place : PLACES) {
      stage.run("DROP TABLE `" + place + "`.gone");
    }
    return grants;
  }

  private static String place(Random random) {
    int kind = random.nextInt(8);
    return kind == 0
        ? "`" + FRESH + "`.*"
        : kind < 3 ? "`" + PLACES.get(random.nextInt(2)) + "`.*" : table(random, 3);
  }

  private static String table(Random random, int names) {
    String name = List.of("t", "u", "gone").get(random.nextInt(names));
    return "`" + PLACES.get(random.nextInt(2)) + "`." + name;
  }

  private static void restore(Stage stage) throws SQLException {
    stage.run("DROP DATABASE IF EXISTS `" + FRESH + "`");
    for (String place : PLACES) {
      for (String name : List.of("t", "u", "gone")) {
        stage.run("DROP TABLE IF EXISTS `" + place + "`." + name);
      }
      stage.run("CREATE TABLE `" + place + "`.t (a INT)", "CREATE TABLE `" + place + "`.u (a INT)");
    }
  }

  private void compare(
      Stage stage, EffectiveAccess access, String place, String name, String grants)
      throws SQLException {
    Verdict verdict =
        access.verdict(
            stage.filled("{app}@%"),
            "SELECT",
            AccessObject.table(stage.filled(place) + "." + name));
    String table = "`" + place + "`." + name;
    boolean now = stage.executes("app", "SELECT a FROM " + table) == 0;
    String way = now ? "" : moved(stage, table);
    read += now ? 1 : 0;
    moved += way.isEmpty() ? 0 : 1;
    boolean fits =
        now
            ? verdict instanceof Verdict.Allowed
            : way.isEmpty()
                ? verdict instanceof Verdict.Denied
                : verdict instanceof Verdict.Reachable;
    if (!fits) {
      differences.add(
          "%s: %s, now %s, moved '%s', ours %s".formatted(grants, table, now, way, verdict));
    }
  }

  /** Where it could be read; empty when nowhere. */
  private static String moved(Stage stage, String table) throws SQLException {
    List<String> all = new ArrayList<>(PLACES);
    all.add(FRESH);
    for (String place : all) {
      for (String name : List.of("t", "u", "gone")) {
        String to = "`" + place + "`." + name;
        String before =
            place.equals(FRESH)
                ? "CREATE DATABASE `" + FRESH + "`"
                : name.equals("gone") ? "" : "DROP TABLE " + to;
        if (!to.equals(table) && moves(stage, before, table, to)) {
          return to;
        }
      }
    }
    return "";
  }

  private static boolean moves(Stage stage, String before, String table, String to)
      throws SQLException {
    boolean made = false;
    boolean moved = false;
    try (Connection session = stage.login("app")) {
      made = !before.isEmpty() && Stage.runs(session, stage.filled(before)) == 0;
      if (made || before.isEmpty()) {
        String sql = "ALTER TABLE " + table + " RENAME TO " + to;
        moved = Stage.runs(session, stage.filled(sql)) == 0;
      }
      return moved && Stage.runs(session, stage.filled("SELECT a FROM " + to)) == 0;
    } finally {
      if (made || moved) {
        restore(stage);
      }
    }
  }
}
