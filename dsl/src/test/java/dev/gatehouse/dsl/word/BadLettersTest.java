package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is no letter, or not the letter it says: refused, journaled, and named by its field. */
class BadLettersTest extends LettersFixture {
  @Test
  void a_letter_of_another_key_or_without_one_is_refused_aloud() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      Mailbox box = Mailbox.of(run.journal()).withClock(all.clock);
      Receipt forged = box.as("bob").signedBy(Signer.ephemeral()).yes(STEP, SENIOR, "");
      Receipt unsigned = box.as("bob").yes(STEP, SENIOR, "");
      Receipt unknown = box.as("eve").signedBy(Signer.ephemeral()).yes(STEP, SENIOR, "");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run))
          .containsExactlyInAnyOrder("word.sig", "word.sig", "word.who");
      assertThat(told(box, forged))
          .isEqualTo(
              """
              its signature is not of the key of bob
                expected  key %s
                found     another key, or another text
                fix       sign it with that key: --key DIRECTORY; a new one counts once the run was resumed with a runbook that names it
                code      word.sig\
              """
                  .formatted(all.people.named("bob").orElseThrow().keyId().orElseThrow()));
      assertThat(told(box, unsigned)).startsWith("it is not signed");
      assertThat(told(box, unknown)).startsWith("nobody of that name may decide about this run");
      assertThat(all.done()).isEmpty();
    }
  }

  @Test
  void an_abort_that_nobody_vouches_for_stops_nothing_and_is_told() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      Mailbox.of(run.journal()).withClock(all.clock).as("bob").abort("stop");
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.sig");
      assertThat(run.record().undoing()).isFalse();
    }
  }

  @Test
  void a_role_the_sender_does_not_hold_or_nobody_asks_is_refused() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "nora", SENIOR);
      all.yes(run, "carol", "product owner");
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.role", "word.role");
    }
  }

  @Test
  void early_and_late_words_are_refused_to_the_sender() {
    Approval later = approval("later?").by(one(SENIOR)).validFor(ofHours(1));
    try (Run run = all.start(approved(), later, change("one"))) {
      run.advance();
      assertThatThrownBy(() -> all.of(run, "bob").yes("later?", SENIOR, ""))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("'later?' is not asked yet")
          .hasMessageContaining("expected  said when gate 'gate of later?' is reached")
          .hasMessageContaining("found     the run is at 'restore approved'")
          .hasMessageContaining("code      word.early");
      all.yes(run, "bob", SENIOR);
      run.advance();
      assertThatThrownBy(() -> all.yes(run, "ada", SENIOR))
          .hasMessageContaining("'restore approved' is not asked any more")
          .hasMessageContaining("code      word.step");
      all.of(run, "ada").yes("later?", SENIOR, "");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThatThrownBy(() -> all.of(run, "ada").abort("too late"))
          .hasMessageContaining("the run has ended; nothing can be decided about it")
          .hasMessageContaining("code      run.ended");
    }
  }

  @Test
  void a_letter_to_another_run_and_one_said_twice_are_refused() throws IOException {
    Path letter;
    byte[] bytes;
    try (Run run = all.start(approved(), approval("b?").by(one(SENIOR)).validFor(ofHours(1)))) {
      ready(run);
      all.yes(run, "bob", SENIOR);
      letter = letters(run).get(0);
      bytes = Files.readAllBytes(letter);
      run.advance();
      assertThat(letters(run)).isEmpty();
      Files.write(letter, bytes);
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.nonce");
    }
    Plan again = Plan.of(all.book(approved(), change("one")), all.shop, all.clock);
    try (Run other = all.runner().startAnother(again)) {
      ready(other);
      Files.write(inbox(other).resolve(letter.getFileName()), bytes);
      other.advance();
      assertThat(Assembly.refused(other)).containsExactly("word.run");
    }
  }

  @Test
  void a_letter_that_lay_too_long_or_is_of_the_future_is_refused() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      all.clock.advance(ofHours(24));
      run.advance();
      all.clock.advance(ofMinutes(10));
      all.yes(run, "ada", SENIOR);
      all.clock.advance(ofMinutes(-10));
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.expires", "word.at");
    }
  }

  @Test
  void a_clock_set_back_opens_nothing() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.clock.advance(ofMinutes(-30));
      all.yes(run, "bob", SENIOR);
      assertThat(((Tick.WakeAt) run.advance()).reason()).startsWith("the clock went back");
      assertThat(all.done()).isEmpty();
      all.clock.advance(ofMinutes(30));
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  @Test
  @Timeout(60)
  void what_is_no_letter_is_never_opened() throws Exception {
    try (Run run = all.start(approved(), change("one"))) {
      ready(run);
      Path inbox = inbox(run);
      Files.createSymbolicLink(inbox.resolve("yes-link.letter"), directory.resolve("shop.db"));
      assertThat(
              new ProcessBuilder("mkfifo", inbox.resolve("yes-pipe.letter").toString())
                  .start()
                  .waitFor())
          .isZero();
      try (RandomAccessFile huge =
          new RandomAccessFile(inbox.resolve("yes-huge.letter").toFile(), "rw")) {
        huge.setLength(1L << 30);
      }
      Files.createDirectory(inbox.resolve("yes-directory.letter"));
      all.yes(run, "bob", SENIOR);
      Path whole =
          letters(run).stream()
              .filter(file -> String.valueOf(file.getFileName()).matches("yes-[0-9a-f]{32}.letter"))
              .findFirst()
              .orElseThrow();
      byte[] half = Files.readAllBytes(whole);
      Files.delete(whole);
      Files.write(inbox.resolve("yes-half.letter"), java.util.Arrays.copyOf(half, half.length / 2));
      Files.write(inbox.resolve("yes-other.letter"), half);
      Files.write(inbox.resolve("yes-empty.letter"), new byte[0]);
      Files.write(inbox.resolve(".yes-unfinished.letter"), half);

      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run))
          .containsExactlyInAnyOrder(
              "word.file",
              "word.file",
              "word.file",
              "word.size",
              "word.form",
              "word.form",
              "word.name");
      assertThat(directory.resolve("shop.db")).exists();
      assertThat(inbox.resolve("refused/yes-pipe.letter")).exists();
      assertThat(all.done()).isEmpty();
    }
  }

  @Test
  void an_inbox_that_others_may_write_is_believed_in_nothing() throws Exception {
    try (Run run = all.start(approved(), change("one"))) {
      ready(run);
      Files.setPosixFilePermissions(
          inbox(run), java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
      all.yes(run, "bob", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run)).containsExactly("word.inbox");
    }
  }
}
