package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.outcome.Status.FAILED;
import static dev.gatehouse.core.outcome.Status.INCONCLUSIVE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.postgres.Postgres;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What policies would let pass by values that no row holds yet. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class TenantContentsTest {
  private static final Map<EngineUnderTest, TenantWorld> WORLDS = new HashMap<>();

  private static final List<String> HOLES =
      List.of(
          "shared",
          "shared IS NOT FALSE AND shared",
          "state = 'public'",
          "state IN ('public', 'open')",
          "state <> 'draft'",
          "tenant IS NULL",
          "tenant = ''",
          "customer IS NULL",
          "customer = 77",
          "cents > 1000000",
          "cents BETWEEN 10.5 AND 10.75",
          "cents < 0 AND state = 'public'",
          "lower(tenant) = lower(current_setting('app.tenant', true))",
          "tags @> '{public}'",
          "'public' = ANY (tags)",
          "coalesce(visibility, 'all') = 'all'",
          "published_at < now()",
          "published_at::date = current_date",
          "published_at > '2020-01-01' AND published_at < '2020-01-02'",
          "starts_with(tenant, current_setting('app.tenant', true))",
          "tenant LIKE current_setting('app.tenant', true) || '%'",
          "note LIKE 'public%'",
          "mood = 'merry'",
          "author = note",
          "author = state AND state = note AND note = 'public'",
          "meta ->> 'public' = 'yes'",
          "meta ? 'public'",
          "author = current_user",
          "NOT (state IS DISTINCT FROM 'public')",
          "CASE WHEN state = 'public' THEN true ELSE false END");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(TenantContentsTest.class);
  }

  private final TenantWorld world;

  TenantContentsTest(EngineUnderTest engine) {
    world = WORLDS.computeIfAbsent(engine, TenantWorld::new);
  }

  @BeforeEach
  void a_green_world() throws Exception {
    world.green();
    world.execute(
        "CREATE TYPE app.mood AS ENUM ('dull', 'merry')",
        "ALTER TABLE app.doc ADD shared boolean DEFAULT false, ADD state text DEFAULT 'draft',"
            + " ADD customer int, ADD cents numeric DEFAULT 5, ADD tags text[] DEFAULT '{}',"
            + " ADD visibility varchar(20) DEFAULT 'own', ADD published_at timestamptz DEFAULT"
            + " 'infinity', ADD mood app.mood DEFAULT 'dull', ADD meta jsonb DEFAULT '{}'",
        "UPDATE app.doc SET customer = id",
        "CREATE TABLE app.share (doc_id int)",
        "GRANT SELECT, INSERT ON app.share TO " + world.role);
  }

  @AfterAll
  static void close() {
    WORLDS.values().forEach(TenantWorld::close);
    WORLDS.clear();
  }

  private void lets(String condition) throws Exception {
    world.execute(
        "ALTER POLICY tenant ON app.doc USING (" + condition + ") WITH CHECK (" + condition + ")");
  }

  private Check check() {
    return Postgres.rowSecurity()
        .on("app.doc")
        .by("tenant")
        .actingAs(world.role)
        .separates("app.tenant", "A", "B");
  }

  private static void is(Outcome outcome, Status status) {
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
  }

  static Stream<String> holes() {
    return HOLES.stream();
  }

  /** A sample of each kind. */
  static Stream<String> fewHoles() {
    return Stream.of(0, 9, 12, 20).map(HOLES::get);
  }

  @ParameterizedTest
  @MethodSource("fewHoles")
  void what_lets_a_row_pass_that_is_not_there_yet_is_found(String condition) throws Exception {
    isFound(condition);
  }

  @ParameterizedTest
  @MethodSource("holes")
  @Tag("nightly")
  void all_that_lets_a_row_pass_is_found(String condition) throws Exception {
    isFound(condition);
  }

  private void isFound(String condition) throws Exception {
    lets(TenantWorld.SEES + " OR " + condition);
    Outcome outcome = world.ask(check());
    is(outcome, FAILED);
    assertThat(outcome.findings().stream().map(Finding::code))
        .contains("rowsecurity.exposed", "rowsecurity.insert");
    lets(TenantWorld.SEES + " AND (" + condition + " OR true)");
    is(world.ask(check()), PASSED);
  }

  @Test
  void the_finding_tells_column_value_policy_and_how_to_say_that_it_is_meant() throws Exception {
    world.execute(
        "CREATE POLICY open ON app.doc FOR SELECT USING (shared)",
        "REVOKE INSERT, UPDATE, DELETE ON app.doc FROM " + world.role);
    Outcome outcome = world.ask(check());
    is(outcome, FAILED);
    assertThat(outcome.findings()).hasSize(1);
    assertThat(outcome.findings().get(0).text().replace(world.role, "app_rw"))
        .isEqualTo(
            """
            app_rw sees rows of others in app.doc once they hold other values
              expected  the rows of its own tenant, whatever rows hold
              found     with app.tenant not set: a row with "tenant" = 'A' AND "shared" = 'true', by policy "open"
                        with app.tenant = 'A': a row with "tenant" = 'B' AND "shared" = 'true', by policy "open"
                        with app.tenant = 'B': a row with "tenant" = 'A' AND "shared" = 'true', by policy "open"
                        ... and 3 more
              fix       ALTER POLICY ... ON "app"."doc": what its policies (open, tenant) let pass must come to "tenant" = current_setting('app.tenant', true)
                        -- for SELECT
                        -- or, when such rows are everybody's: sharing("shared = 'true'")
              code      rowsecurity.exposed\
            """);
    is(
        world.ask(
            Postgres.rowSecurity()
                .on("app.doc")
                .by("tenant")
                .sharing("shared")
                .actingAs(world.role)
                .separates("app.tenant", "A", "B")),
        PASSED);
  }

  @Test
  void what_a_table_says_of_rows_is_not_known_until_it_is_accepted() throws Exception {
    lets(TenantWorld.SEES + " OR id IN (SELECT doc_id FROM app.share)");
    Outcome outcome = world.ask(check());
    is(outcome, INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text())
        .contains("policy \"tenant\" of app.doc asks id IN ( SELECT share.doc_id FROM app.share)")
        .contains("what app.share may come to say of a row cannot be tried");
    is(
        world.ask(
            Postgres.rowSecurity()
                .on("app.doc")
                .by("tenant")
                .accepting("app.share")
                .actingAs(world.role)
                .separates("app.tenant", "A", "B")),
        PASSED);
  }

  @ParameterizedTest
  @Sampled(
      few = 3,
      of = {
        "length(note) = 4711",
        "(meta ->> 'public')::boolean",
        "md5(author) = '0cc175b9c0f1b6a831c399e269772661'",
        "note ~ '^pub.*lic$'",
        "app.is_open(note)",
        "note LIKE 'a%' AND note LIKE '%bc'",
        "EXISTS (SELECT FROM app.share s WHERE s.doc_id = doc.id)",
        "doc IS NOT DISTINCT FROM (1, 'z', '', '', true, '', 1, 1, '{}', '', now(), 'dull', '{}')::app.doc"
      })
  void what_values_cannot_be_made_up_for_is_named_where_it_matters(String condition)
      throws Exception {
    world.execute(
        "CREATE FUNCTION app.is_open(text) RETURNS boolean LANGUAGE plpgsql STABLE AS"
            + " $$ BEGIN RETURN $1 = 'o' || 'pen'; END $$");
    lets(TenantWorld.SEES + " OR " + condition);
    Outcome outcome = world.ask(check());
    is(outcome, INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text()).contains("policy \"tenant\" of app.doc asks ");
    lets(TenantWorld.SEES + " AND " + condition.replace("doc IS NOT", "doc IS"));
    outcome = world.ask(check());
    assertThat(outcome.toString()).doesNotContain("cannot be tried");
  }

  @Test
  void what_no_row_can_hold_is_no_hole() throws Exception {
    lets(TenantWorld.SEES + " OR state = 'public' OR tenant IS NULL OR cents > 100");
    world.execute(
        "ALTER TABLE app.doc ALTER tenant SET NOT NULL, ADD CHECK (state IN ('draft', 'done')),"
            + " ADD CHECK (cents <= 100)");
    is(world.ask(check()), PASSED);
    world.execute("ALTER TABLE app.doc DROP CONSTRAINT doc_cents_check, ADD CHECK (cents <= 101)");
    is(world.ask(check()), FAILED);
  }

  @Test
  void a_table_of_many_values_is_proven_or_named() throws Exception {
    StringBuilder all = new StringBuilder(TenantWorld.SEES);
    for (int i = 0; i < 12; i++) {
      world.execute("ALTER TABLE app.doc ADD c" + i + " int");
      all.append(" AND (c" + i + " > 3 OR c" + i + " IS NULL OR c" + i + " < 99)");
    }
    lets(all.toString());
    is(world.ask(check()), PASSED);
  }
}
