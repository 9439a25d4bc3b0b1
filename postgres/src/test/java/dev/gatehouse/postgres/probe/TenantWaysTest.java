package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.outcome.Status.FAILED;
import static dev.gatehouse.core.outcome.Status.INCONCLUSIVE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.postgres.Postgres;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What settings can be at, and the ways to a table other than by it. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class TenantWaysTest {
  private static final Map<EngineUnderTest, TenantWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(TenantWaysTest.class);
  }

  private final TenantWorld world;

  TenantWaysTest(EngineUnderTest engine) {
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
  void a_back_door_for_a_text_of_the_policy_is_tried() throws Exception {
    breakBy(
        "ALTER POLICY tenant ON app.doc USING ("
            + TenantWorld.SEES
            + " OR current_setting('app.tenant', true) = 'admin')");
    assertThat(codes()).contains("rowsecurity.exposed");
  }

  @Test
  void a_second_setting_that_the_role_sets_itself_is_tried() throws Exception {
    breakBy(
        "ALTER POLICY tenant ON app.doc USING ("
            + TenantWorld.SEES
            + " OR current_setting('app.support', true) = 'yes')");
    assertThat(codes()).contains("rowsecurity.exposed");
    breakBy(
        "ALTER POLICY tenant ON app.doc USING ("
            + TenantWorld.SEES
            + " AND coalesce(current_setting('app.author', true), '') IN ('', author))");
    Outcome outcome = world.ask(world.separates());
    isGreen(outcome);
    assertThat(outcome.proof().orElseThrow().facts().get("remarks"))
        .contains("policies read app.author too, which every role sets itself");
  }

  @Test
  void a_pattern_is_tried() throws Exception {
    breakBy(
        "ALTER POLICY tenant ON app.doc USING (tenant LIKE current_setting('app.tenant', true))");
    assertThat(codes()).contains("rowsecurity.exposed");
  }

  @Test
  void tenants_by_claims_are_kept_apart_or_not() throws Exception {
    String a = "11111111-1111-1111-1111-111111111111";
    String b = "22222222-2222-2222-2222-222222222222";
    String sub =
        "(nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid = user_id";
    breakBy(
        "CREATE TABLE app.todo (id int PRIMARY KEY, user_id uuid, t text)",
        "INSERT INTO app.todo VALUES (1, '" + a + "', 'a'), (2, '" + b + "', 'b')",
        "ALTER TABLE app.todo ENABLE ROW LEVEL SECURITY",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON app.todo TO " + world.role,
        "CREATE POLICY p ON app.todo USING (" + sub + ") WITH CHECK (" + sub + ")");
    var check =
        Postgres.rowSecurity()
            .on("app.todo")
            .actingAs(world.role)
            .separates(
                Tenant.of(a).setting("request.jwt.claims", "{\"sub\": \"" + a + "\"}"),
                Tenant.of(b).setting("request.jwt.claims", "{\"sub\": \"" + b + "\"}"));
    isGreen(world.ask(check));
    breakBy("ALTER POLICY p ON app.todo USING (true)");
    Outcome outcome = world.ask(check);
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(FAILED);
    assertThat(outcome.findings().get(0).text())
        .contains("with request.jwt.claims = '{\"sub\": \"" + a + "\"}'");
  }

  @Test
  void a_view_over_a_function_that_the_role_cannot_name_is_asked() throws Exception {
    breakBy(
        "CREATE SCHEMA IF NOT EXISTS hidden",
        "CREATE OR REPLACE FUNCTION hidden.notes() RETURNS SETOF text LANGUAGE plpgsql SECURITY"
            + " DEFINER AS $$ BEGIN RETURN QUERY EXECUTE 'select note from app.' || 'doc'; END $$",
        "CREATE VIEW app.notes AS SELECT n FROM hidden.notes() n",
        "GRANT SELECT ON app.notes TO " + world.role);
    assertThat(codes()).contains("rowsecurity.view");
  }

  @Test
  void a_cascade_into_the_table_is_named_or_accepted() throws Exception {
    breakBy(
        "CREATE TABLE app.folder (id int PRIMARY KEY)",
        "ALTER TABLE app.doc ADD folder int REFERENCES app.folder ON DELETE CASCADE",
        "GRANT SELECT, DELETE ON app.folder TO " + world.role);
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text())
        .contains("foreign key doc_folder_fkey takes DELETE on app.folder on to app.doc");
    isGreen(
        world.ask(
            Postgres.rowSecurity()
                .on("app.doc")
                .accepting("app.folder")
                .actingAs(world.role)
                .separates("app.tenant", "A", "B")));
  }

  @Test
  void a_function_that_does_not_name_the_table_is_called_too() throws Exception {
    breakBy(
        "CREATE FUNCTION app.any_note() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS"
            + " $$ DECLARE n text; BEGIN EXECUTE 'select string_agg(note, '','') from app.d' || 'oc'"
            + " INTO n; RETURN n; END $$");
    assertThat(codes()).containsExactly("rowsecurity.definer");
    breakBy(
        "DROP FUNCTION app.any_note()",
        "CREATE SCHEMA IF NOT EXISTS hidden",
        "CREATE OR REPLACE FUNCTION hidden.count_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            + " BEGIN ATOMIC SELECT count(*) FROM app.doc; END",
        "CREATE FUNCTION app.count_all() RETURNS bigint LANGUAGE sql"
            + " BEGIN ATOMIC SELECT hidden.count_all(); END");
    assertThat(codes()).containsExactly("rowsecurity.definer");
  }

  @Test
  void what_reading_changes_and_a_trigger_that_nobody_reads_are_told() throws Exception {
    breakBy(
        "CREATE SCHEMA IF NOT EXISTS hidden",
        "CREATE OR REPLACE FUNCTION hidden.touch() RETURNS text LANGUAGE plpgsql SECURITY DEFINER"
            + " AS $$ BEGIN EXECUTE 'update app.' || 'doc set note = 1'; RETURN 'x'; END $$",
        "CREATE VIEW app.innocent AS SELECT hidden.touch() AS t",
        "GRANT SELECT ON app.innocent TO " + world.role);
    assertThat(codes()).contains("rowsecurity.effect");
    breakBy(
        "DROP VIEW app.innocent",
        "CREATE TABLE app.orders (id int PRIMARY KEY)",
        "CREATE FUNCTION app.audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
            + " $$ BEGIN EXECUTE 'delete from app.' || 'doc'; RETURN NEW; END $$",
        "CREATE TRIGGER audit BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.audit()",
        "GRANT INSERT ON app.orders TO " + world.role);
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text())
        .contains("trigger audit on app.orders runs app.audit() as its owner");
  }
}
