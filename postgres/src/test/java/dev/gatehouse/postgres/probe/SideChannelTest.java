package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.outcome.Status.PASSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What tells of rows of others without showing them is reported, and fails nothing. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class SideChannelTest {
  private static final Map<EngineUnderTest, TenantWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(SideChannelTest.class);
  }

  private final TenantWorld world;

  SideChannelTest(EngineUnderTest engine) {
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

  private String remarks() throws Exception {
    Outcome outcome = world.ask(world.separates());
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(PASSED);
    return outcome
        .proof()
        .orElseThrow()
        .facts()
        .getOrDefault("remarks", "")
        .replace(world.role, "app_rw");
  }

  @Test
  void a_unique_key_a_row_count_and_an_explained_plan_tell_of_rows() throws Exception {
    assertThat(remarks().lines())
        .containsExactlyInAnyOrder(
            "app_rw learns from a unique key of app.doc that a row of others has it",
            "app_rw learns from the row count of ON CONFLICT DO NOTHING on app.doc that a row of others is there",
            "app_rw learns from EXPLAIN ANALYZE how many rows of others are in app.doc");
  }

  @Test
  void a_key_that_begins_with_the_tenant_and_no_privilege_to_read_tell_nothing() throws Exception {
    world.execute(
        "ALTER TABLE app.doc DROP CONSTRAINT doc_pkey, ADD PRIMARY KEY (tenant, id)",
        "REVOKE SELECT ON app.doc FROM " + world.role);
    assertThat(remarks()).isEmpty();
  }

  @Test
  void a_foreign_key_tells_of_rows_unless_it_includes_the_tenant() throws Exception {
    String child =
        "CREATE TABLE app.remark (id serial PRIMARY KEY, tenant text NOT NULL, doc int, text text NOT NULL,"
            + " CONSTRAINT %s)";
    world.execute(
        child.formatted("about FOREIGN KEY (doc) REFERENCES app.doc"),
        "INSERT INTO app.remark (tenant, doc, text) VALUES ('B', 3, 'x')",
        "GRANT INSERT ON app.remark TO " + world.role,
        "GRANT USAGE ON SEQUENCE app.remark_id_seq TO " + world.role,
        "ALTER TABLE app.remark ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY tenant ON app.remark USING (" + TenantWorld.SEES + ")");
    assertThat(remarks())
        .contains(
            "app_rw learns from foreign key about of app.remark which rows others have, and may refer to them");
    world.execute(
        "ALTER TABLE app.doc ADD UNIQUE (tenant, id)",
        "ALTER TABLE app.remark DROP CONSTRAINT about,"
            + " ADD CONSTRAINT about FOREIGN KEY (tenant, doc) REFERENCES app.doc (tenant, id)");
    assertThat(remarks()).doesNotContain("foreign key");
  }
}
