package dev.gatehouse.dsl.word;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Verification;
import dev.gatehouse.core.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies anywhere in a wait loses nothing, and nobody is asked twice. */
class KilledWaitTest {
  /** How a run ends that nobody kills. */
  private enum Kind {
    WAITING(6, RunState.SUCCEEDED, "one"),
    UNDONE(2, RunState.UNDONE, "");

    private final int words;
    private final RunState end;
    private final String done;

    Kind(int words, RunState end, String done) {
      this.words = words;
      this.end = end;
      this.done = done;
    }

    private WaitsOfEachKind in(Path directory, int left) throws Exception {
      Path where = Files.createDirectory(directory.resolve("" + left));
      return this == UNDONE
          ? WaitsOfEachKind.undone(where, left)
          : new WaitsOfEachKind(where, left);
    }
  }

  @TempDir Path directory;

  /** What people are told that they are waited for, by whatever channel. */
  private List<String> asked(Run run) {
    List<String> asked = new ArrayList<>();
    @Nullable RunRecord record = null;
    for (Entry entry : Assembly.entries(run)) {
      if (record != null) {
        record.add(entry);
        String reason = String.valueOf(entry.body().get("reason"));
        boolean people = entry.body().containsKey("needs") || reason.endsWith("?");
        if (people && record.notices().occasions().contains(Occasion.WAITING)) {
          asked.add(
              (reason + entry.body().get("needs"))
                  .replaceAll(directory + "/[0-9]+|key:[0-9a-f]+", ""));
        }
      } else if (entry.type().equals("OPENED")) {
        record = RunRecord.of(List.of(entry)).orElseThrow();
      }
    }
    return asked;
  }

  private void diesAtEach(Kind kind, int step) throws Exception {
    WaitsOfEachKind whole = kind.in(directory, 0);
    List<String> asked;
    Instant ended = Instant.MAX;
    try (Run run = Objects.requireNonNull(whole.live())) {
      assertThat(run.record().state()).isEqualTo(kind.end);
      asked = asked(run);
      ended = whole.all.clock.instant();
    }
    assertThat(whole.wrong).isEmpty();
    assertThat(whole.spoken).hasSize(kind.words);
    int killed = 0;
    for (int at = 1; at <= whole.points; at += step) {
      WaitsOfEachKind life = kind.in(directory, at);
      @Nullable Run run = life.live();
      killed += life.deaths;
      assertThat(life.wrong).as("killed at point %s", at).isEmpty();
      if (run == null) {
        assertThat(life.all.done()).isEmpty();
        continue;
      }
      try (run) {
        assertThat(run.record().state()).as("killed at point %s", at).isEqualTo(kind.end);
        assertThat(String.join(" ", life.all.done())).isEqualTo(kind.done);
        assertThat(Assembly.refused(run)).as("killed at point %s", at).isEmpty();
        assertThat(asked(run)).as("killed at point %s", at).isEqualTo(asked);
        // A guard may be asked a minute earlier by who resumes, and hold the run that minute.
        assertThat(life.all.clock.instant())
            .as("killed at point %s", at)
            .isBetween(ended, ended.plusSeconds(60));
        Map<String, Long> said =
            Assembly.entries(run).stream()
                .filter(entry -> entry.body().containsKey("letter"))
                .collect(
                    groupingBy(entry -> String.valueOf(entry.body().get("letter")), counting()));
        assertThat(run.record().remarks())
            .as("killed at point %s", at)
            .noneMatch(remark -> remark.text().contains("nobody has answered yet"));
        assertThat(said)
            .hasSize(kind.words)
            .allSatisfy((nonce, times) -> assertThat(times).isOne());
      }
      assertThat(JournalVerifier.verify(run.journal(), JournalVerifier.Options.none()).verdict())
          .isEqualTo(Verification.Verdict.UNANCHORED);
    }
    System.out.println("killed in " + killed + " of " + whole.points + " points");
  }

  @Test
  void a_run_killed_here_and_there_ends_as_one_that_lived() throws Exception {
    diesAtEach(Kind.WAITING, Integer.getInteger("words.every", 17));
  }

  @Test
  @Tag("nightly")
  void a_run_killed_anywhere_ends_as_one_that_lived() throws Exception {
    diesAtEach(Kind.WAITING, 1);
  }

  @Test
  void a_run_killed_here_and_there_while_it_is_undone_by_hand_asks_once() throws Exception {
    diesAtEach(Kind.UNDONE, Integer.getInteger("words.every", 17));
  }

  @Test
  @Tag("nightly")
  void a_run_killed_anywhere_while_it_is_undone_by_hand_asks_once() throws Exception {
    diesAtEach(Kind.UNDONE, 1);
  }
}
