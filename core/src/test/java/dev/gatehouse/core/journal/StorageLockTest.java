package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageLockTest {
  private final Path directory;

  StorageLockTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** Run as another process: exit code 0 when it could open the file, 3 when it was refused. */
  static final class Intruder {
    private Intruder() {}

    public static void main(String[] args) throws IOException {
      try (Storage storage = Storage.open(Path.of(args[0]))) {
        storage.write(0, "intruder".getBytes(UTF_8));
      } catch (Refusal refused) {
        System.exit(refused.findings().get(0).code().equals("journal.locked") ? 3 : 4);
      }
    }
  }

  @Test
  void a_second_opener_in_this_process_is_refused_until_the_first_closes() throws Exception {
    Path file = directory.resolve("run.journal");
    try (Storage first = Storage.open(file)) {
      first.write(0, new byte[] {1});
      assertThatThrownBy(() -> Storage.open(file))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              somebody else has the journal open
                expected  nobody else has %s open
                found     open in this process
                fix       wait for the other run or stop it; see who it is with: fuser %s
                code      journal.locked"""
                  .formatted(file, file));
    }
    Storage.open(file).close();
  }

  @Test
  void a_hard_link_to_an_open_file_is_the_same_file() throws Exception {
    Path file = directory.resolve("run.journal");
    try (Storage first = Storage.open(file)) {
      Path other = Files.createLink(directory.resolve("other"), file);
      assertThat(first.size()).isZero();
      assertThatThrownBy(() -> Storage.open(other)).hasMessageContaining("journal.locked");
    }
  }

  @Test
  void another_process_is_refused_even_after_refusals_and_verifications_here() throws Exception {
    Path file = directory.resolve("run.journal");
    Journal journal = Journal.create(Storage.open(file), Signer.ephemeral());
    assertThatThrownBy(() -> Storage.open(file)).isInstanceOf(Refusal.class);
    assertThat(JournalVerifier.verify(file, JournalVerifier.Options.none()).records()).isEqualTo(1);
    assertThat(intrude(file)).as("while it is open").isEqualTo(3);
    journal.close();
    assertThat(intrude(file)).as("after it was closed").isZero();
  }

  @Test
  void a_journal_that_was_deleted_moved_or_replaced_takes_no_further_record() throws Exception {
    for (String harm : new String[] {"deleted", "moved", "replaced"}) {
      Path file = directory.resolve(harm + ".journal");
      try (Storage storage = Storage.open(file)) {
        Journal journal = Journal.create(storage, Signer.ephemeral());
        Path elsewhere = directory.resolve(harm + ".elsewhere");
        Files.move(file, elsewhere);
        if (harm.equals("deleted")) {
          Files.delete(elsewhere);
        } else if (harm.equals("replaced")) {
          Files.copy(elsewhere, file);
        }
        assertThatThrownBy(() -> journal.append(Instant.EPOCH, 1, "INTENT", Map.of()))
            .as(harm)
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("'" + file + "' is not the file that was opened")
            .hasMessageContaining("journal.poisoned");
      }
    }
  }

  @Test
  void a_symbolic_link_is_refused_also_when_it_leads_nowhere() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    for (Path target : new Path[] {file, directory.resolve("absent")}) {
      Path link = Files.createSymbolicLink(directory.resolve("to " + target.getFileName()), target);
      assertThatThrownBy(() -> Storage.open(link))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("found     a symbolic link");
    }
    assertThat(directory.resolve("absent")).doesNotExist();
  }

  @Test
  void a_directory_is_refused() {
    assertThatThrownBy(() -> Storage.open(directory))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void a_new_file_is_for_its_owner_only_and_one_that_others_may_read_is_refused() throws Exception {
    Path file = directory.resolve("run.journal");
    Storage.open(file).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> Storage.open(file))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("fix       chmod 600 " + file);
  }

  @Test
  void an_interrupted_thread_still_journals() throws Exception {
    Journal journal =
        Journal.create(Storage.open(directory.resolve("run.journal")), Signer.ephemeral());
    Thread.currentThread().interrupt();
    try {
      journal.append(Ledger.AT, 1, "ABORTED", java.util.Map.of());
      journal.force();
      journal.close();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Files.readString(directory.resolve("run.journal"))).contains("ABORTED");
  }

  private static int intrude(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Intruder.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
