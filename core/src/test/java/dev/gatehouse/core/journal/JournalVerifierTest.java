package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.JournalVerifier.Options;
import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalVerifierTest {
  private static final Options NONE = Options.none();
  private final Signer signer = Signer.ephemeral();
  private final Ledger ledger = Ledger.random(new Random(7), signer);
  private final int size = ledger.lines().size();
  private final Path directory;

  JournalVerifierTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void exit_codes_are_those_a_script_relies_on() {
    assertThat(Arrays.stream(Verdict.values()).map(Verdict::exitCode)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void a_file_is_valid_by_its_head() throws IOException {
    Path file = Files.write(directory.resolve("run.journal"), ledger.bytes());
    assertThat(JournalVerifier.verify(file, NONE.withHead(ledger.head())))
        .isEqualTo(
            Verification.of(
                Verdict.VALID,
                size,
                size + " records; anchored by a head up to record " + (size - 1)));
  }

  @Test
  void a_journal_is_valid_by_a_known_key_that_sealed_its_end() {
    assertThat(verify(ledger.lines(), NONE.withPublicKey(signer.publicKey())).verdict())
        .isEqualTo(Verdict.VALID);
    assertThat(verify(ledger.lines().subList(0, size - 1), NONE.withPublicKey(signer.publicKey())))
        .extracting(Verification::verdict, Verification::explanation)
        .containsExactly(
            Verdict.UNANCHORED,
            size
                - 1
                + " records that follow each other, and nothing outside of the file vouches for"
                + " them: its last record is not a seal; give a head from a marker row, report or"
                + " approval");
  }

  @Test
  void good_order_alone_is_unanchored() {
    assertThat(verify(ledger.lines(), NONE))
        .extracting(Verification::verdict, Verification::firstBad, Verification::kind)
        .containsExactly(Verdict.UNANCHORED, Optional.empty(), Optional.empty());
  }

  @Test
  void only_a_head_tells_that_a_journal_was_cut_at_an_earlier_seal() {
    SimulatedStorage disk = new SimulatedStorage(ledger.bytes());
    Journal journal = Journal.open(disk, signer);
    journal.append(Ledger.AT.plusSeconds(99), 1, "MORE", Map.of());
    String head = journal.head();
    assertThat(verify(ledger.lines(), NONE.withPublicKey(signer.publicKey())).verdict())
        .isEqualTo(Verdict.VALID);
    requireInvalid(verify(ledger.lines(), NONE.withHead(head)), size, JournalDefect.TRUNCATION);
  }

  @Test
  void what_is_no_journal_is_unreadable() throws IOException {
    Path absent = directory.resolve("absent");
    assertThat(JournalVerifier.verify(absent, NONE).verdict()).isEqualTo(Verdict.UNREADABLE);
    for (String text : List.of("", "\n", "-- SQL dump\n", "{}\n", "\0\0\0")) {
      assertThat(JournalVerifier.verify(text.getBytes(UTF_8), NONE).verdict())
          .isEqualTo(Verdict.UNREADABLE);
    }
    String newer = ledger.lines().get(0).replace("\"format\":3", "\"format\":9");
    assertThat(verify(List.of(newer), NONE))
        .extracting(Verification::verdict, Verification::explanation)
        .containsExactly(Verdict.UNREADABLE, "format 9: verify it with a newer Gatehouse");
  }

  @Test
  void a_key_that_is_not_expected_is_named() {
    Options other = NONE.withPublicKey(Signer.ephemeral().publicKey());
    requireInvalid(verify(ledger.lines(), other), 0, JournalDefect.UNKNOWN_KEY);
  }

  @Test
  void a_head_must_be_whole_and_signed() {
    String head = ledger.head();
    String moved = head.replaceFirst("^[0-9]+:", "2:");
    requireInvalid(verify(ledger.lines(), NONE.withHead(moved)), 2, JournalDefect.BAD_SIGNATURE);
    assertThatThrownBy(() -> verify(ledger.lines(), NONE.withHead(head.substring(1, 90))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("journal.head");
  }

  /** A journal of that run, sealed, and its head. */
  private Journal opened(SimulatedStorage disk, String run) {
    Journal journal = Journal.create(disk, signer);
    journal.append(Ledger.AT, 1, "OPENED", Map.of("run", run));
    journal.append(Ledger.AT, 1, "STEP", Map.of());
    journal.seal(Ledger.AT, 1);
    return journal;
  }

  @Test
  void a_head_of_another_run_under_the_same_key_is_told_as_such() throws IOException {
    SimulatedStorage here = new SimulatedStorage();
    Journal one = opened(here, "run-1");
    Journal other = opened(new SimulatedStorage(), "run-2");
    assertThat(one.head()).endsWith(":run-1");
    Verification found = JournalVerifier.verify(here.read(), NONE.withHead(other.head()));
    requireInvalid(found, 0, JournalDefect.OTHER_RUN);
    assertThat(found.explanation())
        .contains("it is of run run-1, the head is of run run-2 under the same key");
    assertThat(JournalVerifier.verify(here.read(), NONE.withHead(one.head())).verdict())
        .isEqualTo(Verdict.VALID);
    String renamed = other.head().replace("run-2", "run-1");
    requireInvalid(
        JournalVerifier.verify(here.read(), NONE.withHead(renamed)),
        3,
        JournalDefect.BAD_SIGNATURE);
  }

  @Test
  void of_forged_records_without_their_seal_nothing_is_vouched_for() throws IOException {
    SimulatedStorage disk = new SimulatedStorage();
    Journal journal = opened(disk, "run-1");
    String head = journal.head();
    List<String> lines = new String(disk.read(), UTF_8).strip().lines().toList();
    List<String> forged =
        Ledger.rechained(
            List.of(lines.get(0), lines.get(1), lines.get(2).replace("STEP", "STOP")),
            2,
            signer,
            false);
    Verification found = verify(forged, NONE.withHead(head));
    requireInvalid(found, 3, JournalDefect.TRUNCATION);
    assertThat(found.explanation())
        .isEqualTo("record 3: TRUNCATION: the head is of record 3; nothing before is vouched for");
    assertThat(verify(forged, NONE).explanation())
        .contains("nothing outside of the file vouches for them");
  }

  @Test
  void a_torn_tail_is_told_from_a_cut_one_by_the_head() {
    byte[] torn = Arrays.copyOf(ledger.bytes(), ledger.bytes().length + 5);
    torn[torn.length - 5] = '{';
    Verification found = JournalVerifier.verify(torn, NONE.withHead(ledger.head()));
    requireInvalid(found, size, JournalDefect.TORN_TAIL);
    byte[] cut = Arrays.copyOf(ledger.bytes(), ledger.bytes().length - 5);
    requireInvalid(
        JournalVerifier.verify(cut, NONE.withHead(ledger.head())),
        size - 1,
        JournalDefect.TRUNCATION);
    requireInvalid(JournalVerifier.verify(cut, NONE), size - 1, JournalDefect.TORN_TAIL);
  }

  @Test
  void a_record_older_than_the_one_before_it_is_named_even_when_signed() {
    requireInvalid(
        verify(signedAnew(2, "2026-11-21T02:00:01Z", "2026-11-20T02:00:01Z"), NONE),
        2,
        JournalDefect.CLOCK_REGRESS);
  }

  @Test
  void an_older_lease_after_a_newer_one_is_a_fork_even_when_signed() {
    requireInvalid(
        verify(signedAnew(2, "\"epoch\":1", "\"epoch\":0"), NONE), 2, JournalDefect.FORK);
  }

  private List<String> signedAnew(int line, String from, String to) {
    List<String> lines = new ArrayList<>(ledger.lines());
    assertThat(lines.get(line)).contains(from);
    lines.set(line, lines.get(line).replace(from, to));
    return Ledger.rechained(lines, line + 1, signer, true);
  }

  @Test
  void files_that_records_name_are_looked_up_in_the_directory_and_nowhere_else()
      throws IOException {
    Path vault = Files.createDirectory(directory.resolve("vault"));
    Path dump = Files.writeString(vault.resolve("dump.db"), "content");
    Files.writeString(directory.resolve("outside.db"), "content");
    String sha256 = Sha256.of("content".getBytes(UTF_8));
    byte[] bytes = naming("dump.db", sha256);
    Options options = NONE.withArtifacts(vault);
    assertThat(JournalVerifier.verify(bytes, options).verdict()).isEqualTo(Verdict.UNANCHORED);
    requireInvalid(
        JournalVerifier.verify(naming("../outside.db", sha256), options),
        1,
        JournalDefect.ARTIFACT_MISMATCH);
    Files.writeString(dump, "Content");
    requireInvalid(JournalVerifier.verify(bytes, options), 1, JournalDefect.ARTIFACT_MISMATCH);
    Files.delete(dump);
    requireInvalid(JournalVerifier.verify(bytes, options), 1, JournalDefect.ARTIFACT_MISMATCH);
    assertThat(JournalVerifier.verify(bytes, NONE).verdict()).isEqualTo(Verdict.UNANCHORED);
  }

  private byte[] naming(String file, String sha256) throws IOException {
    SimulatedStorage disk = new SimulatedStorage();
    Journal journal = Journal.create(disk, signer);
    Map<String, Object> facts = Map.of("artifactFile", file, "artifactSha256", sha256);
    journal.append(Ledger.AT, 1, "OUTCOME", Map.of("evidence", List.of(facts)));
    return disk.read();
  }

  private static Verification verify(List<String> lines, Options options) {
    return JournalVerifier.verify(Ledger.text(lines), options);
  }

  private static void requireInvalid(Verification found, long first, JournalDefect kind) {
    assertThat(found)
        .as(found.explanation())
        .extracting(Verification::verdict, Verification::firstBad, Verification::kind)
        .containsExactly(Verdict.INVALID, Optional.of(first), Optional.of(kind));
  }
}
