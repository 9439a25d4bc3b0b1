package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.FakeDialect;
import dev.gatehouse.core.testkit.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private final FakeDialect dialect = new FakeDialect();
  private final SettableClock clock = SettableClock.at("2026-11-21T10:00:00Z");

  private record Asking(String name, List<String> lines, boolean standing) implements Check {
    @Override
    public List<String> plan(CheckContext reading) {
      return lines;
    }

    @Override
    public Outcome evaluate(CheckContext reading) {
      return Outcome.passed(reading.evidence());
    }
  }

  private record Doing(List<String> preview) implements Effect.InTransaction {
    @Override
    public Evidence apply(EffectContext working) {
      return working.evidence();
    }
  }

  private static Check refusing(String name) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<String> plan(CheckContext reading) {
        throw new Refusal(Finding.of("role.unknown", "no such role").withFix("create role app"));
      }

      @Override
      public Outcome evaluate(CheckContext reading) {
        throw new AssertionError("a refused plan is not executed");
      }
    };
  }

  private Plan plan(Runbook runbook) {
    return Plan.of(runbook, dialect.target(), clock);
  }

  private static ChangeWithoutUndo refused(String name, String code) {
    return ChangeWithoutUndo.of(
        name,
        reading -> {
          throw new Refusal(Finding.of(code, "not " + name));
        });
  }

  /** Whoever mends the first would only then hear of the second. */
  @Test
  void a_change_and_its_undo_are_refused_at_once_and_each_once() {
    Change change =
        refused("change", "test.change")
            .undoneBy(refused("undo", "test.undo").cannotBeUndone("it is an undo"));
    assertThatThrownBy(() -> plan(World.runbook(change)))
        .isInstanceOfSatisfying(
            Refusal.class,
            all ->
                assertThat(all.findings())
                    .extracting(Finding::code)
                    .containsExactly("test.change", "test.undo"));
    Change same =
        refused("the same", "test.same")
            .undoneBy(refused("the same", "test.same").cannotBeUndone("it is an undo"));
    assertThatThrownBy(() -> plan(World.runbook(same)))
        .isInstanceOfSatisfying(Refusal.class, all -> assertThat(all.findings()).hasSize(1));
  }

  private static ChangeWithoutUndo doing(String name, String... preview) {
    return ChangeWithoutUndo.of(name, reading -> new Doing(List.of(preview)));
  }

  @Test
  void all_refusals_are_told_at_once_each_once_naming_steps_and_gates() {
    Runbook runbook =
        new Runbook(
                "r",
                List.of(
                    new Gate("first", List.of(refusing("a"), passing("fine"))),
                    new Gate(
                        "second",
                        List.of(
                            refusing("b"),
                            doing("d").referringTo(List.of(passing("e"))).cannotBeUndone("test")))),
                List.of())
            .guardedBy(Guard.of(refusing("c"), Duration.ofSeconds(1)));
    assertThatThrownBy(() -> plan(runbook))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            step 'a' of gate 'first', step 'b' of gate 'second', step 'c' of gate 'guards': no such role
              fix       create role app
              code      role.unknown
            step 'd' of gate 'second': 'd' uses a step that is not before it
              expected  'e' in this gate or an earlier one
              found     no such step before it
              fix       put 'e' into a gate before 'd'
              code      runbook.reference""");
  }

  @Test
  void a_step_that_breaks_while_planning_is_refused() {
    Change broken =
        ChangeWithoutUndo.of(
                "broken",
                reading -> {
                  throw new IllegalStateException("no file");
                })
            .cannotBeUndone("test");
    assertThatThrownBy(() -> plan(World.runbook(broken)))
        .hasMessage(
            """
            step 'broken' of gate 'gate of broken' cannot be planned
              found     IllegalStateException: no file
              fix       see the cause; nothing was changed
              code      plan.broke""");
  }

  @Test
  void a_step_that_uses_a_later_one_is_refused() {
    Step dump = passing("dump");
    Change restore = doing("restore").referringTo(List.of(dump)).cannotBeUndone("test");
    assertThatThrownBy(() -> plan(World.runbook(restore, dump)))
        .hasMessageContaining("'restore' uses a step that is not before it")
        .hasMessageContaining("put 'dump' into a gate before 'restore'");
    assertThat(plan(World.runbook(dump, restore)).outline().steps()).hasSize(2);
  }

  @Test
  void an_undo_that_uses_a_later_step_is_refused() {
    Step dump = passing("dump");
    Change change =
        doing("change")
            .undoneBy(doing("restore").referringTo(List.of(dump)).cannotBeUndone("test"));
    assertThatThrownBy(() -> plan(World.runbook(change, dump)))
        .hasMessageContaining("uses a step that is not before it");
  }

  @Test
  void planning_cannot_write() {
    List<String> touched = new ArrayList<>();
    dialect.at = touched::add;
    plan(
        World.runbook(
            passing("ready"),
            transactional("one", dialect).undoneBy(transactional("two", dialect))));
    assertThat(touched).containsExactly("openReading");
    assertThat(dialect.effects).isEmpty();
  }

  @Test
  void the_digest_tells_every_parameter_apart() {
    Check a = new Asking("a", List.of("select 1"), false);
    Change change = doing("c", "insert 1").undoneBy(doing("u", "delete 1"));
    Guard guard = Guard.of(passing("g"), Duration.ofSeconds(1));
    List<Runbook> variants =
        List.of(
            World.runbook(a, change).guardedBy(guard),
            World.runbook(change, a).guardedBy(guard),
            World.runbook(a, change),
            new Runbook("other", World.runbook(a, change).gates(), List.of(guard)),
            new Runbook("test", List.of(new Gate("g", List.of(a, change))), List.of(guard)),
            World.runbook(new Asking("b", List.of("select 1"), false), change).guardedBy(guard),
            World.runbook(new Asking("a", List.of("select 2"), false), change).guardedBy(guard),
            World.runbook(new Asking("a", List.of("select 1"), true), change).guardedBy(guard),
            World.runbook(a, doing("c", "insert 2").undoneBy(doing("u", "delete 1")))
                .guardedBy(guard),
            World.runbook(a, doing("c", "insert 1").undoneBy(doing("v", "delete 1")))
                .guardedBy(guard),
            World.runbook(a, doing("c", "insert 1").undoneBy(doing("u", "delete 2")))
                .guardedBy(guard),
            World.runbook(a, doing("c", "insert 1").cannotBeUndone("why")).guardedBy(guard),
            World.runbook(a, doing("c", "insert 1").cannotBeUndone("because")).guardedBy(guard),
            World.runbook(a, doing("c", "insert 1").nothingToUndo("why")).guardedBy(guard),
            World.runbook(a, change).guardedBy(guard.forSamples(2)),
            World.runbook(a, change).guardedBy(guard.startingAfter(Duration.ofSeconds(1))),
            World.runbook(a, change).guardedBy(guard.onFailure(Guard.Reaction.PANIC)),
            World.runbook(a, change).guardedBy(guard.onNoData(Guard.Reaction.PANIC)),
            World.runbook(a, change).guardedBy(Guard.of(passing("g"), Duration.ofSeconds(2))));
    Set<String> digests = new HashSet<>();
    variants.forEach(variant -> digests.add(plan(variant).digest()));
    assertThat(digests).hasSameSizeAs(variants).allMatch(d -> d.matches("sha256:[0-9a-f]{64}"));
    assertThat(plan(variants.get(0)).digest()).isEqualTo(plan(variants.get(0)).digest());
  }

  @Test
  void the_digest_tells_databases_apart_but_not_versions() {
    Runbook runbook = World.runbook(passing("ready"));
    String digest = plan(runbook).digest();
    dialect.version = "2";
    assertThat(plan(runbook).digest()).isEqualTo(digest);
    assertThat(plan(runbook).outline().fingerprint().version()).isEqualTo("2");
    dialect.server = "world-2";
    assertThat(plan(runbook).digest()).isNotEqualTo(digest);
  }

  @Test
  void a_plan_that_only_reads_says_so() {
    assertThat(plan(World.runbook(passing("ready"))).exitCode()).isZero();
    assertThat(plan(World.runbook(doing("c").cannotBeUndone("test"))).exitCode()).isEqualTo(2);
  }
}
