package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.passing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedKeyTest {
  @TempDir Path journals;
  World world;
  Path journal;

  @BeforeEach
  void a_run_whose_key_others_may_read_now() throws IOException {
    world = new World(journals);
    try (Run run = world.start(passing("one"))) {
      journal = run.journal();
    }
    mode("rw-r--r--");
  }

  private void mode(String mode) throws IOException {
    Files.setPosixFilePermissions(
        journals.resolve("keys/signing.key"), PosixFilePermissions.fromString(mode));
  }

  @Test
  void a_run_is_resumed_in_the_same_process_once_its_key_is_mended() throws IOException {
    assertThatThrownBy(() -> world.resume(journal, passing("one")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("signing.key");
    mode("rw-------");
    try (Run run = world.resume(journal, passing("one"))) {
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void a_run_that_is_refused_its_key_leaves_no_journal() throws IOException {
    assertThatThrownBy(() -> world.start(passing("one"))).isInstanceOf(Refusal.class);
    try (var files = Files.list(journals)) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(journal);
    }
  }
}
