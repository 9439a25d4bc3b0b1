package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonStepsTest {

  @Test
  void an_acknowledgement_is_a_question_to_a_role(@TempDir Path directory) throws Exception {
    Change step = acknowledge("queue workers stopped?").by("database operator");
    try (Desk desk = Desk.at(directory)) {
      assertThat(desk.bind(step))
          .isEqualTo(new Effect.Human("queue workers stopped?", "database operator"));
    }
    assertThat(step.undo()).isInstanceOf(Undo.NothingToUndo.class);
    assertThat(step).hasToString("queue workers stopped? (database operator)");
    assertThatThrownBy(() -> acknowledge("q").by(" ")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> acknowledge(" ")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_note_passes_and_is_printed(@TempDir Path directory) throws Exception {
    try (Desk desk = Desk.at(directory)) {
      assertThat(note("freeze deploys first").plan(desk)).containsExactly("freeze deploys first");
      assertThat(desk.ask(note("freeze deploys first")).status()).isEqualTo(Status.PASSED);
    }
  }
}
