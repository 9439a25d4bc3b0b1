package dev.gatehouse.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The grants and the mutants that docs/tests.md shows do what it says of them. */
class KioskTest {
  @TempDir Path work = Path.of("");

  @Test
  void grants_are_planned_by_their_effect_and_mutants_are_noticed() throws Exception {
    try (ExampleDatabase database = ExampleDatabase.of(List.of())) {
      Kiosk.create(database.target());
      Plan plan = Plan.of(Kiosk.runbookFor(work.resolve("vault")), database.target());
      assertThat(plan.full())
          .contains("REVOKE DELETE ON shop.ks_order FROM app;")
          .contains("GRANT SELECT, INSERT ON shop.ks_order TO app;")
          .contains("-- app on shop.ks_order: nothing -> INSERT, SELECT");
      RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
      assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
      Evidence drill = record.step("drill").orElseThrow().evidence().orElseThrow();
      assertThat(drill.facts().toString()).contains("score=0.9").contains("survived=2");
    }
  }
}
