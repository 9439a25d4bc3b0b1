package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.outcome.Status.FAILED;
import static dev.gatehouse.core.outcome.Status.INCONCLUSIVE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.Gatehouse;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test begins with tenants that are kept apart, and breaks it in one way. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class TenantIsolationTest {
  private static final Map<EngineUnderTest, TenantWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(TenantIsolationTest.class);
  }

  private final TenantWorld world;

  TenantIsolationTest(EngineUnderTest engine) {
    world = WORLDS.computeIfAbsent(engine, TenantWorld::new);
  }

  @BeforeEach
  void a_green_world() throws Exception {
    world.green();
  }

  @AfterAll
  static void close() {
    WORLDS.values().forEach(TenantWorld::close);
    WORLDS.clear();
  }

  private List<String> codes() throws Exception {
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(FAILED);
    return outcome.findings().stream().map(Finding::code).toList();
  }

  private void breakBy(String... sql) throws Exception {
    world.execute(sql);
  }

  private static void isGreen(Outcome outcome) {
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(PASSED);
  }

  @Test
  void tenants_that_are_kept_apart_pass_and_nothing_stays() throws Exception {
    String before = world.content();
    Outcome outcome = world.ask(world.separates());
    isGreen(outcome);
    Map<String, String> facts = outcome.proof().orElseThrow().facts();
    assertThat(facts).containsKeys("allowed", "rejected", "silently 0 rows");
    assertThat(facts.get("remarks"))
        .as("a covert channel fails nothing")
        .contains("learns from a unique key of app.doc");
    assertThat(world.content()).isEqualTo(before);
  }

  @Test
  void a_policy_that_lets_everything_pass_is_found_with_role_tenant_key_and_path()
      throws Exception {
    breakBy("ALTER POLICY tenant ON app.doc USING (true)");
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.findings().get(0).text().replace(world.role, "app_rw"))
        .isEqualTo(
            """
            app_rw sees rows of others in app.doc
              expected  the rows of its own tenant, and without one none
              found     with app.tenant not set: 4 rows: (1) of 'A', (2) of 'A', (3) of 'B'
                        with app.tenant = 'A': 2 rows: (3) of 'B', (4) of 'B'
                        with app.tenant = 'B': 2 rows: (1) of 'A', (2) of 'A'
                        ... and 3 more
              fix       ALTER POLICY ... ON "app"."doc": what its policies (tenant) let pass must come to "tenant" = current_setting('app.tenant', true)
                        -- for SELECT
              code      rowsecurity.exposed\
            """);
    assertThat(codes()).contains("rowsecurity.exposed", "rowsecurity.delete", "rowsecurity.update");
  }

  @Test
  void a_dropped_policy_hides_what_should_be_seen() throws Exception {
    breakBy("DROP POLICY tenant ON app.doc");
    assertThat(codes()).containsExactly("rowsecurity.hidden");
  }

  @Test
  void a_missing_with_check_is_found_by_inserting() throws Exception {
    breakBy(
        "DROP POLICY tenant ON app.doc",
        "CREATE POLICY reading ON app.doc FOR SELECT USING (" + TenantWorld.SEES + ")",
        "CREATE POLICY deleting ON app.doc FOR DELETE USING (" + TenantWorld.SEES + ")",
        "CREATE POLICY updating ON app.doc FOR UPDATE USING (" + TenantWorld.SEES + ")",
        "CREATE POLICY inserting ON app.doc FOR INSERT WITH CHECK (true)");
    assertThat(codes()).containsExactly("rowsecurity.insert");
  }

  @Test
  void a_row_that_can_be_given_away_is_found() throws Exception {
    breakBy("ALTER POLICY tenant ON app.doc WITH CHECK (true)");
    assertThat(codes()).contains("rowsecurity.insert", "rowsecurity.move");
  }

  @Test
  void a_delete_that_reads_nothing_is_found_though_no_where_would_reach_the_row() throws Exception {
    breakBy(
        "DROP POLICY tenant ON app.doc",
        "CREATE POLICY reading ON app.doc FOR SELECT USING (" + TenantWorld.SEES + ")",
        "CREATE POLICY deleting ON app.doc FOR DELETE USING (true)");
    assertThat(codes()).containsExactly("rowsecurity.delete");
  }

  @Test
  void a_hole_that_only_some_rows_fall_through_is_found() throws Exception {
    breakBy("CREATE POLICY authors ON app.doc FOR UPDATE USING (author = 'y') WITH CHECK (true)");
    assertThat(codes()).contains("rowsecurity.update");
  }

  @Test
  void a_second_permissive_policy_is_found() throws Exception {
    breakBy("CREATE POLICY support ON app.doc FOR SELECT USING (author = 'x')");
    assertThat(codes()).containsExactly("rowsecurity.exposed");
  }

  @Test
  void row_security_that_is_off_is_found() throws Exception {
    breakBy("ALTER TABLE app.doc DISABLE ROW LEVEL SECURITY");
    assertThat(codes()).contains("rowsecurity.exposed", "rowsecurity.insert");
  }

  @Test
  void an_owner_that_is_not_governed_is_found_and_so_is_a_member_of_it() throws Exception {
    breakBy("GRANT " + world.owner + " TO " + world.role);
    Outcome governed = world.ask(world.separates());
    assertThat(governed.findings().stream().map(Finding::code))
        .as("an owner can truncate")
        .containsOnly("rowsecurity.truncate");
    breakBy("ALTER TABLE app.doc NO FORCE ROW LEVEL SECURITY");
    assertThat(codes()).contains("rowsecurity.exposed", "rowsecurity.truncate");
  }

  @Test
  void bypassrls_is_found_in_the_role_and_in_what_it_can_become() throws Exception {
    breakBy("ALTER ROLE " + world.role + " BYPASSRLS");
    assertThat(codes()).contains("rowsecurity.bypass");
    String other = world.database.newName("other");
    breakBy(
        "ALTER ROLE " + world.role + " NOBYPASSRLS",
        "CREATE ROLE " + other + " BYPASSRLS",
        "GRANT " + other + " TO " + world.role);
    assertThat(world.ask(world.separates()).findings().get(0).text())
        .contains("no policy applies to " + world.role + ", by SET ROLE " + other);
  }

  @Test
  void a_superuser_is_found() throws Exception {
    breakBy("ALTER ROLE " + world.role + " SUPERUSER");
    assertThat(codes()).contains("rowsecurity.bypass");
  }

  @Test
  void a_role_it_can_become_that_sees_more_is_found() throws Exception {
    String auditor = world.database.newName("auditor");
    breakBy(
        "CREATE ROLE " + auditor,
        "GRANT " + auditor + " TO " + world.role,
        "GRANT USAGE ON SCHEMA app TO " + auditor,
        "GRANT SELECT ON app.doc TO " + auditor,
        "CREATE POLICY audit ON app.doc FOR SELECT TO " + auditor + " USING (true)");
    assertThat(codes()).contains("rowsecurity.exposed");
  }

  @Test
  void a_view_that_sees_past_the_policies_is_found_and_one_that_does_not_passes() throws Exception {
    breakBy(
        "CREATE VIEW app.totals AS SELECT count(*) FROM app.doc",
        "GRANT SELECT ON app.totals TO " + world.role);
    assertThat(codes()).containsExactly("rowsecurity.view");
    isGreen(
        world.ask(
            Postgres.rowSecurity()
                .on("app.doc")
                .accepting("app.totals")
                .actingAs(world.role)
                .separates("app.tenant", "A", "B")));
    breakBy("ALTER VIEW app.totals OWNER TO " + world.owner);
    isGreen(world.ask(world.separates()));
    breakBy("ALTER VIEW app.totals OWNER TO CURRENT_USER");
    assertThat(codes()).containsExactly("rowsecurity.view");
    assumeThat(world.major()).as("security_invoker came with 15").isGreaterThanOrEqualTo(15);
    breakBy("ALTER VIEW app.totals SET (security_invoker = true)");
    isGreen(world.ask(world.separates()));
  }

  @Test
  void a_materialized_view_is_found() throws Exception {
    breakBy(
        "CREATE MATERIALIZED VIEW app.copy AS SELECT * FROM app.doc",
        "GRANT SELECT ON app.copy TO " + world.role);
    assertThat(codes()).containsExactly("rowsecurity.view");
  }

  @Test
  void a_definer_function_is_called_or_at_least_named() throws Exception {
    breakBy(
        "CREATE FUNCTION app.newest() RETURNS int SECURITY DEFINER LANGUAGE sql AS"
            + " 'SELECT max(id) FROM app.doc'");
    assertThat(codes()).containsExactly("rowsecurity.definer");
    breakBy(
        "DROP FUNCTION app.newest()",
        "CREATE FUNCTION app.one(int) RETURNS text SECURITY DEFINER LANGUAGE sql AS"
            + " 'SELECT note FROM app.doc WHERE id = $1'");
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text())
        .contains("app.one(integer) runs as one who may see all rows of app.doc");
    breakBy("ALTER FUNCTION app.one(int) OWNER TO " + world.owner);
    isGreen(world.ask(world.separates()));
  }

  private void partitioned() throws Exception {
    breakBy(
        "DROP TABLE app.doc",
        "CREATE TABLE app.doc (id int, tenant text, PRIMARY KEY (id, tenant)) PARTITION BY LIST"
            + " (tenant)",
        "CREATE TABLE app.doc_a PARTITION OF app.doc FOR VALUES IN ('A')",
        "CREATE TABLE app.doc_b PARTITION OF app.doc FOR VALUES IN ('B')",
        "INSERT INTO app.doc VALUES (1, 'A'), (2, 'A'), (3, 'B')",
        "ALTER TABLE app.doc ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE app.doc FORCE ROW LEVEL SECURITY",
        "CREATE POLICY tenant ON app.doc USING (" + TenantWorld.SEES + ")",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON app.doc TO " + world.role);
  }

  @Test
  void a_partition_without_row_security_is_found_where_it_can_be_queried() throws Exception {
    partitioned();
    isGreen(world.ask(world.separates()));
    breakBy("GRANT SELECT ON app.doc_b TO " + world.role);
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.findings()).hasSize(1);
    assertThat(outcome.findings().get(0).text())
        .contains(" sees rows of others in app.doc_b")
        .contains("with app.tenant = 'A': 1 row: (3,B) of 'B'");
  }

  @Test
  void a_child_without_row_security_is_found_where_it_can_be_queried() throws Exception {
    breakBy(
        "CREATE TABLE app.child (PRIMARY KEY (id)) INHERITS (app.doc)",
        "INSERT INTO app.child VALUES (5, 'A', 'x', 'five'), (6, 'B', 'x', 'six')");
    isGreen(world.ask(world.separates()));
    breakBy("GRANT SELECT ON app.child TO " + world.role);
    assertThat(codes()).containsExactly("rowsecurity.exposed");
  }

  @Test
  void truncate_asks_no_policy() throws Exception {
    breakBy("GRANT TRUNCATE ON app.doc TO " + world.role);
    assertThat(codes()).containsExactly("rowsecurity.truncate");
  }

  @Test
  void an_empty_setting_that_somebody_thought_harmless_is_found() throws Exception {
    breakBy(
        "ALTER POLICY tenant ON app.doc USING ("
            + TenantWorld.SEES
            + " OR current_setting('app.tenant', true) = '')");
    assertThat(world.ask(world.separates()).findings().get(0).found())
        .as("what SET LOCAL leaves behind in a pool")
        .contains("with app.tenant = '': 4 rows");
  }

  @Test
  void a_cast_that_fails_without_a_tenant_shows_nothing() throws Exception {
    breakBy(
        "DROP POLICY tenant ON app.doc",
        "ALTER TABLE app.doc ALTER tenant TYPE int USING ascii(tenant)",
        "CREATE POLICY tenant ON app.doc USING (tenant = current_setting('app.tenant')::int)");
    Outcome outcome =
        world.ask(
            Postgres.rowSecurity()
                .on("app.doc")
                .by("tenant")
                .actingAs(world.role)
                .separates("app.tenant", "65", "66"));
    isGreen(outcome);
    assertThat(outcome.proof().orElseThrow().facts().get("remarks")).contains("meets an error");
  }

  @Test
  void rows_that_are_everybodys_are_declared() throws Exception {
    breakBy(
        "INSERT INTO app.doc VALUES (9, NULL, 'x', 'for all')",
        "DROP POLICY tenant ON app.doc",
        "CREATE POLICY reading ON app.doc FOR SELECT USING (tenant IS NULL OR "
            + TenantWorld.SEES
            + ")");
    assertThat(codes()).containsExactly("rowsecurity.exposed");
    isGreen(
        world.ask(
            Postgres.rowSecurity()
                .on("app.doc")
                .sharing("tenant IS NULL")
                .actingAs(world.role)
                .separates("app.tenant", "A", "B")));
  }

  @Test
  void with_one_tenant_that_has_rows_nothing_is_proven() throws Exception {
    breakBy("DELETE FROM app.doc WHERE tenant = 'B'");
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).code()).isEqualTo("rowsecurity.tenants");
    assertThatThrownBy(
            () ->
                Postgres.rowSecurity()
                    .on("app.doc")
                    .actingAs(world.role)
                    .separates("app.tenant", "A", "A"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_account_that_policies_apply_to_knows_nothing_of_others() throws Exception {
    Account weak = world.database.newAccount("weak");
    breakBy(
        "GRANT " + world.role + " TO " + weak.name(),
        "GRANT USAGE ON SCHEMA app TO " + weak.name(),
        "GRANT SELECT ON app.doc TO " + weak.name());
    Outcome outcome = At.ask(Targets.of(world.database, weak), world.separates());
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).code()).isEqualTo("rowsecurity.unreadable");
  }

  /**
   * row_security = off turns rows that are hidden into errors, and is not what a role runs with.
   */
  @Test
  void settings_of_the_role_do_not_make_it_pass_or_fail() throws Exception {
    breakBy("ALTER ROLE " + world.role + " SET row_security = off");
    isGreen(world.ask(world.separates()));
    breakBy("ALTER POLICY tenant ON app.doc USING (true)");
    assertThat(codes()).contains("rowsecurity.exposed");
  }

  @Test
  void a_column_that_is_not_there_is_refused_while_planning() throws Exception {
    Check check =
        Postgres.rowSecurity()
            .on("app.doc")
            .by("tenat")
            .actingAs(world.role)
            .separates("app.tenant", "A", "B");
    assertThatThrownBy(() -> Plan.of(Gatehouse.runbook("Tenants", gate("g", check)), world.target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("app.doc has no column 'tenat'")
        .hasMessageContaining("correct by(\"tenat\")");
  }

  @Test
  void a_role_or_table_that_is_not_there_is_refused() {
    assertThatThrownBy(
            () ->
                world.ask(
                    Postgres.rowSecurity()
                        .on("app.dok")
                        .actingAs(world.role)
                        .separates("app.tenant", "A", "B")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'app.dok' is not one table");
    assertThatThrownBy(
            () ->
                world.ask(
                    Postgres.rowSecurity()
                        .on("app.doc")
                        .actingAs("nobody_at_all")
                        .separates("app.tenant", "A", "B")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no role 'nobody_at_all'");
  }

  @Test
  void in_an_open_transaction_its_own_policies_are_tried() throws Exception {
    try (Connection session = Postgres.dialect().openWriting(world.target)) {
      session.setAutoCommit(false);
      Queries.run(session, "ALTER POLICY tenant ON app.doc USING (true)");
      At inside = new At(world.target, session);
      assertThat(world.separates().evaluate(inside).status()).isEqualTo(FAILED);
      Queries.run(session, "ALTER POLICY tenant ON app.doc USING (" + TenantWorld.SEES + ")");
      isGreen(world.separates().evaluate(inside));
      session.rollback();
    }
  }
}
