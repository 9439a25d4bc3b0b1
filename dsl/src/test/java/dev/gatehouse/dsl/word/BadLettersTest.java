package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.person;
import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is no letter, or not the letter it says: refused, journaled, and named by its field. */
class BadLettersTest {
  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Path inbox(Run run) {
    return run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
  }

  private static List<Path> letters(Run run) throws IOException {
    try (Stream<Path> files = Files.list(inbox(run))) {
      return files.filter(file -> file.toString().endsWith(".letter")).toList();
    }
  }

  private static void ready(Run run) throws IOException {
    run.advance();
    if (!Files.exists(inbox(run))) {
      Files.createDirectory(
          inbox(run),
          java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
              java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
    }
  }

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

  private static String told(Mailbox box, Receipt receipt) {
    try {
      return box.await(receipt, Duration.ZERO).refused().orElseThrow().text();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
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

  /** Without a key the account of the file is all there is; it speaks for one person only. */
  @Test
  void without_a_key_a_letter_is_the_word_of_its_account() {
    String account = System.getProperty("user.name");
    all.people =
        People.of(
            person("mallory"), person("ada").as(SENIOR), person("bob").as(SENIOR).knownAs(account));
    try (Run run =
        all.runner()
            .startedBy("mallory")
            .start(
                dev.gatehouse.core.run.Plan.of(
                    all.book(approved().includingInitiator(), change("one")),
                    all.shop,
                    all.clock))) {
      run.advance();
      Mailbox box = Mailbox.of(run.journal()).withClock(all.clock);
      box.as("ada").yes(STEP, SENIOR, "");
      run.advance();
      box.as("bob").signedBy(Signer.ephemeral()).yes(STEP, SENIOR, "");
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.who", "word.sig");
      assertThat(Assembly.entries(run).toString()).contains("bob has no key in the runbook");
      // by the account's own name, which is bob's
      box.yes(STEP, SENIOR, "");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().step(STEP).orElseThrow().words().get(0).who()).isEqualTo("bob");
      assertThat(run.record().step(STEP).orElseThrow().words().get(0).proof())
          .isEqualTo("os-user:" + account);
    }
  }

  @Test
  void a_person_with_a_key_is_not_vouched_for_by_the_host() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      assertThatThrownBy(() -> run.say(STEP, "bob", SENIOR, true, ""))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("code      word.sig");
      assertThat(Assembly.refused(run)).containsExactly("word.sig");
      assertThat(all.done()).isEmpty();
    }
  }

  private void requireRefused(Run run, Letter letter, String code) throws IOException {
    Files.write(inbox(run).resolve(letter.file()), letter.signedBy(all.keys.get("bob")));
    assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
    List<String> refused = Assembly.refused(run);
    assertThat(refused.get(refused.size() - 1)).isEqualTo(code);
  }

  /** Signed by the right person, and yet of something else. */
  @Test
  void a_letter_bound_to_anything_else_is_refused_by_that_field() throws IOException {
    try (Run run = all.start(approved(), change("one"))) {
      ready(run);
      String plan = run.record().plan();
      String name = run.record().run();
      String target = run.record().outline().fingerprint().identity();
      List<Entry> entries = Assembly.entries(run);
      String head = Judge.head(entries.get(entries.size() - 1));
      String old = Judge.head(entries.get(1));
      requireRefused(run, letter(1, "x", plan, target, head, STEP), "word.run");
      requireRefused(run, letter(2, name, "sha256:x", target, head, STEP), "word.plan");
      requireRefused(run, letter(3, name, plan, "SQLite other", head, STEP), "word.target");
      requireRefused(
          run, letter(4, name, plan, target, head.substring(0, 5) + "0", STEP), "word.head");
      requireRefused(run, letter(5, name, plan, target, "999999:ab", STEP), "word.head");
      requireRefused(run, letter(6, name, plan, target, "", STEP), "word.head");
      requireRefused(run, letter(7, name, plan, target, old, STEP), "word.head");
      requireRefused(run, letter(8, name, plan, target, head, "none"), "run.no-such-step");
      requireRefused(run, letter(9, name, plan, target, head, "one"), "run.not-asked");
      assertThat(all.done()).isEmpty();
      Letter right = letter(10, name, plan, target, head, STEP);
      Files.write(inbox(run).resolve(right.file()), right.signedBy(all.keys.get("bob")));
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  private Letter letter(
      int number, String run, String plan, String target, String head, String step) {
    return new Letter(
        Letter.Kind.YES,
        run,
        plan,
        target,
        head,
        step,
        "bob",
        SENIOR,
        "",
        "",
        all.clock.instant(),
        all.clock.instant().plusSeconds(60),
        String.format("%032d", number));
  }

  @Test
  void a_letter_of_another_account_is_refused() throws IOException {
    try (Run run = all.start(approved(), change("one"))) {
      ready(run);
      all.yes(run, "bob", SENIOR);
      try {
        Files.setOwner(
            letters(run).get(0),
            Path.of("/")
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName("nobody"));
      } catch (IOException notRoot) {
        assumeTrue(false, "only root gives files away: " + notRoot);
      }
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run)).containsExactly("word.owner");
    }
  }

  @Test
  void a_run_is_not_resumed_without_the_people_it_was_begun_with() {
    Run first = all.start(approved(), change("one"));
    first.advance();
    first.close();
    assertThatThrownBy(
            () ->
                all.runner()
                    .resume(
                        new Runbook(
                            first.record().outline().runbook(),
                            all.book(approved(), change("one")).gates(),
                            List.of()),
                        all.shop,
                        first.journal()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("code      people.missing");
  }

  /** What could not be told is accepted by one person; an approval by nobody in their place. */
  @Test
  void an_approval_that_broke_is_accepted_by_nobody() throws Exception {
    Approval typed = approved().typing("RESTORE");
    try (Run run = all.start(typed, change("one"))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      Path shop = directory.resolve("shop.db");
      Files.move(shop, directory.resolve("gone.db"));
      all.clock.advance(ofMinutes(1));
      run.advance();
      Files.move(directory.resolve("gone.db"), shop);
      assertThat(run.record().step(STEP).orElseThrow().state())
          .isEqualTo(dev.gatehouse.core.journal.StepState.INCONCLUSIVE);
      all.of(run, "bob").accept(STEP, "it is fine");
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.step");
      assertThat(all.done()).isEmpty();
    }
  }

  /** Who has the key of somebody can verify what they said, whatever the run says of it. */
  @Test
  void what_was_signed_stands_in_the_journal_as_it_was_signed() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      run.advance();
      Entry said =
          Assembly.entries(run).stream()
              .filter(entry -> entry.type().equals("SAID"))
              .findFirst()
              .orElseThrow();
      byte[] original = String.valueOf(said.body().get("original")).getBytes(UTF_8);
      java.util.Map<String, Object> fields =
          new java.util.HashMap<>(dev.gatehouse.core.json.Json.parse(original));
      byte[] sig = java.util.Base64.getDecoder().decode(String.valueOf(fields.remove("sig")));
      byte[] body = dev.gatehouse.core.json.Json.canonical(fields);
      String message = "gatehouse letter 1\n" + new String(body, UTF_8);
      String key = all.keys.get("bob").publicKey();
      assertThat(Signer.verify(key, message.getBytes(UTF_8), sig)).isTrue();
      assertThat(fields).containsEntry("plan", run.record().plan()).containsEntry("kind", "YES");
    }
  }

  /** Who leaves, or changes their key, while the run waits has said nothing. */
  @Test
  void a_word_counts_while_its_person_has_the_role_and_the_key() {
    Approval slow =
        approval("go?").by(one(SENIOR)).validFor(ofHours(9)).notBefore(ofMinutes(5)).named(STEP);
    Run first = all.start(slow, change("one"));
    first.advance();
    all.yes(first, "bob", SENIOR);
    assertThat(first.advance()).isInstanceOf(Tick.WakeAt.class);
    first.close();
    People before = all.people;
    all.clock.advance(ofMinutes(6));
    all.keys.remove("bob");
    all.people =
        People.of(all.keyed("bob").as(SENIOR), all.keyed("ada").as(SENIOR), all.keyed("mallory"));
    Run second = all.resume(first, slow, change("one"));
    assertThat(second.advance()).isInstanceOf(Tick.NeedsInput.class);
    second.close();
    assertThat(all.done()).isEmpty();
    assertThat(second.record().said().people()).contains(all.people);
    all.keys.clear();
    all.people =
        People.of(
            person("bob").withKey(before.named("bob").orElseThrow().key().orElseThrow()),
            all.keyed("ada").as(SENIOR),
            all.keyed("mallory"));
    Run left = all.resume(first, slow, change("one"));
    assertThat(left.advance()).isInstanceOf(Tick.NeedsInput.class);
    left.close();
    assertThat(all.done()).isEmpty();
    all.people = before;
    try (Run third = all.resume(first, slow, change("one"))) {
      assertThat(third.advance()).isInstanceOf(Tick.Done.class);
    }
  }

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
