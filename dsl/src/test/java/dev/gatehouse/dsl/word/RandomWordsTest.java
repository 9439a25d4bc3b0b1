package dev.gatehouse.dsl.word;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.Sampled.Few;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random words, vetoes, lapses, aborts, forgeries, replays, other people, other runbooks, deaths
 * and resumes, each followed by a look at what took effect and which letters counted, held against
 * a model that knows nothing of letters and journals.
 */
class RandomWordsTest {
  private static final int DAILY = (int) Few.of(12, 40).count();
  private static final int NIGHTLY = 1_000;

  @TempDir Path directory;

  private void lives(int number) throws Exception {
    long from = Long.getLong("words.from", 0);
    int deaths = 0;
    int ended = 0;
    int words = 0;
    for (long seed = from; seed < from + number; seed++) {
      WordsLife life = new WordsLife(seed, Files.createDirectory(directory.resolve("" + seed)));
      try {
        life.live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      deaths += life.deaths;
      words += life.model.words.size();
      ended += life.model.state == WordsModel.State.WAITING ? 0 : 1;
    }
    System.out.printf(
        "%d lives: %d ended, %d deaths, %d words that counted%n", number, ended, deaths, words);
    assertThat(ended).isGreaterThan(number / 4);
    assertThat(deaths).isGreaterThan(number / 2);
  }

  @Test
  void a_gate_opens_exactly_when_the_model_says() throws Exception {
    lives(Integer.getInteger("words.rounds", DAILY));
  }

  @Test
  @Tag("nightly")
  void a_gate_opens_exactly_when_the_model_says_a_thousand_times() throws Exception {
    lives(Integer.getInteger("words.rounds", NIGHTLY));
  }
}
