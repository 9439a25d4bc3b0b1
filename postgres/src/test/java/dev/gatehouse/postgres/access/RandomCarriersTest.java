package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a role does to a table, by anything it may use, is never told as denied: all it may use
 * is used, and the tables and answers are looked at.
 */
class RandomCarriersTest {
  private static final List<String> RIGHTS = List.of("SELECT", "INSERT", "UPDATE", "DELETE");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  static List<EngineUnderTest> one() {
    return List.of(EngineUnderTest.onePostgres(RandomCarriersTest.class));
  }

  @ParameterizedTest
  @MethodSource("one")
  void nothing_done_is_denied(EngineUnderTest engine) throws SQLException {
    compare(engine, 1, Integer.getInteger("carriers.rounds", 12));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void nothing_done_is_denied_in_two_thousand(EngineUnderTest engine) throws SQLException {
    compare(engine, 10_000, Integer.getInteger("carriers.rounds", 2_000));
  }

  private static final class Tally {
    private final List<String> wrong = new ArrayList<>();
    private int cells;
    private int done;
    private int readableCells;
    private int readableUnknown;
    private int allowedNeverDone;
  }

  private static void compare(EngineUnderTest engine, int first, int rounds) throws SQLException {
    Tally tally = new Tally();
    for (int seed = first; seed < first + rounds; seed++) {
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
        "%s: %d graphs, %d cells, %d done, %d wrong; ALLOWED and not done %d; UNKNOWN %d of %d"
            + " cells of graphs without code in texts%n",
        engine,
        rounds,
        tally.cells,
        tally.done,
        tally.wrong.size(),
        tally.allowedNeverDone,
        tally.readableUnknown,
        tally.readableCells);
    assertThat(tally.wrong).isEmpty();
    assertThat(tally.done).isPositive();
  }

  private static void compare(
      Connection admin, RandomCarriers built, String app, String name, Tally tally)
      throws SQLException {
    Set<String> done = done(admin, built, app);
    admin.setAutoCommit(false);
    run(admin, "set local search_path to pg_catalog");
    PostgresAccess access = AccessSnapshot.whole(admin);
    admin.rollback();
    admin.setAutoCommit(true);
    for (String table : built.tables()) {
      AccessObject object = AccessObject.table(table);
      Set<String> notDenied = access.notDenied(app, object);
      for (String right : RIGHTS) {
        Verdict verdict = access.verdict(app, right, object);
        boolean isDone = done.contains(right + " " + table);
        boolean denied = verdict instanceof Verdict.Denied;
        if (denied == notDenied.contains(right) || (isDone && denied)) {
          tally.wrong.add(
              name
                  + ": "
                  + right
                  + " "
                  + table
                  + (isDone ? " done, " : " not done, ")
                  + verdict
                  + ", not denied: "
                  + notDenied
                  + "\n"
                  + String.join(";\n", built.log()));
        }
        tally.cells++;
        tally.done += isDone ? 1 : 0;
        tally.allowedNeverDone += !isDone && verdict instanceof Verdict.Allowed ? 1 : 0;
        tally.readableCells += built.hasTexts() ? 0 : 1;
        tally.readableUnknown += !built.hasTexts() && verdict instanceof Verdict.Unknown ? 1 : 0;
      }
    }
  }

  /** What came of using everything, each thing in a transaction that is rolled back. */
  private static Set<String> done(Connection admin, RandomCarriers built, String app)
      throws SQLException {
    List<String> uses = new ArrayList<>();
    for (String each : built.readable()) {
      uses.add("select v from " + each);
      uses.add("insert into " + each + " values (1000, 'y')");
      uses.add("insert into " + each + " (id) values (1)");
      uses.add("insert into " + each + " (id) values (1001)");
      uses.add("update " + each + " set v = 'z'");
      uses.add("update " + each + " set v = 'z' where id = 1");
      uses.add("update " + each + " set id = 5");
      uses.add("delete from " + each);
    }
    built.functions().forEach(each -> uses.add("select " + each + "()"));
    Map<String, Map<String, String>> before = rows(admin, built.tables());
    Set<String> done = new TreeSet<>();
    for (String use : uses) {
      admin.setAutoCommit(false);
      run(admin, "set local session authorization " + app);
      Optional<String> answer = attempt(admin, use);
      if (answer.isPresent()) {
        run(admin, "reset session authorization");
        for (String table : built.tables()) {
          if (answer.get().contains(RandomCarriers.word(table))) {
            done.add("SELECT " + table);
          }
        }
        differences(before, rows(admin, built.tables()), done);
      }
      admin.rollback();
      admin.setAutoCommit(true);
    }
    return done;
  }

  private static void differences(
      Map<String, Map<String, String>> before,
      Map<String, Map<String, String>> after,
      Set<String> done) {
    before.forEach(
        (table, was) -> {
          Map<String, String> is = after.getOrDefault(table, Map.of());
          // a key that moved is a change of it, not a row less and a row more
          boolean moved = was.size() == is.size() && !was.keySet().equals(is.keySet());
          if (moved || was.keySet().stream().anyMatch(id -> changed(was, is, id))) {
            done.add("UPDATE " + table);
          }
          if (!moved && !is.keySet().containsAll(was.keySet())) {
            done.add("DELETE " + table);
          }
          if (!moved && !was.keySet().containsAll(is.keySet())) {
            done.add("INSERT " + table);
          }
        });
  }

  private static boolean changed(Map<String, String> was, Map<String, String> is, String id) {
    return is.containsKey(id) && !is.get(id).equals(was.get(id));
  }

  private static Map<String, Map<String, String>> rows(Connection admin, List<String> tables)
      throws SQLException {
    Map<String, Map<String, String>> rows = new TreeMap<>();
    for (String table : tables) {
      Map<String, String> of = new TreeMap<>();
      try (Statement statement = admin.createStatement();
          ResultSet row = statement.executeQuery("select id, v from " + table)) {
        while (row.next()) {
          of.put(row.getString(1), String.valueOf(row.getString(2)));
        }
      }
      rows.put(table, of);
    }
    return rows;
  }

  /** All that it answers; empty when it fails. */
  private static Optional<String> attempt(Connection connection, String sql) {
    StringBuilder answer = new StringBuilder();
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet row = statement.getResultSet()) {
          while (row.next()) {
            answer.append(row.getString(1)).append('\n');
          }
        }
      }
      return Optional.of(answer.toString());
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
