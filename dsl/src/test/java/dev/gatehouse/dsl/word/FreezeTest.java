package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.freeze;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.operation.Approval;
import dev.gatehouse.dsl.operation.Freeze;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While a target is frozen nobody else begins on it. */
class FreezeTest {
  @TempDir Path directory;
  Assembly all;
  Freeze frozen;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
    frozen = freeze(all.journals).because("incident 7");
  }

  private static Approval asked() {
    return approval("go?").by(one("senior engineer")).validFor(ofHours(1)).named("asked");
  }

  private void anybodyBegins() {
    Plan plan = Plan.of(all.book(change("two")), all.shop, all.clock);
    assertThat(all.runner().run(plan).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void by_a_person_until_somebody_thaws_it() {
    all.runner().freeze(all.shop, "ada", "incident 7");
    Plan plan = Plan.of(all.book(change("one")), all.shop, all.clock);
    assertThatThrownBy(() -> all.runner().run(plan))
        .hasMessageContaining("target 'shop' is frozen by ada")
        .hasMessageContaining("found     since 2026-11-21T10:00:00Z: incident 7")
        .hasMessageContaining("code      target.frozen");
    assertThatThrownBy(() -> all.runner().inFreezeOf("bob").run(plan))
        .hasMessageContaining("code      target.frozen");
    assertThat(all.runner().inFreezeOf("ada").run(plan).state()).isEqualTo(RunState.SUCCEEDED);
    all.runner().thaw(all.shop, "ada");
    anybodyBegins();
    assertThatThrownBy(() -> all.runner().thaw(all.shop, "ada"))
        .hasMessageContaining("code      target.not-frozen");
  }

  @Test
  void by_a_step_until_the_step_that_thaws() {
    Run run = all.start(frozen, asked(), frozen.thaw());
    run.advance();
    run.close();
    Plan plan = Plan.of(all.book(change("two")), all.shop, all.clock);
    assertThatThrownBy(() -> all.runner().run(plan))
        .hasMessageContaining("target 'shop' is frozen by mallory")
        .hasMessageContaining("found     since 2026-11-21T10:00:00Z: incident 7")
        .hasMessageContaining("see run " + run.record().run() + ": its thaw or its undo ends that");
    try (Run again = all.resume(run, frozen, asked(), frozen.thaw())) {
      again.advance();
      all.of(run, "bob").yes("asked", "senior engineer", "");
      assertThat(again.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    anybodyBegins();
  }

  @Test
  void by_a_step_until_it_is_undone() {
    Runbook book = all.book(frozen, change("one"), asked());
    Run run = all.runner().start(Plan.of(book, all.shop, all.clock));
    run.advance();
    all.of(run, "nora").abort("enough");
    assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
    run.close();
    anybodyBegins();
  }

  /** Thawed, frozen again on the way back, and thawed by the undo of the freeze. */
  @Test
  void by_a_step_that_is_undone_behind_its_thaw() {
    try (Run run = all.start(frozen, frozen.thaw(), change("one"), asked())) {
      run.advance();
      all.of(run, "nora").abort("enough");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
    }
    anybodyBegins();
  }

  @Test
  void by_a_run_that_ended_in_panic_until_a_person_thaws_it() {
    try (Run run = all.start(frozen, change("one"), asked())) {
      run.advance();
      run.panic("ada", "smoke");
      assertThat(run.toEnd().state()).isEqualTo(RunState.PANICKED);
    }
    Plan plan = Plan.of(all.book(change("two")), all.shop, all.clock);
    assertThatThrownBy(() -> all.runner().run(plan))
        .hasMessageContaining("code      target.frozen")
        .hasMessageContaining("when it has ended without, runner.thaw(target, who)");
    Runner.journalingTo(all.journals).thaw(all.shop, "ada");
    anybodyBegins();
  }
}
