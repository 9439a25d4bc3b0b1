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
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose word a letter is: by key, by account, while the person has the role. */
class LetterSendersTest extends LettersFixture {
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
}
