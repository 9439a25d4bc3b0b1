package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.STEP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.dsl.word.WordsModel.Spoken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Letters as anybody might write them, put into the inbox past the mailbox, which would keep the
 * worst of them from being sent: right ones, and such as differ in one thing.
 */
final class LettersByChance {

  /** One that is right in itself; whether it counts, the model says. */
  private record Sent(Letter letter, Spoken word) {}

  private final WordsLife life;
  private final Random random;
  private final List<Sent> lying = new ArrayList<>();
  private final List<String> counted = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<byte[]> old = new ArrayList<>();
  private List<Entry> seen = List.of();
  private boolean aborted;

  LettersByChance(WordsLife life) {
    this.life = life;
    this.random = life.random;
  }

  String somebody() {
    return any(life.names());
  }

  boolean aborted() {
    return aborted;
  }

  /** Numbers of those that counted, in order. */
  List<String> counted() {
    List<String> sorted = new ArrayList<>(counted);
    Collections.sort(sorted);
    return sorted;
  }

  /** The run has had its turn: a stop first, then in order of their files. */
  void heard() {
    lying.sort(Comparator.comparing(sent -> sent.letter.file()));
    for (Sent sent : lying) {
      if (sent.letter.kind() == Letter.Kind.ABORT) {
        aborted |= life.model.stops(sent.word.who(), sent.word.key());
      } else if (sent.letter.kind() != Letter.Kind.PAUSE && life.model.hears(sent.word)) {
        counted.add(sent.letter.nonce());
      }
    }
    lying.clear();
    seen = Assembly.entries(life.run());
  }

  /** Numbers of the letters that the journal counts, in order; each as often as it does. */
  List<String> journaled() {
    return seen.stream()
        .filter(entry -> entry.type().equals("SAID"))
        .filter(entry -> Boolean.TRUE.equals(entry.body().get("counts")))
        .map(entry -> String.valueOf(entry.body().get("letter")))
        .sorted()
        .toList();
  }

  void one() throws IOException {
    switch (random.nextInt(11)) {
      case 10 -> elsewhere();
      case 0 -> forged();
      case 1 -> edited();
      case 2 -> replayed();
      case 3 -> elsewhere();
      case 4 -> {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> right(Letter.Kind.NO);
          case 3 -> right(Letter.Kind.ABORT);
          case 4, 5 -> right(Letter.Kind.PAUSE);
          default -> right(Letter.Kind.YES);
        }
      }
      default -> right(Letter.Kind.YES);
    }
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** Mostly one of those it is up to, so that runs come to an end. */
  private void right(Letter.Kind kind) throws IOException {
    List<String> open = life.model.couldAgree();
    Letter letter = letter(kind, open.isEmpty() || random.nextInt(3) == 0 ? somebody() : any(open));
    Signer key = key(letter.who());
    put(letter, letter.signedBy(key));
    lying.add(
        new Sent(
            letter,
            new Spoken(
                letter.who(), line(key), letter.role(), letter.at(), kind == Letter.Kind.YES)));
  }

  private Signer key(String who) {
    return java.util.Objects.requireNonNull(life.all.keys.get(who));
  }

  /** As a person names it. */
  private static String line(Signer key) {
    return dev.gatehouse.core.model.Person.named("x").withKey(key.publicKey()).key().orElseThrow();
  }

  private Letter letter(Letter.Kind kind, String who) {
    RunRecord record = life.run().record();
    Instant now = life.all.clock.instant();
    String role = random.nextInt(3) > 0 ? any(life.model.places) : any(WordsLife.ROLES);
    boolean word = kind == Letter.Kind.YES || kind == Letter.Kind.NO;
    return new Letter(
        kind,
        record.run(),
        record.plan(),
        record.outline().fingerprint().identity(),
        Judge.head(seen.get(seen.size() - 1)),
        word ? STEP : "",
        who,
        word ? role : "",
        "",
        "",
        now,
        now.plus(Duration.ofHours(24)),
        String.format("%016x%016x", random.nextLong(), random.nextLong()));
  }

  private void put(Letter letter, byte[] bytes) throws IOException {
    Path file = inbox().resolve(letter.file());
    Files.write(file, bytes);
    files.add(file);
    old.add(bytes);
  }

  private Path inbox() {
    Path journal = life.run().journal();
    return journal.resolveSibling(journal.getFileName() + ".inbox");
  }

  private void forged() throws IOException {
    Letter letter = letter(Letter.Kind.YES, somebody());
    boolean mine = random.nextBoolean();
    String other = somebody();
    byte[] bytes =
        mine || other.equals(letter.who())
            ? letter.signedBy(Signer.ephemeral())
            : letter.signedBy(key(other));
    put(letter, random.nextInt(4) == 0 ? letter.unsigned() : bytes);
  }

  private void edited() throws IOException {
    Letter letter = letter(Letter.Kind.YES, somebody());
    byte[] bytes = letter.signedBy(key(letter.who()));
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    put(letter, bytes);
  }

  /** One that was put there before, at another time. */
  private void replayed() throws IOException {
    if (!files.isEmpty() && lying.isEmpty()) {
      int which = random.nextInt(files.size());
      if (!Files.exists(files.get(which))) {
        Files.write(files.get(which), old.get(which));
      }
    }
  }

  /** Signed by whose word it is, and said of something else or at another time. */
  private void elsewhere() throws IOException {
    List<String> open = life.model.couldAgree();
    Letter is = letter(Letter.Kind.YES, open.isEmpty() ? somebody() : any(open));
    Entry opened = seen.get(1 + random.nextInt(3));
    assertThat(opened.type()).isNotEqualTo("WAITING");
    Instant now = is.at();
    Letter other =
        switch (random.nextInt(7)) {
          case 0 -> with(is, "another", is.plan(), is.target(), is.head(), now);
          case 1 -> with(is, is.run(), "sha256:0", is.target(), is.head(), now);
          case 2 -> with(is, is.run(), is.plan(), "another", is.head(), now);
          case 3 -> with(is, is.run(), is.plan(), is.target(), Judge.head(opened), now);
          case 4 -> with(is, is.run(), is.plan(), is.target(), otherHash(opened), now);
          case 5 -> with(is, is.run(), is.plan(), is.target(), is.head(), now.plusSeconds(100_000));
          default ->
              with(is, is.run(), is.plan(), is.target(), is.head(), now.minusSeconds(100_000));
        };
    put(other, other.signedBy(key(other.who())));
  }

  /** The last record's number and another's hash: of a journal that went another way. */
  private String otherHash(Entry other) {
    return seen.get(seen.size() - 1).seq() + ":" + other.hash();
  }

  private static Letter with(
      Letter is, String run, String plan, String target, String head, Instant at) {
    return new Letter(
        is.kind(),
        run,
        plan,
        target,
        head,
        is.subject(),
        is.who(),
        is.role(),
        is.truth(),
        is.text(),
        at,
        at.plus(Duration.ofHours(24)),
        is.nonce());
  }
}
