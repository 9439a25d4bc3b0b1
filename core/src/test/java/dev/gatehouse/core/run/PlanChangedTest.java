package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Working;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanChangedTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path journals;
  World world;
  final List<String> touched = new ArrayList<>();

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private record Sql(String name, String statement, World world) implements Effect.InTransaction {
    @Override
    public Evidence apply(Working working) {
      world.dialect.doInTransaction(name);
      return working.evidence();
    }

    @Override
    public List<String> preview() {
      return List.of(statement);
    }
  }

  private Step sql(String name, String statement) {
    return ChangeWithoutUndo.of(name, reading -> new Sql(name, statement, world))
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  private Check soak() {
    return check(
        "soak",
        reading ->
            reading.now().isBefore(NOON)
                ? Outcome.waiting(NOON, "soaking")
                : Outcome.passed(reading.evidence()));
  }

  private Step[] original() {
    return new Step[] {sql("one", "delete from a"), soak(), sql("two", "delete from b")};
  }

  private Run parked() {
    Run run = world.start(original());
    run.advance();
    run.close();
    world.dialect.at = touched::add;
    return run;
  }

  private void refused(Run run, Runbook other, String text) {
    assertThatThrownBy(() -> world.resume(run, other))
        .isInstanceOf(Refusal.class)
        .hasMessage(text.strip().replace("RUN", run.record().run()));
    assertThat(world.effects()).containsExactly("one");
    assertThat(touched).doesNotContain("openWriting", "begin", "fence");
    completes(run);
  }

  private void completes(Run run) {
    world.clock.set(NOON);
    try (Run next = world.resume(run.journal(), original())) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one", "two");
    }
  }

  @Test
  void another_step_is_refused() {
    refused(
        parked(),
        World.runbook(sql("one", "delete from a"), soak(), sql("three", "delete from b")),
        """
        the plan is not the one that run RUN was started with
          expected  gate of two / two
          found     gate of three / three
          fix       resume with the runbook as it was, or abort that run and start the changed one anew
          code      plan.changed
        """);
  }

  @Test
  void another_order_is_refused() {
    refused(
        parked(),
        World.runbook(soak(), sql("one", "delete from a"), sql("two", "delete from b")),
        """
        the plan is not the one that run RUN was started with
          expected  gate of one / one
                    gate of soak / soak
                    gate of two / two
          found     gate of soak / soak
                    gate of one / one
                    gate of two / two
          fix       resume with the runbook as it was, or abort that run and start the changed one anew
          code      plan.changed
        """);
  }

  @Test
  void another_statement_is_refused() {
    refused(
        parked(),
        World.runbook(sql("one", "delete from a"), soak(), sql("two", "drop table b")),
        """
        the plan is not the one that run RUN was started with
          expected  two: delete from b
          found     two: drop table b
          fix       resume with the runbook as it was, or abort that run and start the changed one anew
          code      plan.changed
        """);
  }

  @Test
  void another_undo_is_refused() {
    Step other =
        ChangeWithoutUndo.of("two", reading -> new Sql("two", "delete from b", world))
            .cannotBeUndone("gone");
    refused(
        parked(),
        World.runbook(sql("one", "delete from a"), soak(), other),
        """
        the plan is not the one that run RUN was started with
          expected  two: undone by 'undo two'
                    two: undo do undo two
          found     two: cannot be undone: gone
          fix       resume with the runbook as it was, or abort that run and start the changed one anew
          code      plan.changed
        """);
  }

  @Test
  void another_name_of_the_runbook_is_refused() {
    List<Gate> gates = World.runbook(original()).gates();
    refused(
        parked(),
        new Runbook("other", gates, List.of()),
        """
        the plan is not the one that run RUN was started with
          expected  runbook test
          found     runbook other
          fix       resume with the runbook as it was, or abort that run and start the changed one anew
          code      plan.changed
        """);
  }

  @Test
  void another_database_is_refused_before_its_lease_is_taken_or_anything_is_fenced() {
    Run run = parked();
    world.dialect.server = "world-2";
    assertThatThrownBy(() -> world.resume(run.journal(), original()))
        .hasMessage(
            """
            target 'world' is another database than planned
              expected  Fake world-1 main
              found     Fake world-2 main
              fix       plan the runbook again for this database, or point the target back
              code      target.other""");
    assertThat(touched).containsOnly("openReading");
    world.dialect.server = "world-1";
    completes(run);
  }

  @Test
  void a_database_that_changes_under_the_run_gets_no_effect() {
    try (Run run = world.start(original())) {
      run.advance();
      world.dialect.server = "world-2";
      world.clock.set(NOON);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(world.effects()).containsExactly("one");
      assertThat(run.record().step("two").orElseThrow().findings())
          .extracting(finding -> finding.code())
          .containsExactly("target.other");
    }
  }

  @Test
  void a_newer_version_of_the_same_database_goes_on() {
    Run run = parked();
    world.dialect.version = "2";
    completes(run);
  }
}
