package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.done;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.human;
import static dev.gatehouse.core.testkit.Steps.inSession;
import static dev.gatehouse.core.testkit.Steps.part;
import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.rewinding;
import static dev.gatehouse.core.testkit.Steps.sequence;
import static dev.gatehouse.core.testkit.Steps.standing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sampled.Few;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Dies at points that lie evenly among all there are, once, and again in the recovery from that; at
 * each with {@code -Pengines} and {@code -Pnightly}.
 */
class CrashTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private record End(RunState state, List<String> effects, List<StepState> steps) {
    static End of(Mortal mortal, RunRecord record) {
      return new End(
          record.state(),
          List.copyOf(mortal.dialect.effects),
          record.steps().stream().map(StepRecord::state).toList());
    }
  }

  private static Runbook everyClass(Mortal world, Step last) {
    var dialect = world.dialect;
    Check window = standing("window", reading -> Outcome.passed(reading.evidence()));
    Check soak =
        check(
            "soak",
            reading ->
                reading.now().isBefore(NOON)
                    ? Outcome.waiting(NOON, "soaking")
                    : Outcome.passed(reading.evidence()));
    List<Gate> gates = new ArrayList<>();
    gates.add(new Gate("ready", List.of(passing("preflight"), window)));
    gates.add(
        new Gate(
            "change",
            List.of(
                transactional("rows", dialect).undoneBy(transactional("undo rows", dialect)),
                external("file", dialect).undoneBy(external("undo file", dialect)))));
    gates.add(
        new Gate(
            "more",
            List.of(
                soak,
                inSession("index", dialect).undoneBy(inSession("undo index", dialect)),
                human("rack", "in?", "operator").undoneBy(human("unrack", "out?", "operator")))));
    gates.add(new Gate("last", List.of(last)));
    return new Runbook("every class", gates, List.of());
  }

  private static Mortal mortal(Function<Mortal, Runbook> runbook, Integer... until) {
    return new Mortal(runbook, List.of(until), 1, false);
  }

  private static int diesEverywhere(Function<Mortal, Runbook> runbook, RunState expected) {
    Mortal immortal = mortal(runbook);
    End end = End.of(immortal, immortal.live());
    assertThat(end.state()).isEqualTo(expected);
    assertThat(immortal.points).isGreaterThan(40);
    for (int first : Few.of(24, immortal.points).map(point -> point + 1).toArray()) {
      Mortal once = mortal(runbook, first);
      assertThat(End.of(once, once.live())).as("death at point %d", first).isEqualTo(end);
      assertThat(once.wrong).isEmpty();
      assertThat(once.deaths).isEqualTo(1);
    }
    return immortal.points;
  }

  @Test
  void a_run_that_died_at_any_point_ends_as_if_it_had_not() {
    diesEverywhere(world -> everyClass(world, passing("smoke")), RunState.SUCCEEDED);
  }

  @Test
  void a_run_that_died_at_any_point_of_its_undoing_ends_as_if_it_had_not() {
    int points = diesEverywhere(world -> everyClass(world, failing("smoke")), RunState.UNDONE);
    assertThat(points).isGreaterThan(80);
  }

  private static Runbook rewound(Mortal world) {
    var dialect = world.dialect;
    Step backup = external("backup", dialect).nothingToUndo("it only reads");
    List<Step> steps =
        List.of(
            transactional("before", dialect).undoneBy(transactional("undo before", dialect)),
            backup,
            transactional("double", dialect).undoneBy(transactional("halve", dialect)),
            inSession("index", dialect).cannotBeUndone("test"),
            human("rack", "in?", "operator").undoneBy(human("unrack", "out?", "operator")),
            transactional("b", dialect)
                .undoneBy(rewinding(transactional("restore", dialect), backup)),
            external("after", dialect).undoneBy(external("undo after", dialect)),
            failing("smoke"));
    return new Runbook("rewound", steps.stream().map(CrashTest::alone).toList(), List.of());
  }

  private static Gate alone(Step step) {
    return new Gate("gate of " + step.name(), List.of(step));
  }

  @Test
  void an_undo_that_rewinds_covers_the_same_wherever_the_run_dies() {
    diesEverywhere(CrashTest::rewound, RunState.UNDONE);
    Mortal immortal = mortal(CrashTest::rewound);
    immortal.live();
    assertThat(immortal.dialect.effects)
        .containsExactly(
            "before", "backup", "double", "index", "b", "after", "restore", "undo before");
  }

  private static Runbook migrations(Mortal world, int breaking, boolean inverses, Step last) {
    List<Part> parts = new ArrayList<>();
    for (int number = 1; number <= 7; number++) {
      String name = "m" + number;
      boolean breaks = number == breaking;
      parts.add(
          part(
              name,
              working -> {
                if (breaks) {
                  throw new StepFailed(finding(name));
                }
                world.requirePartIntent(name);
                world.dialect.doNow(name);
                world.reached();
              },
              key -> done(world.dialect, name),
              inverses || number == 4
                  ? Optional.of(part("back " + name, world.dialect))
                  : Optional.empty()));
    }
    List<Step> steps =
        List.of(
            transactional("before", world.dialect).undoneBy(transactional("undo", world.dialect)),
            sequence("migrations", parts)
                .undoneBy(
                    sequence(
                        "undo migrations",
                        List.of(part("u1", world.dialect), part("u2", world.dialect)))),
            last);
    return new Runbook("migrations", steps.stream().map(CrashTest::alone).toList(), List.of());
  }

  @Test
  void a_sequence_that_died_at_any_point_ends_as_if_it_had_not() {
    int points =
        diesEverywhere(world -> migrations(world, 0, false, passing("smoke")), RunState.SUCCEEDED);
    assertThat(points).isGreaterThan(7 * 7);
  }

  @Test
  void the_undo_of_a_sequence_may_be_one_and_die_at_any_point() {
    diesEverywhere(world -> migrations(world, 0, false, failing("smoke")), RunState.UNDONE);
  }

  @Test
  void a_sequence_whose_part_fails_dies_at_any_point_of_taking_back() {
    Function<Mortal, Runbook> all = world -> migrations(world, 5, true, passing("smoke"));
    diesEverywhere(all, RunState.UNDONE);
    Mortal immortal = mortal(all);
    immortal.live();
    assertThat(immortal.dialect.effects)
        .containsExactly(
            "before", "m1", "m2", "m3", "m4", "back m4", "back m3", "back m2", "back m1", "undo");
  }

  @Test
  void what_nothing_takes_back_is_undone_as_a_whole_wherever_the_run_dies() {
    Function<Mortal, Runbook> few = world -> migrations(world, 5, false, passing("smoke"));
    diesEverywhere(few, RunState.UNDONE);
    Mortal immortal = mortal(few);
    immortal.live();
    assertThat(immortal.dialect.effects)
        .containsExactly("before", "m1", "m2", "m3", "m4", "back m4", "u1", "u2", "undo");
  }

  @Test
  void a_recovery_that_dies_is_recovered_from_three_deep() {
    Function<Mortal, Runbook> runbook = world -> everyClass(world, failing("smoke"));
    Mortal immortal = mortal(runbook);
    End end = End.of(immortal, immortal.live());
    int[] firsts = Few.of(8, immortal.points / 3).map(point -> 1 + 3 * point).toArray();
    for (int first : firsts) {
      for (int second : Few.of(3, 6).map(point -> 1 + 2 * point).toArray()) {
        int third = 1 + (first + second) % 12;
        Mortal thrice = mortal(runbook, first, second, third);
        assertThat(End.of(thrice, thrice.live()))
            .as("deaths at points %d, %d, %d", first, second, third)
            .isEqualTo(end);
        assertThat(thrice.wrong).isEmpty();
      }
    }
  }
}
