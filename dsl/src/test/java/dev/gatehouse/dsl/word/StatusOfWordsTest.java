package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.report.StatusText;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.dsl.operation.Approval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What those who are asked are told: who may still say it, and whether anybody listens. */
class StatusOfWordsTest {
  private static final String SENIOR = "senior engineer";
  private static final String OWNER = "product owner";

  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Approval approved() {
    return approval("go?").by(one(SENIOR), one(OWNER)).validFor(ofHours(1)).named(STEP);
  }

  private static String status(Run run) {
    return StatusText.of(run.record(), run.journal());
  }

  @Test
  void whose_word_lapsed_may_say_it_again() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      run.advance();
      assertThat(status(run)).doesNotContain("senior engineer: ");
      all.clock.advance(ofHours(2));
      run.advance();
      assertThat(status(run))
          .contains(
              "may say   senior engineer: ada, bob; said yes, and has to say it again: bob\n");
    }
  }

  @Test
  void whose_key_was_changed_may_say_it_again() {
    Run first = all.start(approved(), change("one"));
    first.advance();
    all.yes(first, "bob", SENIOR);
    first.advance();
    first.close();
    all.keys.put("bob", Signer.ephemeral());
    all.people = People.of(all.keyed("mallory"), all.keyed("bob").as(SENIOR), carol());
    try (Run second = all.resume(first, approved(), change("one"))) {
      second.advance();
      assertThat(status(second))
          .contains("senior engineer: bob; said yes, and has to say it again");
      all.yes(second, "bob", SENIOR);
      all.yes(second, "carol", OWNER);
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  private dev.gatehouse.core.model.Person carol() {
    return all.keyed("carol").as(OWNER);
  }

  /** She holds both roles, and moves: who is asked for is not only who would sit there. */
  @Test
  void somebody_who_makes_another_move_may_say_it() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "ada", SENIOR);
      all.yes(run, "ada", OWNER);
      run.advance();
      assertThat(status(run))
          .contains("1 more product owner")
          .contains("may say   product owner: carol; said yes: ada\n")
          .contains("may say   senior engineer: bob; said yes: ada\n")
          .doesNotContain("too few");
      all.yes(run, "bob", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  @Test
  void who_started_a_run_may_say_what_they_did_by_hand() {
    all.people = People.of(all.keyed("mallory").as("operator"));
    try (Run run = all.start(acknowledge("cable pulled?").by("operator"))) {
      run.advance();
      assertThat(status(run)).contains("may say   operator: mallory\n");
      all.of(run, "mallory").yes("cable pulled? (operator)", "operator", "");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(status(run)).startsWith("'words' ended SUCCEEDED: all gates opened\n");
    }
  }

  @Test
  void a_run_that_nobody_drives_is_told_to_be_so() {
    Run run = all.start(approved(), change("one"));
    run.advance();
    assertThat(status(run)).doesNotContain("driven");
    run.close();
    assertThat(status(run)).contains("driven    by nobody: letters are read when somebody resumes");
    assertThat(StatusText.line(run.record(), run.journal())).contains("; driven by nobody");
  }

  /** Told to be obeyed, where it never can be. */
  @Test
  void a_letter_that_lies_unread_tells_what_is_known_against_its_sender() {
    Run run = all.start(approved(), change("one"));
    run.advance();
    run.close();
    assertThat(foreseen(all.yes(run, "nora", SENIOR))).isEqualTo("word.role");
    assertThat(foreseen(all.of(run, "nora").signedBy(Signer.ephemeral()).abort("")))
        .isEqualTo("word.sig");
    assertThat(foreseen(Mailbox.of(run.journal()).withClock(all.clock).as("bob").abort("")))
        .isEqualTo("word.sig");
    assertThat(foreseen(all.of(run, "nora").as("zoe").abort(""))).isEqualTo("word.who");
    Receipt good = all.yes(run, "bob", SENIOR);
    assertThat(good.foreseen()).isEmpty();
    assertThat(good.counts()).isFalse();
    all.clock.advance(Duration.ofMinutes(1));
    try (Run second = all.resume(run, approved(), change("one"))) {
      second.advance();
      assertThat(Assembly.refused(second)).hasSize(4);
      assertThat(status(second)).contains("1 more product owner (has bob, ");
    }
  }

  /** Told that the run had ended, and that nothing can be decided: it ended by that very letter. */
  @Test
  @Timeout(120)
  void whose_letter_ended_the_run_is_told_that_it_counts() throws Exception {
    for (int rounds = (int) Few.of(2, 8).count(); rounds > 0; rounds--) {
      try (Run run = all.start(approved(), change("one"))) {
        run.advance();
        Path inbox = run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
        for (int i = 0; i < 500; i++) {
          // A long journal takes its reader long enough.
          Files.writeString(inbox.resolve("yes-" + i + ".letter"), "{}");
        }
        for (int i = 0; i < 5; i++) {
          run.advance();
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread driver =
            new Thread(
                () -> {
                  while (!over.get() && !(run.advance() instanceof Tick.Done)) {
                    Thread.onSpinWait();
                  }
                });
        driver.start();
        try {
          Mailbox nora = all.of(run, "nora");
          assertThat(nora.await(nora.abort("enough"), Duration.ofSeconds(20)).counts()).isTrue();
        } finally {
          over.set(true);
          driver.join();
        }
      }
    }
  }

  @Test
  void no_letter_is_put_behind_a_link() throws Exception {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      Path inbox = run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
      Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
      Files.move(inbox, directory.resolve("aside"));
      Files.createSymbolicLink(inbox, elsewhere);
      assertThatThrownBy(() -> all.yes(run, "bob", SENIOR))
          .hasMessageContaining("letter.unwritable")
          .hasMessageContaining("NotDirectoryException");
      assertThat(elsewhere).isEmptyDirectory();
    }
  }

  private static String foreseen(Receipt receipt) {
    assertThat(receipt.counts()).isFalse();
    return receipt.foreseen().orElseThrow().code();
  }
}
