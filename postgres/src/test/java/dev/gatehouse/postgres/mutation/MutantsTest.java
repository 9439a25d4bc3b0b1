package dev.gatehouse.postgres.mutation;

import static dev.gatehouse.postgres.mutation.MutationWorld.MINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operator makes the mutant it says: executed, and seen in the catalogue. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class MutantsTest {
  private static final Map<EngineUnderTest, MutationWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(MutantsTest.class);
  }

  private final MutationWorld world;

  MutantsTest(EngineUnderTest engine) throws Exception {
    if (!WORLDS.containsKey(engine)) {
      WORLDS.put(engine, new MutationWorld(engine));
    }
    world = WORLDS.get(engine);
  }

  @BeforeEach
  void fresh() throws Exception {
    world.fresh();
  }

  @AfterAll
  static void close() {
    WORLDS.values().forEach(MutationWorld::close);
    WORLDS.clear();
  }

  private interface Look<T> {
    T at(Connection session, Mutant mutant) throws SQLException;
  }

  /** Executes each of them as a run does, looks, and takes it back. */
  private <T> Map<Mutant, T> each(Look<T> look) throws SQLException {
    Map<Mutant, T> seen = new HashMap<>();
    try (Connection session = world.database.connect()) {
      session.setAutoCommit(false);
      Queries.setPath(session, "pg_catalog, pg_temp");
      NamePattern wanted = NamePattern.of("app.*");
      for (Mutant mutant : Mutants.of(session, wanted::matches, List.of(world.role))) {
        Savepoint before = session.setSavepoint();
        for (String sql : mutant.sql()) {
          Queries.run(session, sql);
        }
        seen.put(mutant, look.at(session, mutant));
        session.rollback(before);
      }
      session.rollback();
    }
    return seen;
  }

  /** What an operator's mutants come to, in what the query tells; their SQL has that text. */
  private List<String> seen(Operator operator, String sql, String query) throws SQLException {
    List<String> all = new ArrayList<>();
    each(
            (session, mutant) ->
                mutant.operator() == operator && mutant.statements().contains(sql)
                    ? Queries.rows(session, query, Row::texts).toString()
                    : "")
        .values()
        .stream()
        .filter(row -> !row.isEmpty())
        .sorted()
        .forEach(all::add);
    return all;
  }

  private static String policy(String name) {
    return "SELECT permissive, cmd, coalesce(qual, '-'), coalesce(with_check, '-') FROM pg_policies"
        + " WHERE tablename = 'doc' AND policyname = '"
        + name
        + "'";
  }

  @Test
  void policies_are_dropped_turned_opened_closed_and_narrowed() throws Exception {
    world.execute(
        "DROP POLICY doc_write ON app.doc",
        "CREATE POLICY \"all\" ON app.doc USING (" + MINE + ") WITH CHECK (author = 'x')");
    String mine = "(tenant = current_setting('app.tenant'::text, true))";
    String query = policy("all");
    assertThat(seen(Operator.DROP_POLICY, "\"all\"", query)).containsExactly("[]");
    assertThat(seen(Operator.USING_TRUE, "\"all\"", query))
        .containsExactly("[[PERMISSIVE, ALL, true, (author = 'x'::text)]]");
    assertThat(seen(Operator.USING_FALSE, "\"all\"", query))
        .containsExactly("[[PERMISSIVE, ALL, false, (author = 'x'::text)]]");
    assertThat(seen(Operator.USING_NOT, "\"all\"", query).get(0)).contains("(NOT " + mine + ")");
    assertThat(seen(Operator.CHECK_TRUE, "\"all\"", query))
        .containsExactly("[[PERMISSIVE, ALL, " + mine + ", true]]");
    assertThat(seen(Operator.CHECK_NOT, "\"all\"", query).get(0))
        .contains("(NOT (author = 'x'::text))");
    assertThat(seen(Operator.FLIP, "\"all\"", query))
        .containsExactly("[[RESTRICTIVE, ALL, " + mine + ", (author = 'x'::text)]]");
    assertThat(seen(Operator.NARROW, "\"all\"", query))
        .containsExactly("[[PERMISSIVE, SELECT, " + mine + ", -]]");
    assertThat(seen(Operator.ADD_POLICY, "FOR INSERT", policy("gatehouse_mutant")))
        .containsExactly("[[PERMISSIVE, INSERT, -, true]]");
    assertThat(seen(Operator.ADD_POLICY, "FOR UPDATE", policy("gatehouse_mutant")))
        .containsExactly("[[PERMISSIVE, UPDATE, true, true]]");
  }

  @Test
  void one_condition_at_a_time_is_dropped_as_the_server_understands_it() throws Exception {
    world.execute(
        "DROP POLICY doc_read ON app.doc",
        "CREATE POLICY doc_read ON app.doc FOR SELECT USING ("
            + MINE
            + " AND (note <> 'this AND (that' OR note IS NULL) AND id BETWEEN 1 AND 99"
            + " AND CASE WHEN author = 'x' OR author = 'y' THEN true ELSE false END)");
    List<String> left = seen(Operator.DROP_TERM, "\"doc_read\"", policy("doc_read"));
    assertThat(left).as("BETWEEN is one of them").hasSize(4);
    assertThat(left).anySatisfy(one -> assertThat(one).doesNotContain("tenant"));
    assertThat(left).anySatisfy(one -> assertThat(one).doesNotContain("this AND (that"));
    assertThat(left).anySatisfy(one -> assertThat(one).doesNotContain("CASE"));
    assertThat(left).anySatisfy(one -> assertThat(one).doesNotContain("id <= 99", "id >= 1"));
  }

  @Test
  void policies_are_for_others_and_flags_and_roles_change() throws Exception {
    String to = "SELECT roles FROM pg_policies WHERE tablename = 'doc' AND policyname = 'doc_read'";
    world.execute("ALTER POLICY doc_read ON app.doc TO %s, %s".formatted(world.role, world.owner));
    assertThat(seen(Operator.RETARGET, "\"doc_read\"", to))
        .containsExactlyInAnyOrder(
            "[[{public}]]", "[[{" + world.role + "}]]", "[[{" + world.owner + "}]]");
    String flags = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'doc'";
    assertThat(seen(Operator.DISABLE, "", flags)).containsExactly("[[f, t]]");
    assertThat(seen(Operator.NO_FORCE, "", flags)).containsExactly("[[t, f]]");
    String role =
        "SELECT rolbypassrls, rolsuper, rolcreaterole, rolreplication FROM pg_roles WHERE rolname ="
            + " '"
            + world.role
            + "'";
    assertThat(seen(Operator.ATTRIBUTE, "", role))
        .containsExactlyInAnyOrder(
            "[[t, f, f, f]]", "[[f, t, f, f]]", "[[f, f, t, f]]", "[[f, f, f, t]]");
    assertThat(
            seen(
                Operator.JOIN,
                world.owner,
                "SELECT pg_has_role('%s', '%s', 'MEMBER')".formatted(world.role, world.owner)))
        .containsExactly("[[t]]");
  }

  @Test
  void grants_appear_and_vanish() throws Exception {
    String on = "SELECT has_table_privilege('" + world.role + "', 'app.doc', '%s')";
    assertThat(seen(Operator.GRANT, "TRUNCATE ON \"app\".\"doc\" TO \"", on.formatted("TRUNCATE")))
        .containsExactly("[[t]]");
    assertThat(
            seen(Operator.GRANT, "TRUNCATE ON \"app\".\"doc\" TO PUBLIC", on.formatted("TRUNCATE")))
        .containsExactly("[[t]]");
    assertThat(seen(Operator.REVOKE, "DELETE ON", on.formatted("DELETE"))).contains("[[f]]");
    assertThat(seen(Operator.GRANT_OPTION, "", on.formatted("DELETE WITH GRANT OPTION")))
        .containsExactly("[[t]]");
    assertThat(
            seen(
                Operator.GRANT_SCHEMA,
                "CREATE ON SCHEMA \"app\" TO \"",
                "SELECT has_schema_privilege('" + world.role + "', 'app', 'CREATE')"))
        .containsExactly("[[t]]");
    assertThat(seen(Operator.GRANT_FUTURE, "", "SELECT count(*) FROM pg_default_acl"))
        .containsExactly("[[1]]");
    world.execute("REVOKE UPDATE ON app.doc FROM " + world.role);
    assertThat(
            seen(
                Operator.GRANT_COLUMN,
                "(\"id\")",
                "SELECT has_column_privilege('"
                    + world.role
                    + "', 'app.doc', 'id', 'UPDATE'),"
                    + " has_column_privilege('"
                    + world.role
                    + "', 'app.doc', 'note', 'UPDATE')"))
        .containsExactly("[[t, f]]");
  }

  @Test
  void code_comes_to_run_as_its_owner() throws Exception {
    world.execute(
        "CREATE FUNCTION app.f(a integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW app.v AS SELECT * FROM app.doc");
    assertThat(seen(Operator.DEFINER_ON, "", "SELECT prosecdef FROM pg_proc WHERE proname = 'f'"))
        .containsExactly("[[t]]");
    assertThat(seen(Operator.INVOKER_OFF, "", "SELECT 1")).as("it reads as its owner").isEmpty();
    try (Connection session = world.database.connect()) {
      if (session.getMetaData().getDatabaseMajorVersion() < 15) {
        return;
      }
    }
    world.execute("ALTER VIEW app.v SET (security_invoker = on)");
    assertThat(
            seen(Operator.INVOKER_OFF, "", "SELECT reloptions FROM pg_class WHERE relname = 'v'"))
        .containsExactly("[[{security_invoker=false}]]");
  }

  @Test
  void every_mutant_differs_from_the_world_and_is_made_once() throws Exception {
    List<String> roles = List.of(world.role);
    String before;
    try (Connection session = world.database.connect()) {
      session.setAutoCommit(false);
      Queries.setPath(session, "pg_catalog");
      before = CatalogueState.of(session, roles);
    }
    Map<Mutant, String> states = each((session, mutant) -> CatalogueState.of(session, roles));
    Set<Operator> operators = EnumSet.noneOf(Operator.class);
    states.forEach(
        (mutant, state) -> {
          operators.add(mutant.operator());
          assertThat(state).as(mutant.toString()).isNotEqualTo(before);
          assertThat(mutant.question()).startsWith("nobody noticed when ").endsWith("?");
          assertThat(mutant.notice()).as(mutant.toString()).isNotBlank();
        });
    assertThat(states.values()).doesNotHaveDuplicates();
    assertThat(operators).hasSizeGreaterThan(15);
  }

  @Test
  void hostile_names_are_quoted() throws Exception {
    world.execute(
        "CREATE SCHEMA \"a.p\"\"p\"",
        "CREATE TABLE \"a.p\"\"p\".\"d o'c.\" (\"i d\" int PRIMARY KEY, \"te\"\"nant\" text)",
        "ALTER TABLE \"a.p\"\"p\".\"d o'c.\" ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY \"p\"\";--\" ON \"a.p\"\"p\".\"d o'c.\" USING (\"te\"\"nant\" = 'O''R OR x'"
            + " AND \"i d\" > 0)");
    try (Connection session = world.database.connect()) {
      session.setAutoCommit(false);
      Queries.setPath(session, "pg_catalog, pg_temp");
      List<Mutant> mutants =
          Mutants.of(session, (schema, name) -> schema.equals("a.p\"p"), List.of(world.role));
      assertThat(mutants).hasSizeGreaterThan(30);
      for (Mutant mutant : mutants) {
        Savepoint before = session.setSavepoint();
        for (String sql : mutant.sql()) {
          Queries.run(session, sql);
        }
        session.rollback(before);
      }
    } finally {
      world.execute("DROP SCHEMA \"a.p\"\"p\" CASCADE");
    }
  }
}
