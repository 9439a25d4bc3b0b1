package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.dsl.access.Grantee;
import dev.gatehouse.dsl.access.Privilege;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random graphs, random claims: what is applied holds by the engine's own word, nobody else has
 * gained, and the undo leaves each list as it was.
 */
class RandomGrantsTest {
  private static final List<Privilege> PRIVILEGES =
      List.of(
          Privilege.SELECT,
          Privilege.INSERT,
          Privilege.UPDATE,
          Privilege.DELETE,
          Privilege.TRUNCATE,
          Privilege.REFERENCES,
          Privilege.TRIGGER);

  @TempDir Path journals = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(RandomGrantsTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_graph(EngineUnderTest engine) throws Exception {
    compare(engine, 1);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void a_hundred_and_fifty_graphs(EngineUnderTest engine) throws Exception {
    compare(engine, 150);
  }

  private static final class Tally {
    private final List<String> differences = new ArrayList<>();
    private final java.util.Map<String, Integer> refusals = new java.util.TreeMap<>();
    private int applied;
    private int undone;
    private int statements;
    private long cells;
  }

  private void compare(EngineUnderTest engine, int graphs) throws Exception {
    Tally tally = new Tally();
    for (int seed : RandomGraph.seeds(graphs)) {
      try (TestDatabase database = engine.database();
          Connection admin = database.connect()) {
        int major = admin.getMetaData().getDatabaseMajorVersion();
        RandomGraph graph = new RandomGraph(database, major, seed).fill(admin);
        Random random = new Random(seed);
        for (int i = 0; i < 6; i++) {
          int before = tally.differences.size();
          new One(database, admin, graph, random, tally, "seed " + seed + "/" + i).run();
          if (tally.differences.size() > before) {
            tally.differences.add(String.join(";\n", graph.log()));
            break;
          }
        }
        graph.drop(admin);
      }
    }
    System.out.printf(
        "%s: %d graphs, %d changes applied with %d statements, %d of them undone, %d cells asked,"
            + " refused %s, %d differences%n",
        engine,
        graphs,
        tally.applied,
        tally.statements,
        tally.undone,
        tally.cells,
        tally.refusals,
        tally.differences.size());
    assertThat(tally.differences).isEmpty();
    assertThat(tally.applied + tally.undone).isPositive();
  }

  /** One change of one graph. */
  private final class One {
    private final Connection admin;
    private final RandomGraph graph;
    private final Random random;
    private final Tally tally;
    private final String name;
    private final Target target;

    One(
        TestDatabase database,
        Connection admin,
        RandomGraph graph,
        Random random,
        Tally tally,
        String name) {
      this.admin = admin;
      this.graph = graph;
      this.random = random;
      this.tally = tally;
      this.name = name;
      this.target =
          Target.at(
              "random",
              database.jdbcUrl(),
              database.account(),
              database.secret(),
              Postgres.dialect());
    }

    /** What is said of one role with some tables. */
    private record Said(String role, Set<Privilege> privileges, boolean only, String pattern) {
      PrivilegeCheck claim() {
        Grantee grantee = grantee(role.replace("\"", ""));
        List<Privilege> all = List.copyOf(privileges);
        Privilege[] rest = all.subList(1, all.size()).toArray(Privilege[]::new);
        PrivilegeCheck claim =
            (only ? grantee.mayOnly(all.get(0), rest) : grantee.may(all.get(0), rest)).on(pattern);
        return claim.acceptingReachable("random").acceptingUnknown("random");
      }
    }

    private <T> T one(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    private Said said() {
      Set<Privilege> privileges = new TreeSet<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        privileges.add(one(PRIVILEGES));
      }
      String table = one(graph.tables());
      String schema = table.substring(0, table.indexOf('.'));
      return new Said(
          random.nextInt(10) == 0 ? "public" : one(graph.roles()),
          privileges,
          random.nextBoolean(),
          (random.nextBoolean() ? table : schema + ".*").replace("\"", ""));
    }

    void run() throws Exception {
      List<Said> all = new ArrayList<>(List.of(said()));
      if (random.nextInt(3) == 0) {
        all.add(said());
      }
      PrivilegeCheck[] rest =
          all.subList(1, all.size()).stream().map(Said::claim).toArray(PrivilegeCheck[]::new);
      GrantLeastPrivilege change =
          grantLeastPrivilege(all.get(0).claim(), rest).named(GrantStage.STEP);
      if (random.nextInt(4) != 0) {
        change = change.revokingLegacyWithin("*.*");
      }
      if (random.nextInt(3) == 0) {
        change = change.withFutureTablesOf(one(graph.roles()).replace("\"", ""));
      }
      boolean accepting = random.nextInt(4) != 0;
      if (accepting) {
        change = change.acceptingGainsOf("*", "random");
      }
      Set<String> lists = GrantStage.acl(admin);
      Set<AccessOracleTest.Cell> before = has();
      Plan plan;
      try {
        plan =
            Plan.of(
                random.nextBoolean() ? GrantStage.runbook(change) : GrantStage.thenFailing(change),
                target);
      } catch (Refusal refused) {
        refused.findings().forEach(one -> tally.refusals.merge(one.code(), 1, Integer::sum));
        expect(lists, GrantStage.acl(admin), "planning changed something");
        if (refused.findings().stream().anyMatch(one -> one.code().equals("plan.broke"))) {
          tally.differences.add(name + ": " + refused.getMessage());
        }
        return;
      }
      boolean undoing = plan.outline().steps().size() > 1;
      RunRecord record = Runner.journalingTo(journals).run(plan);
      if (undoing) {
        tally.undone++;
        expect(RunState.UNDONE, record.state(), "undo");
        expect(lists, GrantStage.acl(admin), "undone");
        return;
      }
      tally.applied++;
      expect(RunState.SUCCEEDED, record.state(), "applied");
      record
          .step(GrantStage.STEP)
          .flatMap(step -> step.evidence())
          .flatMap(evidence -> evidence.fact("statements"))
          .ifPresent(count -> tally.statements += Integer.parseInt(count));
      judge(all, before, accepting);
    }

    private void judge(List<Said> all, Set<AccessOracleTest.Cell> before, boolean accepting)
        throws SQLException {
      Set<AccessOracleTest.Cell> after = has();
      EffectiveAccess access = Stage.read(admin);
      Set<AccessOracleTest.Cell> planned = new HashSet<>();
      for (Said said : all) {
        String role = said.role().replace("\"", "");
        for (AccessObject table : access.tables(said.pattern())) {
          for (Privilege privilege : said.privileges()) {
            var cell = new AccessOracleTest.Cell(role, privilege.toString(), table);
            planned.add(cell);
            if (!role.equals("public") && !after.contains(cell)) {
              tally.differences.add(name + ": not there: " + cell + " of " + all);
            }
          }
          if (said.only() && !role.equals("public")) {
            for (Privilege privilege : PRIVILEGES) {
              var cell = new AccessOracleTest.Cell(role, privilege.toString(), table);
              if (!said.privileges().contains(privilege)
                  && after.contains(cell)
                  && nameable(role, table)) {
                tally.differences.add(name + ": surplus: " + cell + " of " + all);
              }
            }
          }
        }
      }
      for (AccessOracleTest.Cell cell : after) {
        boolean meant =
            planned.contains(cell)
                || planned.contains(
                    new AccessOracleTest.Cell("public", cell.privilege(), cell.object()));
        if (!before.contains(cell) && !meant && !accepting) {
          tally.differences.add(name + ": gained: " + cell + " of " + all);
        }
      }
    }

    private boolean nameable(String role, AccessObject table) throws SQLException {
      AccessObject schema =
          AccessObject.schema(table.name().substring(0, table.name().indexOf('.')));
      return Engine.has(admin, List.of(new AccessOracleTest.Cell(role, "USAGE", schema))).get(0);
    }

    /** Tables on which the engine says yes, role by role. */
    private Set<AccessOracleTest.Cell> has() throws SQLException {
      List<AccessOracleTest.Cell> cells = new ArrayList<>();
      for (String role : graph.roles()) {
        for (String table : graph.tables()) {
          for (Privilege privilege : PRIVILEGES) {
            cells.add(
                new AccessOracleTest.Cell(
                    role.replace("\"", ""), privilege.toString(), AccessObject.table(table)));
          }
        }
      }
      tally.cells += cells.size();
      List<Boolean> answers = Engine.has(admin, cells);
      Set<AccessOracleTest.Cell> yes = new HashSet<>();
      for (int i = 0; i < cells.size(); i++) {
        if (answers.get(i)) {
          yes.add(cells.get(i));
        }
      }
      return yes;
    }

    private void expect(Object expected, Object found, String what) {
      if (!expected.equals(found)) {
        String difference = "";
        if (expected instanceof Set<?> was && found instanceof Set<?> is) {
          Set<Object> gone = new HashSet<>(was);
          gone.removeAll(is);
          Set<Object> come = new HashSet<>(is);
          come.removeAll(was);
          difference = " gone " + gone + " come " + come;
        }
        tally.differences.add(
            name + ": " + what + (difference.isEmpty() ? " " + found : difference));
      }
    }
  }
}
