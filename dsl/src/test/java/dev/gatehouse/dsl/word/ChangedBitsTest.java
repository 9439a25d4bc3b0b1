package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bit of a letter is changed: whatever it says, it is refused, by the field that differs. */
class ChangedBitsTest {
  /** So many of one run are journaled one by one. */
  private static final int OF_A_RUN = 250;

  private static final int AT_A_TIME = 50;
  private static final List<String> FIELDS =
      List.of(
          "at", "expires", "head", "kind", "nonce", "plan", "role", "run", "sig", "subject",
          "target", "text", "truth", "who");
  private static final List<String> TEXTS =
      List.of("", "RESTORE shop on 1", "because of \"x\" and \\y", "für Zoë, 10 €", "a\nb\tc");

  @TempDir Path directory;
  private final Random random = new Random(20261130);
  private final Map<String, Integer> refusals = new TreeMap<>();

  /** A changed letter, a character for each byte, and the fields that may be named. */
  private record Changed(String letter, Set<String> fields) {
    byte[] bytes() {
      return letter.getBytes(ISO_8859_1);
    }
  }

  private <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Letter letter(Assembly all, Run run) {
    RunRecord record = run.record();
    List<Entry> entries = Assembly.entries(run);
    Instant at = all.clock.instant();
    return new Letter(
        any(List.of(Letter.Kind.values())),
        record.run(),
        record.plan(),
        record.outline().fingerprint().identity(),
        Judge.head(entries.get(entries.size() - 1)),
        any(List.of(STEP, "one", "")),
        any(List.of("ada", "bob", "carol", "nora")),
        any(List.of(SENIOR, "product owner", "reader", "everyone", "")),
        any(List.of("", "APPLIED", "NOT_APPLIED")),
        any(TEXTS),
        at,
        at.plusSeconds(60 + random.nextInt(86_400)),
        String.format("%016x%016x", random.nextLong(), random.nextLong()));
  }

  private Changed changed(byte[] right) {
    byte[] bytes = right.clone();
    int at = random.nextInt(bytes.length);
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    String field = field(right, at);
    boolean breaks =
        field.isEmpty()
            || bytes[at] < ' '
            || right[at] < ' '
            || bytes[at] == '"'
            || bytes[at] == '\\'
            || right[at] == '\\'
            || (at > 0 && right[at - 1] == '\\');
    Set<String> named =
        switch (field) {
          case "run", "plan", "target", "head" -> Set.of(field);
          case "nonce" -> Set.of("name");
          case "kind" -> Set.of("form");
          case "at" -> Set.of("sig", "form", "at");
          case "expires" -> Set.of("sig", "form", "expires");
          case "who" -> Set.of("who");
          case "role", "subject", "text", "truth", "sig" -> Set.of("sig");
          default -> Set.of("form");
        };
    return new Changed(new String(bytes, ISO_8859_1), breaks ? with(named, "form") : named);
  }

  private static Set<String> with(Set<String> some, String more) {
    Set<String> all = new HashSet<>(some);
    all.add(more);
    return all;
  }

  /** The field in whose value that byte lies; empty for what is between values. */
  private static String field(byte[] letter, int at) {
    String text = new String(letter, ISO_8859_1);
    for (String field : FIELDS) {
      int begin = text.indexOf("\"" + field + "\":\"") + field.length() + 4;
      int end = begin;
      while (text.charAt(end) != '"') {
        end += text.charAt(end) == '\\' ? 2 : 1;
      }
      if (at >= begin && at < end) {
        return field;
      }
    }
    return "";
  }

  private void refused(int letters) throws Exception {
    for (int begun = 0; begun < letters; begun += OF_A_RUN) {
      Assembly all = new Assembly(Files.createDirectory(directory.resolve("" + begun)));
      try (Run run = all.start(approved(), change("one"))) {
        run.advance();
        int most = Math.min(OF_A_RUN, letters - begun);
        for (int some = 0; some < most; some += AT_A_TIME) {
          put(all, run, Math.min(AT_A_TIME, most - some));
        }
        assertThat(all.done()).isEmpty();
      }
    }
    System.out.println(letters + " changed letters refused: " + refusals);
    assertThat(refusals.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(letters);
  }

  private void put(Assembly all, Run run, int number) throws IOException {
    Map<String, Changed> changed = new HashMap<>();
    Path inbox = run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
    for (int i = 0; i < number; i++) {
      Letter letter = letter(all, run);
      Changed one = changed(letter.signedBy(all.keys.get(letter.who())));
      changed.put(letter.file(), one);
      Files.write(inbox.resolve(letter.file()), one.bytes());
    }
    int before = Assembly.entries(run).size();
    assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
    List<Entry> told = new ArrayList<>(Assembly.entries(run));
    for (Entry entry : told.subList(before, told.size())) {
      assertThat(entry.type()).isEqualTo("SAID");
      assertThat(entry.body()).containsEntry("counts", false);
      String file = RecordCodec.text(entry.body(), "file");
      String code = RecordCodec.findings(entry.body()).get(0).code();
      Changed one = changed.remove(file);
      assertThat(one).as(file).isNotNull();
      assertThat(one.fields().stream().map(field -> "word." + field))
          .as(one.letter())
          .contains(code);
      refusals.merge(code, 1, Integer::sum);
    }
    assertThat(changed).isEmpty();
  }

  @Test
  void letters_with_one_bit_changed_are_refused_by_the_field() throws Exception {
    refused(Integer.getInteger("letters.bits", 100));
  }

  @Test
  @Tag("nightly")
  void two_thousand_letters_with_one_bit_changed_are_refused_by_the_field() throws Exception {
    refused(Integer.getInteger("letters.bits", 2_000));
  }
}
