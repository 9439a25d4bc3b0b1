package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
  void twenty_graphs_are_as_the_engine_has_them(EngineUnderTest engine) throws SQLException {
    compare(engine, 20);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void five_hundred_graphs_are_as_the_engine_has_them(EngineUnderTest engine) throws SQLException {
    compare(engine, 500);
  }

  private static void compare(EngineUnderTest engine, int graphs) throws SQLException {
    Tally tally = new Tally();
    for (int seed : RandomGraph.seeds(graphs).toArray()) {
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
    System.out.println(engine + ": " + graphs + " graphs, " + tally);
    assertThat(tally.differences).isEmpty();
    assertThat(tally.cells).isGreaterThan(graphs * 300L);
  }

  /** What was compared. */
  static final class Tally {
    final List<String> differences = new ArrayList<>();
    long cells;
    long attempts;
    long allowed;

    @Override
    public String toString() {
      return cells
          + " cells, "
          + attempts
          + " attempts of which "
          + allowed
          + " succeeded, "
          + differences.size()
          + " differences";
    }
  }

  /** One graph against its engine. */
  record Oracle(Connection admin, RandomGraph graph, Tally tally, String name) {

    void compare() throws SQLException {
      EffectiveAccess access = read(admin);
      Engine engine = new Engine(admin);
      List<String> subjects = new ArrayList<>(graph.roles());
      subjects.add("public");
      for (String quoted : subjects) {
        String role = quoted.replace("\"", "");
        for (String table : graph.tables()) {
          cells(access, engine, role, AccessObject.table(table));
          for (String column : List.of("a", "b")) {
            cells(access, engine, role, AccessObject.column(table + "." + column));
          }
        }
        for (String sequence : graph.sequences()) {
          cells(access, engine, role, AccessObject.sequence(sequence));
        }
        for (String routine : graph.routines()) {
          cells(access, engine, role, AccessObject.routine(routine));
        }
        for (String schema : graph.schemas()) {
          cells(access, engine, role, AccessObject.schema(schema));
        }
        cells(access, engine, role, AccessObject.database(admin.getCatalog()));
        cells(access, engine, role, AccessObject.table("pg_catalog.pg_class"));
        cells(access, engine, role, AccessObject.table("pg_catalog.pg_authid"));
        cells(access, engine, role, AccessObject.table("information_schema.sql_features"));
      }
      Attempts attempts = new Attempts(admin, access, tally, name);
      for (String role : graph.roles()) {
        for (String table : graph.tables()) {
          attempts.compare(role, table);
        }
      }
    }

    private static EffectiveAccess read(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set local search_path = pg_catalog, pg_temp");
        return AccessSnapshot.read(connection);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }

    private void cells(EffectiveAccess access, Engine engine, String role, AccessObject object)
        throws SQLException {
      PostgresAccess ours = (PostgresAccess) access;
      for (String privilege : access.privileges(object.kind())) {
        boolean engineSays = engine.has(role, privilege, object);
        boolean weSay = ours.hasAsTheEngineSays(role, privilege, object);
        tally.cells++;
        if (engineSays != weSay) {
          tally.differences.add(
              name
                  + ": "
                  + role
                  + " "
                  + privilege
                  + " on "
                  + object
                  + ": engine "
                  + engineSays
                  + ", ours "
                  + weSay);
        }
      }
    }
  }

  /** has_*_privilege. */
  record Engine(Connection admin) {
    boolean has(String role, String privilege, AccessObject object) throws SQLException {
      String name = object.name();
      String sql =
          switch (object.kind()) {
            case TABLE -> "has_table_privilege(?::name, ?::text, ?)";
            case SEQUENCE -> "has_sequence_privilege(?::name, ?::text, ?)";
            case SCHEMA -> "has_schema_privilege(?::name, ?::text, ?)";
            case ROUTINE -> "has_function_privilege(?::name, ?::text, ?)";
            case DATABASE -> "has_database_privilege(?::name, ?::text, ?)";
            case COLUMN -> "has_column_privilege(?::name, ?::text, ?::text, ?)";
          };
      boolean column = object.kind() == AccessObject.Kind.COLUMN;
      int dot = name.lastIndexOf('.');
      boolean bare =
          object.kind() == AccessObject.Kind.SCHEMA || object.kind() == AccessObject.Kind.DATABASE;
      try (var statement = admin.prepareStatement("select " + sql)) {
        statement.setString(1, role);
        statement.setString(
            2, column ? name.substring(0, dot) : bare ? name.replace("\"", "") : name);
        if (column) {
          statement.setString(3, name.substring(dot + 1));
        }
        statement.setString(column ? 4 : 3, privilege);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          return row.getBoolean(1);
        }
      }
    }
  }
}
