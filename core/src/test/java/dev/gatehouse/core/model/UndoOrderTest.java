package dev.gatehouse.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Outline.Rewind;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The fewest undos, last first. */
class UndoOrderTest {
  private final List<UndoOrder.Applied> applied = new ArrayList<>();

  private void step(String name, String undo, Reach reach, Optional<Long> backTo) {
    Optional<Rewind> rewind = backTo.map(to -> new Rewind("back", Optional.of("step " + to)));
    StepLine line =
        new StepLine(
            name,
            "~",
            EffectClass.TRANSACTIONAL,
            List.of(),
            undo,
            List.of(),
            reach,
            rewind,
            List.of(),
            Optional.empty());
    applied.add(new UndoOrder.Applied(line, applied.size(), false, backTo.orElse(-1L)));
  }

  private UndoOrderTest own(String name) {
    step(name, "undone by 'x'", Reach.TARGET, Optional.empty());
    return this;
  }

  private UndoOrderTest outside(String name) {
    step(name, "undone by 'x'", Reach.BESIDE, Optional.empty());
    return this;
  }

  private UndoOrderTest backup(String name) {
    step(name, "nothing to undo: it only reads", Reach.BESIDE, Optional.empty());
    return this;
  }

  private UndoOrderTest forever(String name, Reach reach) {
    step(name, "cannot be undone: test", reach, Optional.empty());
    return this;
  }

  private UndoOrderTest rewind(String name, long to) {
    step(name, "undone by 'back'", Reach.TARGET, Optional.of(to));
    return this;
  }

  private String order() {
    UndoOrder order = UndoOrder.of(applied);
    return "" + names(order.undos()) + names(order.covered()) + names(order.remaining());
  }

  private static List<String> names(List<StepLine> steps) {
    return steps.stream().map(StepLine::name).toList();
  }

  @Test
  void without_a_rewind_each_step_has_its_own_undo_last_first() {
    assertThat(own("a").outside("b").own("c").order()).isEqualTo("[c, b, a][][]");
  }

  @Test
  void a_rewind_covers_the_target_since_its_backup_and_nothing_before_or_beside() {
    own("a").backup("d").own("b").outside("c").rewind("r", 1).own("e");
    assertThat(order()).isEqualTo("[r, c, a][e, b][]");
  }

  @Test
  void what_cannot_be_undone_is_covered_where_it_lies_in_the_target() {
    backup("d").forever("a", Reach.TARGET).forever("b", Reach.UNKNOWN).rewind("r", 0);
    assertThat(order()).isEqualTo("[r][a][b]");
  }

  @Test
  void one_rewind_to_the_oldest_state_does_for_all() {
    backup("d").own("a").backup("e").rewind("r", 0).own("b").rewind("s", 2);
    assertThat(order()).isEqualTo("[r][s, b, a][]");
  }

  @Test
  void of_two_that_do_as_much_the_one_that_loses_least_is_taken() {
    backup("d").backup("e").rewind("r", 0).rewind("s", 1);
    assertThat(order()).isEqualTo("[s][r][]");
  }

  @Test
  void a_restore_goes_back_to_just_before_itself() {
    backup("d").own("a").rewind("restore", 2).own("b");
    assertThat(order()).isEqualTo("[restore, a][b][]");
  }

  @Test
  void what_a_command_touches_nobody_can_tell_so_it_keeps_its_own_undo() {
    backup("d");
    step("command", "undone by 'x'", Reach.UNKNOWN, Optional.empty());
    assertThat(rewind("r", 0).order()).isEqualTo("[r, command][][]");
  }
}
