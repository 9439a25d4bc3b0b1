package dev.gatehouse.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.JournalVerifier.Options;
import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.testkit.Sampled.Few;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JournalTamperTest {
  private static final Signer SIGNER = Signer.ephemeral();
  private static final Signer FORGER = Signer.ephemeral();
  private static final String FOUND = "found and named";

  /** A tampered journal, and what the verifier must say of it. */
  private record Tampered(
      String how, List<String> lines, long first, Set<JournalDefect> kinds, long off) {
    Tampered(String how, List<String> lines, long first, JournalDefect kind) {
      this(how, lines, first, EnumSet.of(kind), 0);
    }
  }

  @Test
  void tamperings_are_found_and_named() {
    IntStream ledgers = Few.of(15, 50);
    List<String> answers =
        ledgers.parallel().mapToObj(JournalTamperTest::tamper).toList().stream()
            .flatMap(List::stream)
            .toList();
    assertThat(answers).hasSize(40 * (int) Few.of(15, 50).count()).containsOnly(FOUND);
  }

  @Test
  void none_of_200_untouched_journals_raises_an_alarm() {
    List<Verification> answers =
        IntStream.range(0, 50).parallel().mapToObj(JournalTamperTest::untouched).toList().stream()
            .flatMap(List::stream)
            .toList();
    assertThat(answers)
        .hasSize(200)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .extracting(Verification::verdict, Verification::firstBad)
                    .containsExactly(Verdict.VALID, Optional.empty()));
  }

  /** The same journal with more and more room in reserve. */
  private static List<Verification> untouched(int seed) {
    Ledger ledger = Ledger.random(new Random(seed), SIGNER);
    byte[] bytes = ledger.bytes();
    return IntStream.range(0, 4)
        .mapToObj(
            i ->
                JournalVerifier.verify(
                    Arrays.copyOf(bytes, bytes.length + i * seed * 100),
                    Options.none().withHead(ledger.head())))
        .toList();
  }

  /** Forty tamperings of one journal, and what became of each. */
  private static List<String> tamper(int seed) {
    Random random = new Random(seed);
    Ledger ledger = Ledger.random(random, SIGNER);
    List<String> answers = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      tamper(ledger, random, answers);
    }
    return answers;
  }

  private static void tamper(Ledger ledger, Random random, List<String> answers) {
    for (Tampered tampered : tamperings(ledger, random)) {
      check(ledger, tampered.how, Ledger.text(tampered.lines), tampered, answers);
    }
    byte[] bytes = ledger.bytes();
    for (int i = 0; i < 2; i++) {
      int at = random.nextInt(bytes.length);
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Set<JournalDefect> kinds =
          at == bytes.length - 1
              ? EnumSet.of(JournalDefect.TRUNCATION)
              : line(bytes, at) == ledger.lines().size() - 1
                  ? EnumSet.of(
                      JournalDefect.EDIT, JournalDefect.BAD_SIGNATURE) // the last line is a seal
                  : EnumSet.of(JournalDefect.EDIT);
      // Of two records whose link is broken, the earlier is named when no third one can tell.
      Tampered what = new Tampered("bit", List.of(), line(bytes, at), kinds, 1);
      check(ledger, "bit " + at, flipped, what, answers);
    }
    int keep = ledger.lines().get(0).length() + 1;
    int cut = keep + random.nextInt(bytes.length - keep);
    Tampered what = new Tampered("cut", List.of(), line(bytes, cut), JournalDefect.TRUNCATION);
    check(ledger, "cut at " + cut, Arrays.copyOf(bytes, cut), what, answers);
  }

  private static List<Tampered> tamperings(Ledger ledger, Random random) {
    int size = ledger.lines().size();
    int last = size - 1;
    int i = random.nextInt(size);
    int j = (i + 1 + random.nextInt(last)) % size;
    int edit = 1 + random.nextInt(size - 2);
    List<String> deleted = new ArrayList<>(ledger.lines());
    deleted.remove(i);
    List<String> swapped = new ArrayList<>(ledger.lines());
    Collections.swap(swapped, i, j);
    List<String> twice = new ArrayList<>(ledger.lines());
    twice.add(j, ledger.lines().get(i));
    List<String> edited = new ArrayList<>(ledger.lines());
    edited.set(i, ledger.edited(i));
    List<String> forged = new ArrayList<>(ledger.lines());
    forged.set(edit, ledger.edited(edit));
    int seal = edit + 1;
    while (!ledger.lines().get(seal).contains("\"type\":\"SEAL\"")) {
      seal++;
    }
    int back = 1 + random.nextInt(size - 2);
    return List.of(
        new Tampered(
            "delete " + i, deleted, i, i == last ? JournalDefect.TRUNCATION : JournalDefect.GAP),
        new Tampered("swap " + i + " " + j, swapped, Math.min(i, j), JournalDefect.REORDER),
        new Tampered("duplicate " + i + " at " + j, twice, j, JournalDefect.REORDER),
        new Tampered("edit " + i, edited, i, JournalDefect.EDIT),
        new Tampered(
            "rechain from " + edit,
            Ledger.rechained(forged, edit + 1, SIGNER, false),
            seal,
            JournalDefect.BAD_SIGNATURE),
        new Tampered(
            "sign anew", Ledger.rechained(forged, 0, FORGER, true), 0, JournalDefect.UNKNOWN_KEY),
        new Tampered(
            "rewind to " + back, ledger.rewoundTo(back, random).lines(), last, JournalDefect.FORK));
  }

  private static void check(
      Ledger ledger, String how, byte[] bytes, Tampered what, List<String> answers) {
    Verification found = JournalVerifier.verify(bytes, Options.none().withHead(ledger.head()));
    boolean right =
        found.verdict() == Verdict.INVALID
            && found.kind().filter(what.kinds::contains).isPresent()
            && Math.abs(found.firstBad().orElse(-9L) - what.first) <= what.off;
    answers.add(
        right ? FOUND : how + " at " + what.first + " " + what.kinds + ": " + found.explanation());
  }

  private static long line(byte[] bytes, int at) {
    return IntStream.range(0, at).filter(i -> bytes[i] == '\n').count();
  }
}
