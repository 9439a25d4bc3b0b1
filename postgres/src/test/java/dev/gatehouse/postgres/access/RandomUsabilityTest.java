package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Obstacle;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is granted and told to be of no use is tried, and so is what is told to be of use. */
class RandomUsabilityTest {

  /** Statements of which one must get through, and meet a row, for the privilege to be of use. */
  private static final Map<String, List<String>> USES =
      Map.of(
          "SELECT",
          List.of("select v from %s"),
          "INSERT",
          List.of(
              "insert into %s values (1000, 'y')",
              "insert into %s values (1, 'y')", "insert into %s (id) values (1001)"),
          "UPDATE",
          List.of("update %s set v = 'z'", "update %s set id = 5"),
          "DELETE",
          List.of("delete from %s"));

  /** An INSERT must get through whatever it leaves out, of an UPDATE some. */
  private static final Map<String, List<String>> WRITES =
      Map.of(
          "INSERT",
          List.of("insert into %s (id) values (1001)", "insert into %s (id, v) values (1000, 'y')"),
          "UPDATE",
          List.of("update %s set v = 'z'", "update %s set id = 5"));

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(RandomUsabilityTest.class);
  }

  static List<EngineUnderTest> one() {
    return List.of(EngineUnderTest.onePostgres(RandomUsabilityTest.class));
  }

  @ParameterizedTest
  @MethodSource("one")
  void what_is_of_no_use_is_told(EngineUnderTest engine) throws SQLException {
    compare(engine, 1, 10);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void what_is_of_no_use_is_told_in_five_hundred(EngineUnderTest engine) throws SQLException {
    compare(engine, 20_000, 500);
  }

  @ParameterizedTest
  @MethodSource("one")
  void what_a_row_needs_is_told(EngineUnderTest engine) throws SQLException {
    demands(engine, 1, Integer.getInteger("demands.rounds", 8));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void what_a_row_needs_is_told_in_five_hundred(EngineUnderTest engine) throws SQLException {
    demands(engine, 30_000, 500);
  }

  private static final class Tally {
    private final List<String> alarms = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();
    private int cells;
    private int told;

    private void count(List<Obstacle> obstacles, boolean useful, boolean texts, String what) {
      cells++;
      told += obstacles.isEmpty() ? 0 : 1;
      if (useful && !obstacles.isEmpty()) {
        alarms.add(obstacles + " " + what);
      } else if (!useful && obstacles.isEmpty()) {
        (texts ? unread : missed).add(what);
      }
    }

    private void print(EngineUnderTest engine, int graphs) {
      System.out.printf(
          "%s: %d graphs, %d granted, %d told to be of no use, %d of them wrong; of no use and not"
              + " told %d, and %d beside texts and conditions%n",
          engine, graphs, cells, told, alarms.size(), missed.size(), unread.size());
    }
  }

  private static void compare(EngineUnderTest engine, int first, int graphs) throws SQLException {
    Tally tally = new Tally();
    // only graphs without code in texts, of which the catalogue does not tell what it needs
    for (int seed = first | 1; seed < first + 2 * graphs; seed += 2) {
      try (TestDatabase database = engine.database();
          Connection admin = database.connect()) {
        List<String> roles =
            List.of(database.newName("app"), database.newName("o1"), database.newName("o2"));
        run(admin, "create role " + String.join("; create role ", roles));
        RandomCarriers built =
            new RandomCarriers(admin, seed, roles.get(0), roles.subList(1, 3)).fill();
        compare(admin, built, roles.get(0), "seed " + seed, tally);
        for (String role : roles) {
          run(admin, "drop owned by " + role + " cascade");
          run(admin, "drop role " + role);
        }
      }
    }
    tally.print(engine, graphs);
    assertThat(tally.alarms).isEmpty();
    assertThat(tally.told).isPositive();
    // a body that fails within a body is not looked into
    assertThat(tally.missed).hasSizeLessThanOrEqualTo(tally.cells / 20);
  }

  /**
   * Every second one has bodies in texts, of which only the first statements are looked at; of some
   * functions nobody knows whether they are called. The attempts have a session of their own: what
   * another role planned there before is not asked for.
   */
  private static void demands(EngineUnderTest engine, int first, int graphs) throws SQLException {
    Tally tally = new Tally();
    for (int seed = first; seed < first + graphs; seed++) {
      try (TestDatabase database = engine.database();
          Connection admin = database.connect();
          Connection session = database.connect()) {
        String app = database.newName("app");
        String owner = database.newName("owner");
        run(admin, "create role %s; create role %s".formatted(app, owner));
        boolean texts = seed % 2 == 0;
        RandomDemands built = new RandomDemands(admin, seed, app, owner, texts).fill();
        run(session, "set session authorization " + app);
        PostgresAccess access = (PostgresAccess) Stage.read(admin);
        for (String table : built.writable()) {
          for (Map.Entry<String, List<String>> uses : WRITES.entrySet()) {
            String right = uses.getKey();
            if (granted(access, app, right, table)) {
              List<String> answers = new ArrayList<>();
              for (String use : uses.getValue()) {
                answers.add(attempt(session, app, use.formatted(table)));
              }
              boolean all = right.equals("INSERT");
              boolean useful =
                  answers.stream().anyMatch(RandomUsabilityTest::isUseful)
                      && !(all && answers.contains("42501"));
              String name = "seed " + seed + ": " + right + " " + table + ": " + answers;
              tally.count(
                  access.obstacles(app, right, AccessObject.table(table)),
                  useful,
                  texts || built.hasConditions(),
                  name + "\n" + String.join(";\n", built.log()));
            }
          }
        }
        for (String role : List.of(app, owner)) {
          run(admin, "drop owned by " + role + " cascade");
        }
        run(admin, "drop role %s; drop role %s".formatted(app, owner));
      }
    }
    tally.print(engine, graphs);
    assertThat(tally.alarms).isEmpty();
    assertThat(tally.missed).isEmpty();
    assertThat(tally.told).isPositive();
  }

  private static boolean isUseful(String answer) {
    return answer.equals("ok") || answer.startsWith("23");
  }

  /** On the table itself. */
  private static boolean granted(PostgresAccess access, String app, String right, String table) {
    return access.verdict(app, right, AccessObject.table(table)) instanceof Verdict.Allowed allowed
        && allowed.paths().stream().anyMatch(path -> path.through().isEmpty());
  }

  private static void compare(
      Connection admin, RandomCarriers built, String app, String name, Tally tally)
      throws SQLException {
    PostgresAccess access = (PostgresAccess) Stage.read(admin);
    for (String each : built.readable()) {
      AccessObject object = AccessObject.table(each);
      for (Map.Entry<String, List<String>> uses : USES.entrySet()) {
        String right = uses.getKey();
        if (!granted(access, app, right, each)) {
          continue;
        }
        List<Obstacle> obstacles = access.obstacles(app, right, object);
        boolean useful = false;
        List<String> tried = new ArrayList<>();
        for (String use : uses.getValue()) {
          String answer = attempt(admin, app, use.formatted(each));
          tried.add(answer);
          useful |= isUseful(answer);
        }
        // what is left out there has its default
        useful &= !right.equals("INSERT") || !tried.get(tried.size() - 1).equals("42501");
        String what = "%s: %s %s: %s\n".formatted(name, right, each, tried);
        tally.count(obstacles, useful, false, what + String.join(";\n", built.log()));
      }
    }
  }

  /** Or the SQLSTATE; {@code none} where it met no row. */
  private static String attempt(Connection admin, String app, String sql) throws SQLException {
    admin.setAutoCommit(false);
    try (Statement statement = admin.createStatement()) {
      statement.execute("set local session authorization " + app);
      boolean met =
          statement.execute(sql)
              ? statement.getResultSet().next()
              : statement.getUpdateCount() > 0 || sql.startsWith("insert");
      return met ? "ok" : "none";
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    } finally {
      admin.rollback();
      admin.setAutoCommit(true);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
