package dev.gatehouse.dsl.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.dsl.BentSqlite;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed process closes nothing: what it unpacked is removed by whoever looks what became. */
class DeadAttemptTest {
  private static final String KEY = "run-1/step";

  @TempDir Path directory = Path.of("");

  private Desk desk = Desk.reading(BentSqlite.bare(Path.of("")));
  private BackUp dump = backUp(into(Path.of("")));

  @BeforeEach
  void a_backup() throws Exception {
    desk = Desk.reading(Desk.shop(directory.resolve("shop.db"))).at(Instant.now().plusSeconds(1));
    dump = backUp(into(directory.resolve("vault")));
    desk.under("run-1/dump").apply(dump);
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
  }

  @Test
  void what_a_killed_restore_unpacked_is_swept_even_if_it_is_not_done_again() throws Exception {
    assertSwept(restore(dump), directory.resolve("vault"), "restore");
  }

  @Test
  void what_a_killed_drill_unpacked_is_swept_even_if_it_is_not_done_again() throws Exception {
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    assertSwept(restoreDrill(dump).into(scratch), scratch, "drill");
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void a_killed_drill_leaves_no_scratch_directory_that_was_not_there() throws Exception {
    assertSwept(restoreDrill(dump).into(directory.resolve("absent")), directory, "drill");
    assertThat(directory.resolve("absent")).doesNotExist();
  }

  private void assertSwept(Step step, Path parent, String purpose) throws Exception {
    Path left =
        Files.createDirectory(
            parent.resolve("." + purpose + "-" + Sha256.of(KEY).substring(0, 16)));
    Files.writeString(left.resolve("shop.backup"), "unpacked");
    ((Effect.External) desk.bind(step)).probe(desk, KEY);
    assertThat(left).doesNotExist();
  }
}
