package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random privilege graphs: the engine itself is asked for every cell, and tried. */
class AccessOracleTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_few_graphs_are_as_the_engine_has_them(EngineUnderTest engine) throws SQLException {
    compare(engine, RandomGraph.seeds(4));
  }

  /** In each of them an owner could not name its own table. */
  @ParameterizedTest
  @MethodSource("engines")
  void graphs_that_once_differed(EngineUnderTest engine) throws SQLException {
    compare(engine, new int[] {324679, 2399457, 3626902, 380112, 2407376, 1655071});
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void five_hundred_graphs_are_as_the_engine_has_them(EngineUnderTest engine) throws SQLException {
    compare(engine, RandomGraph.seeds(500));
  }

  private static void compare(EngineUnderTest engine, int[] seeds) throws SQLException {
    Tally tally = new Tally();
    for (int seed : seeds) {
      try (TestDatabase database = engine.database();
          Connection admin = database.connect()) {
        int major = admin.getMetaData().getDatabaseMajorVersion();
        RandomGraph graph = new RandomGraph(database, major, seed).fill(admin);
        int before = tally.differences.size();
        new Oracle(admin, graph, tally, "seed " + seed).compare();
        if (tally.differences.size() > before) {
          tally.differences.add(String.join(";\n", graph.log()));
        }
        graph.drop(admin);
      }
    }
    System.out.println(engine + ": " + seeds.length + " graphs, " + tally);
    assertThat(tally.differences).isEmpty();
    assertThat(tally.cells).isGreaterThan(seeds.length * 300L);
  }

  /** What was compared. */
  static final class Tally {
    final List<String> differences = new ArrayList<>();
    long cells;
    long attempts;
    long allowed;
    long reached;

    @Override
    public String toString() {
      return cells
          + " cells, "
          + attempts
          + " attempts of which "
          + allowed
          + " succeeded, "
          + reached
          + " verdicts Reachable or Denied tried by their steps or by SET ROLE, "
          + differences.size()
          + " differences";
    }
  }

  /** One cell. */
  record Cell(String role, String privilege, AccessObject object) {}

  /** One graph against its engine. */
  record Oracle(Connection admin, RandomGraph graph, Tally tally, String name) {

    void compare() throws SQLException {
      EffectiveAccess access = Stage.read(admin);
      List<AccessObject> objects = new ArrayList<>();
      for (String table : graph.tables()) {
        objects.add(AccessObject.table(table));
        objects.add(AccessObject.column(table + ".a"));
        objects.add(AccessObject.column(table + ".b"));
      }
      graph.sequences().forEach(name -> objects.add(AccessObject.sequence(name)));
      graph.routines().forEach(name -> objects.add(AccessObject.routine(name)));
      graph.schemas().forEach(name -> objects.add(AccessObject.schema(name)));
      objects.add(AccessObject.database(admin.getCatalog()));
      objects.add(AccessObject.table("pg_catalog.pg_class"));
      objects.add(AccessObject.table("pg_catalog.pg_authid"));
      objects.add(AccessObject.table("pg_catalog.pg_roles"));
      objects.add(AccessObject.table("information_schema.sql_features"));
      List<Cell> cells = new ArrayList<>();
      List<String> subjects = new ArrayList<>(graph.roles());
      subjects.add("public");
      for (String role : subjects) {
        for (AccessObject object : objects) {
          access
              .privileges(object.kind())
              .forEach(right -> cells.add(new Cell(role.replace("\"", ""), right, object)));
        }
      }
      cells((PostgresAccess) access, cells);
      new Attempts(admin, access, tally, name).compare(graph.roles(), graph.tables());
    }

    private void cells(PostgresAccess ours, List<Cell> cells) throws SQLException {
      List<Boolean> engine = Engine.has(admin, cells);
      for (int i = 0; i < cells.size(); i++) {
        Cell cell = cells.get(i);
        boolean weSay = ours.hasAsTheEngineSays(cell.role(), cell.privilege(), cell.object());
        tally.cells++;
        if (engine.get(i) != weSay) {
          tally.differences.add(
              name + ": " + cell + ": engine " + engine.get(i) + ", ours " + weSay);
        }
      }
    }
  }
}
