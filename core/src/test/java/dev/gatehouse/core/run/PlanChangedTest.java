package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.time.Duration;
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
    public Evidence apply(EffectContext working) {
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
          fix       resume with the runbook as it was, or plan and run the changed one: what this run did then stays
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
          fix       resume with the runbook as it was, or plan and run the changed one: what this run did then stays
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
          fix       resume with the runbook as it was, or plan and run the changed one: what this run did then stays
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
          fix       resume with the runbook as it was, or plan and run the changed one: what this run did then stays
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
          fix       resume with the runbook as it was, or plan and run the changed one: what this run did then stays
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
              code      target.other\
            """);
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

  /** Planned on a table that is there only until the first change has dropped it. */
  private record Counting(World world) implements Check {
    @Override
    public String name() {
      return "count";
    }

    @Override
    public List<String> plan(CheckContext reading) {
      if (world.effects().isEmpty()) {
        return List.of("select count(*) from a");
      }
      if (reading.targetIsFinal()) {
        throw new Refusal(Finding.of("table.missing", "there is no table 'a'"));
      }
      return List.of("select count(*) from a", Outline.UNKNOWN + "no such table now");
    }

    @Override
    public Outcome evaluate(CheckContext reading) {
      return Outcome.passed(reading.evidence());
    }
  }

  @Test
  void a_run_whose_own_change_took_away_what_a_check_was_planned_on_is_resumed() {
    Step[] steps = {new Counting(world), sql("drop", "drop table a"), soak()};
    Run run = world.start(steps);
    run.advance();
    run.close();
    world.clock.set(NOON);
    try (Run next = world.resume(run.journal(), steps)) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThatThrownBy(() -> world.start(steps))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no table 'a'");
  }

  @Test
  void what_was_unknown_of_a_guard_may_be_known_when_the_run_is_resumed() {
    List<String> plan = new ArrayList<>(List.of("look", Outline.UNKNOWN + "no such table yet"));
    Check watching =
        new Check() {
          @Override
          public String name() {
            return "watching";
          }

          @Override
          public List<String> plan(CheckContext reading) {
            return List.copyOf(plan);
          }

          @Override
          public Outcome evaluate(CheckContext reading) {
            return Outcome.passed(reading.evidence());
          }
        };
    Runbook guarded =
        World.runbook(original()).guardedBy(Guard.of(watching, Duration.ofSeconds(1)));
    Run run = world.start(guarded);
    run.advance();
    run.close();
    assertThat(run.record().outline().guards())
        .containsExactly(
            "watching: every 1s, then ABORT; without data HOLD; looks at: look",
            "UNKNOWN no such table yet");
    plan.remove(1);
    world.clock.set(NOON);
    try (Run next = world.resume(run, guarded)) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    plan.set(0, "look elsewhere");
    assertThatThrownBy(() -> world.resume(run, guarded)).hasMessageContaining("look elsewhere");
  }

  @Test
  void a_newer_version_of_the_same_database_goes_on() {
    Run run = parked();
    world.dialect.version = "2";
    completes(run);
  }
}
