package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.Restore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of another database, server or version; and a target that another run has. */
class RestoreForeignTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.postgres().get(0);
  private final TestDatabase database = engine.database();
  private Content before = new Content("", List.of());

  @BeforeEach
  void fill() throws Exception {
    dumps().execute("CREATE TABLE item AS SELECT 1 AS id");
    before = dumps().content();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private Plan plan(Restore restore) {
    Runbook runbook = runbook("Restored", gate("Back", restore.named("Restore")));
    return Plan.of(runbook, dumps().target);
  }

  private Restore chosen(Artifact artifact) {
    return restore(fromCatalogue(work.resolve("vault")).withId(artifact.id()));
  }

  private Artifact backUpOf(EngineUnderTest there) throws Exception {
    return backUpOf(Dumps.tools(there), there.database());
  }

  private Artifact backUpOf(PgTools tools, TestDatabase there) throws Exception {
    try (TestDatabase other = there) {
      Dumps dumps = new Dumps(tools, other, work);
      dumps.execute("CREATE TABLE item AS SELECT generate_series(1, 3) AS id");
      return dumps.backUp(1);
    }
  }

  private void needsTheVerb(Artifact artifact) throws Exception {
    String source = artifact.manifest().source();
    assertThatThrownBy(() -> plan(chosen(artifact)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("artifact " + artifact.id() + " is of another database")
        .hasMessageContaining("found     " + source)
        .hasMessageContaining(".acceptingForeignSource(\"why\")");
    assertThat(before.differences(dumps().content())).isEmpty();
    Plan plan = plan(chosen(artifact).acceptingForeignSource("a copy for the auditors"));
    assertThat(String.join("\n", plan.outline().steps().get(0).preview()))
        .contains(", taken of " + source)
        .contains("accepting another source: a copy for the auditors");
    RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(artifact.manifest().content().differences(dumps().contentAs(artifact))).isEmpty();
  }

  @Test
  void a_backup_of_another_database_needs_a_verb_and_the_plan_names_it() throws Exception {
    needsTheVerb(backUpOf(engine));
  }

  @Test
  void a_backup_of_another_server_needs_a_verb_and_the_plan_names_it() throws Exception {
    try (OwnServer another = engine.another()) {
      needsTheVerb(backUpOf(Dumps.tools(engine), another.database()));
    }
  }

  @Test
  void a_backup_of_another_major_version_is_refused_while_planning_whoever_accepts_it()
      throws Exception {
    EngineUnderTest newer = EngineUnderTest.postgres().get(1);
    Artifact artifact = backUpOf(newer);
    assertThatThrownBy(() -> plan(chosen(artifact).acceptingForeignSource("it is newer")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the target is of another major version than the backup")
        .hasMessageContaining("expected  PostgreSQL " + newer.asked())
        .hasMessageContaining("found     PostgreSQL " + engine.asked());
    assertThat(before.differences(dumps().content())).isEmpty();
    assertThat(dumps().vault.artifacts()).as("no safety backup").hasSize(1);
  }

  @Test
  void a_second_runner_on_the_target_is_told_who_has_it() throws Exception {
    Runbook backup = runbook("Nightly", gate("Backup", backUp(into(work.resolve("vault")))));
    Runner runner = Runner.journalingTo(work.resolve("journals"));
    try (Run first = runner.start(Plan.of(backup, dumps().target))) {
      Plan second = Plan.of(backup, dumps().target);
      assertThatThrownBy(() -> runner.run(second))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("another run holds the lease of 'shop'")
          .hasMessageContaining(first.record().run())
          .hasMessageContaining("since 20")
          .hasMessageContaining("with epoch 1")
          .hasMessageContaining("if its process is gone for good: SELECT pg_terminate_backend(");
      assertThat(first.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(runner.run(Plan.of(backup, dumps().target)).state()).isEqualTo(RunState.SUCCEEDED);
  }
}
