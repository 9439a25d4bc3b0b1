package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Letters in numbers: what does not count keeps nobody from being heard. */
class LetterFloodTest extends LettersFixture {
  /** Five hundred are told one by one, and that there are more. */
  @Test
  void more_that_do_not_count_than_anybody_reads_are_told_once() throws IOException {
    try (Run run = all.start(approved(), change("one"))) {
      ready(run);
      for (int i = 0; i < 520; i++) {
        Files.write(inbox(run).resolve("yes-" + i + ".letter"), "no letter".getBytes(UTF_8));
      }
      for (int look = 0; look < 6; look++) {
        assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      }
      assertThat(letters(run)).isEmpty();
      assertThat(Assembly.refused(run)).hasSize(501).endsWith("word.many");
    }
  }

  @Test
  @Timeout(120)
  void an_abort_is_heard_among_thousands_of_letters() throws IOException {
    abortAmong(2_000);
  }

  @Test
  @Tag("nightly")
  @Timeout(600)
  void an_abort_is_heard_among_ten_thousand_letters() throws IOException {
    abortAmong(10_000);
  }

  private void abortAmong(int flood) throws IOException {
    try (Run run = all.start(change("one"), approved(), change("two"))) {
      ready(run);
      for (int i = 0; i < flood; i++) {
        Files.write(inbox(run).resolve("yes-" + i + ".letter"), "no letter".getBytes(UTF_8));
      }
      all.of(run, "nora").abort("enough");
      long began = System.nanoTime();
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      assertThat(all.done()).isEmpty();
    }
  }
}
