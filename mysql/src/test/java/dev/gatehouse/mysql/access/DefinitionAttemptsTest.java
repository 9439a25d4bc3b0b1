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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random graphs of rights on definitions, which PREPARE does not check: a fresh login attempts each
 * statement, as it begins and with each role, and what worked is taken back.
 */
class DefinitionAttemptsTest {
  /** Of a right that is not there; all else is what the statement met behind that. */
  private static final List<Integer> DENIED = List.of(1044, 1142, 1143, 1227, 1370);

  private int cells;
  private int open;
  private int unknown;

  static List<Served> engines() {
    return Served.all();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_graph_is_as_attempts_have_it(Served served) throws SQLException {
    compare(served, Integer.getInteger("access.attempts", 1));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void a_hundred_graphs_are_as_attempts_have_them(Served served) throws SQLException {
    compare(served, Integer.getInteger("access.attempts", 100));
  }

  /** Where changes are logged, triggers are SUPER's but for that setting. */
  private void compare(Served served, int rounds) throws SQLException {
    String trust = "log_bin_trust_function_creators = ";
    try (Stage stage = Stage.of(served)) {
      String was = stage.rows("SELECT @@GLOBAL." + trust.split(" ")[0]).get(0);
      stage.run("SET GLOBAL " + trust + 1);
      try {
        compareAll(served, rounds);
      } finally {
        stage.run("SET GLOBAL " + trust + was);
      }
    }
  }

  private void compareAll(Served served, int rounds) throws SQLException {
    List<String> differences =
        RandomGraphs.each(
            served,
            rounds,
            RandomGrants::fillForDefinitions,
            (stage, seed, found) -> {
              EffectiveAccess access = stage.access();
              try (Connection admin = stage.admin()) {
                for (String database : RandomGrants.databases()) {
                  Sql.run(admin, trigger("`" + stage.filled(database) + "`."));
                }
                for (String user : RandomGrants.USERS) {
                  compare(stage, admin, access, user, found);
                }
              }
            });
    System.out.printf(
        "%s: %d graphs, %d cells, %d open, %d unknown, %d differences%n",
        served, rounds, cells, open, unknown, differences.size());
    assertThat(differences).isEmpty();
    assertThat(cells).isGreaterThan(rounds * 100);
    assertThat(open).isGreaterThan(rounds * 5);
    assertThat(unknown).isLessThanOrEqualTo(cells / 10);
  }

  /**
   * @param needs the rights that it takes, all of them
   * @param back what the admin executes where it worked
   */
  private record Attempt(Map<String, AccessObject> needs, String sql, List<String> back) {}

  private static List<Attempt> attempts(Stage stage) {
    List<Attempt> all = new ArrayList<>();
    for (String database : RandomGrants.databases()) {
      String name = stage.filled(database);
      String in = "`" + name + "`.";
      AccessObject place = AccessObject.database(name);
      AccessObject table = AccessObject.table(name + ".t");
      AccessObject view = AccessObject.table(name + ".v");
      AccessObject routine = AccessObject.routine(name + ".p");
      // the name is taken already, which is found out after the right
      one(all, "CREATE", table, "CREATE TABLE " + in + "t (z INT)");
      one(all, "CREATE", place, "CREATE TABLE " + in + "n (z INT)", "DROP TABLE " + in + "n");
      one(
          all,
          "DROP",
          table,
          "DROP TABLE " + in + "t",
          "CREATE TABLE " + in + "t (a INT PRIMARY KEY)",
          trigger(in));
      one(all, "DROP", place, "DROP TABLE " + in + "nothing");
      one(all, "ALTER", table, "ALTER TABLE " + in + "t COMMENT 'x'");
      one(all, "INDEX", table, "CREATE INDEX i ON " + in + "t (a)", "DROP INDEX i ON " + in + "t");
      one(all, "TRIGGER", table, "DROP TRIGGER " + in + "g", trigger(in));
      one(all, "CREATE VIEW", view, "CREATE VIEW " + in + "v AS SELECT 1 AS a");
      one(
          all,
          "CREATE VIEW",
          place,
          "CREATE VIEW " + in + "n AS SELECT 1 AS a",
          "DROP VIEW " + in + "n");
      all.add(
          new Attempt(
              Map.of("SHOW VIEW", view, "SELECT", view),
              "SHOW CREATE VIEW " + in + "v",
              List.of()));
      one(
          all,
          "CREATE ROUTINE",
          place,
          "CREATE PROCEDURE " + in + "n() DO 0",
          "DROP PROCEDURE " + in + "n");
      one(all, "ALTER ROUTINE", routine, "ALTER PROCEDURE " + in + "p COMMENT 'x'");
      one(all, "EXECUTE", routine, "CALL " + in + "p()");
      one(
          all,
          "EVENT",
          place,
          "CREATE EVENT " + in + "n ON SCHEDULE AT '2037-01-01 00:00:00' DO DO 0",
          "DROP EVENT " + in + "n");
      all.add(
          new Attempt(
              Map.of("LOCK TABLES", place, "SELECT", table),
              "LOCK TABLES " + in + "t READ",
              List.of()));
      one(
          all,
          "CREATE TEMPORARY TABLES",
          place,
          "CREATE TEMPORARY TABLE " + in + "temporary (a INT)");
      one(
          all,
          "REFERENCES",
          table,
          "CREATE TABLE `"
              + stage.name("db.sand")
              + "`.c (a INT, FOREIGN KEY (a) REFERENCES "
              + in
              + "t (a))",
          "DROP TABLE `" + stage.name("db.sand") + "`.c");
    }
    return all;
  }

  private static String trigger(String in) {
    return "CREATE TRIGGER " + in + "g BEFORE INSERT ON " + in + "t FOR EACH ROW SET @a = 1";
  }

  private static void one(
      List<Attempt> all, String privilege, AccessObject object, String sql, String... back) {
    all.add(new Attempt(Map.of(privilege, object), sql, List.of(back)));
  }

  private void compare(
      Stage stage, Connection admin, EffectiveAccess access, String user, List<String> differences)
      throws SQLException {
    List<Attempt> all = attempts(stage);
    Map<Attempt, Boolean> first = new LinkedHashMap<>();
    Map<Attempt, Boolean> ever = new LinkedHashMap<>();
    String account = "";
    for (String state : RandomGraphs.states(stage)) {
      try (Connection session = stage.login(user)) {
        account = Sql.one(session, "SELECT CURRENT_USER()");
        if (!state.isEmpty() && Stage.runs(session, "SET ROLE " + state) != 0) {
          continue; // it was not granted that role
        }
        for (Attempt attempt : all) {
          boolean worked = attempt(admin, session, attempt);
          first.putIfAbsent(attempt, worked);
          ever.merge(attempt, worked, Boolean::logicalOr);
        }
      }
    }
    for (Attempt attempt : all) {
      compare(
          account,
          attempt,
          Boolean.TRUE.equals(first.get(attempt)),
          Boolean.TRUE.equals(ever.get(attempt)),
          access,
          differences);
    }
  }

  private static boolean attempt(Connection admin, Connection session, Attempt attempt)
      throws SQLException {
    int code = Stage.runs(session, attempt.sql());
    if (code == 0) {
      Stage.runs(session, "UNLOCK TABLES");
      for (String back : attempt.back()) {
        Sql.run(admin, back);
      }
    }
    return !DENIED.contains(code);
  }

  private void compare(
      String account,
      Attempt attempt,
      boolean now,
      boolean ever,
      EffectiveAccess access,
      List<String> differences) {
    List<Verdict> verdicts = new ArrayList<>();
    boolean untold = false;
    for (Map.Entry<String, AccessObject> need : attempt.needs().entrySet()) {
      List<Path> paths = paths(access, account, need.getKey(), need.getValue());
      Verdict verdict = Verdict.of(paths, new Verdict.Denied("by no path", ""));
      untold |=
          !(verdict instanceof Verdict.Allowed)
              && paths.stream().anyMatch(path -> !path.unknown().isEmpty());
      verdicts.add(verdict);
    }
    cells++;
    open += now ? 1 : 0;
    if (untold) {
      unknown++;
      return;
    }
    boolean weSayNow = verdicts.stream().allMatch(Verdict.Allowed.class::isInstance);
    boolean weSayEver = verdicts.stream().noneMatch(Verdict.Denied.class::isInstance);
    // several rights may be reachable by a role each, and never all at once
    boolean everFits = verdicts.size() == 1 ? weSayEver == ever : weSayEver || !ever;
    if (weSayNow != now || !everFits) {
      differences.add(
          "%s %s: the server now %s, with a role %s, ours %s"
              .formatted(account, attempt.sql(), now, ever, verdicts));
    }
  }

  private static List<Path> paths(
      EffectiveAccess access, String account, String privilege, AccessObject object) {
    // what it could do by moving tables or writing the grant tables is another statement
    return access.paths(account, privilege, object).stream()
        .filter(path -> path.hops().stream().noneMatch(hop -> hop.kind() == Kind.ESCALATION))
        .toList();
  }
}
