package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.passing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingJournalTest {

  @Test
  void a_journal_that_is_not_there_is_refused_and_not_made(@TempDir Path directory) {
    World world = new World(directory.resolve("journals"));
    Path mistyped = directory.resolve("jurnals/20261121T100000Z-0badcafe.journal");
    assertThatThrownBy(() -> world.resume(mistyped, passing("one")))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            there is no journal to resume from
              expected  the journal of a run: FILE
              found     no such file
              fix       name the file that the run told: run.journal()
              code      journal.missing"""
                .replace("FILE", mistyped.toString()));
    assertThat(directory).isEmptyDirectory();
  }
}
