package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever only looks, while others write. */
class JournalViewTest {
  private final Signer signer = Signer.ephemeral();
  private final Path file;

  JournalViewTest(@TempDir Path directory) {
    this.file = directory.resolve("a.journal");
  }

  @Test
  void a_journal_that_is_being_written_is_seen_as_it_grows() throws Exception {
    try (Journal journal = Journal.create(Storage.open(file), signer)) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < 2_000; n++) {
                  journal.append(Ledger.AT, 1, "OUTCOME", Map.of("text", "x".repeat(n % 700)));
                }
                journal.force();
              });
      int seen = 0;
      int grown = 0;
      while (!writing.isDone()) {
        List<Entry> now = Journal.view(file);
        assertThat(now).hasSizeGreaterThanOrEqualTo(seen);
        grown += now.size() > seen ? 1 : 0;
        seen = now.size();
      }
      writing.join();
      assertThat(grown).isPositive();
      assertThat(Journal.view(file)).isEqualTo(journal.entries());
    }
  }

  @Test
  void a_last_line_that_is_not_whole_yet_is_left_out() throws Exception {
    Ledger ledger = Ledger.random(new Random(7), signer);
    String whole = String.join("\n", ledger.lines()) + "\n";
    String last = ledger.lines().get(ledger.lines().size() - 1);
    for (int cut = 1; cut < last.length(); cut += 7) {
      Files.write(file, whole.substring(0, whole.length() - cut).getBytes(UTF_8));
      assertThat(Journal.view(file)).hasSize(ledger.lines().size() - 1);
    }
  }

  @Test
  void what_is_wrong_further_up_is_never_shown_as_an_earlier_state() throws Exception {
    Ledger ledger = Ledger.random(new Random(7), signer);
    List<String> lines = new ArrayList<>(ledger.lines());
    lines.set(3, lines.get(3).replace("step", "stop"));
    Files.write(file, Ledger.text(lines));

    assertThat(Journal.peek(file)).hasSizeLessThan(lines.size());
    assertThatThrownBy(() -> Journal.view(file))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("the journal is corrupt at record ");
  }
}
