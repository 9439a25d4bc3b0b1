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

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(RandomUsabilityTest.class);
  }

  static List<EngineUnderTest> one() {
    return List.of(EngineUnderTest.onePostgres(RandomUsabilityTest.class));
  }

  @ParameterizedTest
  @MethodSource("one")
  void what_is_of_no_use_is_told(EngineUnderTest engine) throws SQLException {
    compare(engine, 1, 40);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void what_is_of_no_use_is_told_in_five_hundred(EngineUnderTest engine) throws SQLException {
    compare(engine, 20_000, 500);
  }

  private static final class Tally {
    private final List<String> alarms = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private int cells;
    private int told;
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
    System.out.printf(
        "%s: %d graphs, %d granted, %d told to be of no use, %d of them wrong; %d of no use and not"
            + " told%n",
        engine, graphs, tally.cells, tally.told, tally.alarms.size(), tally.missed.size());
    assertThat(tally.alarms).isEmpty();
    assertThat(tally.told).isPositive();
    // a body that fails within a body is not looked into
    assertThat(tally.missed).hasSizeLessThanOrEqualTo(tally.cells / 20);
  }

  private static void compare(
      Connection admin, RandomCarriers built, String app, String name, Tally tally)
      throws SQLException {
    PostgresAccess access = (PostgresAccess) Stage.read(admin);
    for (String each : built.readable()) {
      AccessObject object = AccessObject.table(each);
      for (Map.Entry<String, List<String>> uses : USES.entrySet()) {
        String right = uses.getKey();
        Verdict verdict = access.verdict(app, right, object);
        if (!(verdict instanceof Verdict.Allowed allowed)
            || allowed.paths().stream().noneMatch(path -> path.through().isEmpty())) {
          continue;
        }
        List<Obstacle> obstacles = access.obstacles(app, right, object);
        boolean useful = false;
        StringBuilder tried = new StringBuilder();
        for (String use : uses.getValue()) {
          String answer = attempt(admin, app, use.formatted(each));
          tried.append(answer).append(' ');
          useful |= answer.equals("ok") || answer.startsWith("23");
        }
        tally.cells++;
        tally.told += obstacles.isEmpty() ? 0 : 1;
        if (useful == !obstacles.isEmpty()) {
          (useful ? tally.alarms : tally.missed)
              .add(
                  "%s: %s %s: %s, %s\n%s"
                      .formatted(
                          name, right, each, tried, obstacles, String.join(";\n", built.log())));
        }
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
