package dev.gatehouse.dsl.access;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every report of a run lists surplus, missing, path and fix. */
class AccessReportTest {
  private static final AccessMatrix MATRIX =
      accessTo("shop.*").is(grantee("app").may(SELECT, INSERT).on("shop.orders"));

  @TempDir private Path directory = Path.of("");

  private final GrantedAccess access =
      new GrantedAccess(List.of("app"), List.of("shop.items", "shop.orders"))
          .grant("app", "SELECT", "shop.orders")
          .grant("app", "DELETE", "shop.orders")
          .grant("app", "UPDATE", "shop.items");

  private RunRecord run(Check check) {
    Plan plan = Plan.of(runbook("Access", gate("Least privilege", check)), access.target());
    return Runner.journalingTo(directory.resolve("journals")).run(plan);
  }

  @Test
  void the_text_has_each_finding_whole() {
    assertThat(RunText.failure(run(MATRIX)))
        .startsWith(
            """
            gate 'Least privilege' did not open: app may do more than it should with shop.items
              target    world (Fake 1)
              expected  app may do nothing on shop.items
              found     UPDATE: app has UPDATE on shop.items
              fix       REVOKE UPDATE ON shop.items FROM app
              code      privileges.excess

            gate 'Least privilege' did not open: app may do less than it should with shop.orders
              target    world (Fake 1)
              expected  app may do exactly INSERT, SELECT on shop.orders
              found     INSERT: DENIED: app has no INSERT on shop.orders
              fix       GRANT INSERT ON shop.orders TO app
              code      privileges.missing

            gate 'Least privilege' did not open: app may do more than it should with shop.orders
              target    world (Fake 1)
              expected  app may do exactly INSERT, SELECT on shop.orders
              found     DELETE: app has DELETE on shop.orders
              fix       REVOKE DELETE ON shop.orders FROM app
              code      privileges.excess
            """);
  }

  @Test
  void the_checklist_lists_surplus_and_missing_at_the_step_and_paths_and_fixes_below() {
    assertThat(Checklist.filled(run(MATRIX), "head"))
        .contains("    - `surplus`: `app UPDATE shop.items; app DELETE shop.orders`\n")
        .contains("    - `missing`: `app INSERT shop.orders`\n")
        .contains("found     DELETE: app has DELETE on shop.orders")
        .contains("fix       GRANT INSERT ON shop.orders TO app");
  }

  @Test
  void the_json_has_them_as_fields() {
    String json = RunJson.of(run(MATRIX), "head").replaceAll("\\s+", "");
    assertThat(json)
        .contains("\"surplus\":\"appUPDATEshop.items;appDELETEshop.orders\"")
        .contains("\"missing\":\"appINSERTshop.orders\"")
        .contains("\"fix\":\"REVOKEUPDATEONshop.itemsFROMapp\"")
        .containsPattern(
            "\"subjects\":\\[\\{(?=[^}]*\"who\":\"app\")(?=[^}]*\"what\":\"INSERT\")"
                + "(?=[^}]*\"on\":\"shop.orders\")");
  }

  @Test
  void a_run_that_passes_with_known_findings_says_how_many_and_which() {
    KnownFindings known = knownFindings(directory.resolve("known.txt"));
    known.record(access.target(), MATRIX);
    RunRecord record = run(known.leftOutOf(MATRIX));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(Checklist.filled(record, "head"))
        .contains("    - `known findings`: `3: app DELETE shop.orders (privileges.excess);");
  }
}
