package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.JournalDefect;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.JournalVerifier.Options;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.journal.Verification;
import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has the journal's key can write a journal, and no word of anybody. */
class VerifiedWordsTest {
  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Approval approved() {
    return approval("go?").by(one("senior engineer")).validFor(ofHours(1)).named(STEP);
  }

  private Path agreed() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "bob", "senior engineer");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      return run.journal();
    }
  }

  private Signer key() throws Exception {
    return Signer.in(all.journals.resolve("keys"));
  }

  private Verification verified(Path journal) throws Exception {
    return JournalVerifier.verify(journal, Options.none().withPublicKey(key().publicKey()));
  }

  private static Entry word(Path journal) throws Exception {
    return Journal.peek(journal).stream()
        .filter(entry -> entry.type().equals("SAID"))
        .findFirst()
        .orElseThrow();
  }

  /** The journal again, with another record in the place of one: in good order, and sealed. */
  private Path forged(Path journal, long seq, Consumer<Map<String, Object>> how) throws Exception {
    Path forged = Files.createTempFile(all.journals, "forged", ".journal");
    Files.setPosixFilePermissions(forged, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        forged, String.join("\n", Files.readAllLines(journal).subList(0, (int) seq)) + "\n");
    try (Journal again = Journal.open(Storage.open(forged), key())) {
      for (Entry entry : Journal.peek(journal)) {
        if (entry.seq() >= seq) {
          Map<String, Object> body = new HashMap<>(entry.body());
          if (entry.seq() == seq) {
            how.accept(body);
          }
          if (entry.type().equals("SEAL")) {
            again.seal(entry.at(), entry.epoch());
          } else {
            again.append(entry.at(), entry.epoch(), entry.type(), body);
          }
        }
      }
    }
    return forged;
  }

  @Test
  void a_word_is_verified_by_the_key_of_who_said_it() throws Exception {
    Path journal = agreed();
    Verification verification = verified(journal);
    assertThat(verification.verdict()).isEqualTo(Verdict.VALID);
    assertThat(verification.explanation()).endsWith("; 1 word of people verified by their keys");
    assertThat(verified(forged(journal, word(journal).seq(), body -> {})).verdict())
        .as("what the forger leaves as it was")
        .isEqualTo(Verdict.VALID);
  }

  @Test
  void another_word_than_was_signed_is_told_whatever_was_changed() throws Exception {
    Path journal = agreed();
    Entry word = word(journal);
    String original = String.valueOf(word.body().get("original"));
    Map<String, Object> changes =
        Map.of(
            "who",
            "ada",
            "role",
            "product owner",
            "yes",
            false,
            "text",
            "gladly",
            "step",
            "one",
            "said",
            "2026-11-21T10:59:59Z",
            "letter",
            "0".repeat(32),
            "digest",
            "0".repeat(64),
            "proof",
            "key:" + "0".repeat(32),
            "original",
            original.replace("senior engineer", "product owner"));
    for (Map.Entry<String, Object> change : changes.entrySet()) {
      Path forged =
          forged(journal, word.seq(), body -> body.put(change.getKey(), change.getValue()));
      Verification verification = verified(forged);
      assertThat(verification.kind()).as("%s", change).contains(JournalDefect.BAD_WORD);
      assertThat(verification.firstBad()).contains(word.seq());
    }
    Path nobody = forged(journal, word.seq(), body -> body.remove("letter"));
    assertThat(verified(nobody).explanation()).endsWith("there is no letter of theirs");
  }

  @Test
  void what_became_of_a_step_is_what_was_signed() throws Exception {
    Change told = command("true").provenBy(noRows("select 1")).named("told").cannotBeUndone("test");
    Entry word;
    Path journal;
    try (Run run = all.start(told)) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      all.of(run, "bob").resolve("told", ProbeResult.Kind.NOT_APPLIED, "nobody has heard of it");
      run.advance();
      run.abort("bob", "enough");
      run.toEnd();
      word =
          Assembly.entries(run).stream()
              .filter(entry -> entry.type().equals("RESOLVED"))
              .reduce((one, later) -> later)
              .orElseThrow();
      journal = run.journal();
    }
    assertThat(verified(journal).verdict()).isEqualTo(Verdict.VALID);
    Path forged = forged(journal, word.seq(), body -> body.put("state", "SUCCEEDED"));
    assertThat(verified(forged).explanation())
        .endsWith("they signed NOT_APPLIED, and SUCCEEDED is told");
    Path unheard = forged(journal, word.seq(), body -> body.put("state", "GRANTED"));
    assertThat(verified(unheard).explanation())
        .endsWith("they signed NOT_APPLIED, and GRANTED is told");
  }

  @Test
  void a_word_whose_letter_was_left_out_is_not_called_verified() throws Exception {
    Path journal = agreed();
    Path without = forged(journal, word(journal).seq(), body -> body.remove("original"));
    assertThat(verified(without).explanation())
        .endsWith("1 word not verified: the letter is not in the journal, so nobody can tell")
        .doesNotContain("verified by their keys");
  }

  /** It was valid then; whoever reads the journal may want to know. */
  @Test
  void a_key_that_the_runbook_does_not_name_any_more_is_told() throws Exception {
    Run first = all.start(approved(), change("one"), approved().named("later"));
    first.advance();
    all.yes(first, "bob", "senior engineer");
    first.advance();
    first.close();
    all.keys.remove("bob");
    all.people =
        People.of(
            List.of(
                all.keyed("ada").as("senior engineer"), all.keyed("bob"), all.keyed("mallory")));
    all.resume(first, approved(), change("one"), approved().named("later")).close();
    assertThat(JournalVerifier.verify(first.journal(), Options.none()).explanation())
        .contains("1 word of people verified by their keys")
        .contains("by a key that the runbook does not name any more: bob, key ");
  }
}
