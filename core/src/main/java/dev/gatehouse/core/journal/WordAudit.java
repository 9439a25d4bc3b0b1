package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether people said what the journal says they did: each letter that counted is there as its
 * sender signed it, and so are the keys of people. Whoever has the journal's own key can write a
 * journal in good order, and no letter.
 */
final class WordAudit {
  private static final String BY_KEY = "key:";
  private static final String BY_ACCOUNT = "os-user:";

  /** What a record tells, and where the letter has it. */
  private record Field(String told, String signed) {}

  private static final List<Field> SAME =
      List.of(
          new Field("step", "subject"),
          new Field("guard", "subject"),
          new Field("role", "role"),
          new Field("said", "at"),
          new Field("text", "text"),
          new Field("why", "text"),
          new Field("reason", "text"));

  private final List<Entry> entries;
  private final List<Fault> faults = new ArrayList<>();
  private final Set<String> read = new LinkedHashSet<>();
  private final Set<String> signers = new LinkedHashSet<>();
  private final Set<String> undoing = new HashSet<>();
  private Optional<People> people = Optional.empty();
  private int signed;
  private int byAccount;
  private int unseen;

  private WordAudit(List<Entry> entries) {
    this.entries = entries;
  }

  /** Of records that are chained in good order. */
  static WordAudit of(List<Entry> entries) {
    WordAudit audit = new WordAudit(entries);
    entries.forEach(audit::look);
    return audit;
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  /** How many were verified, and what cannot be told; empty where nobody said anything. */
  String text() {
    List<String> text = new ArrayList<>();
    if (signed > 0) {
      text.add(count(signed) + " of people verified by their keys");
    }
    if (byAccount > 0) {
      text.add(count(byAccount) + " that no key vouches for, by account");
    }
    if (unseen > 0) {
      text.add(
          count(unseen) + " not verified: the letter is not in the journal, so nobody can tell");
    }
    List<String> gone =
        signers.stream()
            .filter(one -> people.stream().flatMap(all -> all.all().stream()).noneMatch(named(one)))
            .toList();
    if (!gone.isEmpty()) {
      text.add("by a key that the runbook does not name any more: " + String.join(", ", gone));
    }
    return String.join("; ", text);
  }

  private static String count(int words) {
    return words + (words == 1 ? " word" : " words");
  }

  private static Predicate<Person> named(String signer) {
    return person -> signer.equals(signer(person));
  }

  private static String signer(Person person) {
    return person.name() + ", key " + person.keyId().orElse("none");
  }

  private void look(Entry entry) {
    if (entry.type().equals(Event.LEASED.name())) {
      try {
        people = RecordCodec.people(entry.body());
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(entry.seq(), JournalDefect.BAD_WORD, "no people: " + e.getMessage()));
      }
    }
    if (entry.type().equals(Event.INTENT.name())) {
      String step = RecordCodec.text(entry.body(), "step");
      if (!RecordCodec.flag(entry.body(), "undo")) {
        undoing.remove(step);
      } else {
        undoing.add(step);
      }
    }
    String proof = RecordCodec.text(entry.body(), "proof");
    boolean counts =
        !entry.type().equals(Event.SAID.name()) || RecordCodec.flag(entry.body(), "counts");
    if (counts && (proof.startsWith(BY_KEY) || proof.startsWith(BY_ACCOUNT))) {
      wrong(entry, proof)
          .ifPresent(
              why -> faults.add(new Fault(entry.seq(), JournalDefect.BAD_WORD, who(entry) + why)));
    }
  }

  private static String who(Entry entry) {
    return RecordCodec.text(entry.body(), "who") + " is said to have said it: ";
  }

  private Optional<String> wrong(Entry entry, String proof) {
    Map<String, Object> body = entry.body();
    if (RecordCodec.text(body, "letter").isEmpty()) {
      return Optional.of("there is no letter of theirs");
    }
    if (!body.containsKey("original")) {
      unseen++;
      return Optional.empty();
    }
    byte[] bytes = RecordCodec.text(body, "original").getBytes(UTF_8);
    SignedWord word;
    try {
      word = SignedWord.read(bytes);
    } catch (Refusal e) {
      return Optional.of("what they signed is no letter");
    }
    if (!Arrays.equals(word.bytes(), bytes)
        || !Sha256.of(bytes).equals(RecordCodec.text(body, "digest"))) {
      return Optional.of("what they signed is not the letter that was read");
    }
    return differs(entry, word).or(() -> unproven(body, proof, word));
  }

  /** What the record says against what was signed. */
  private Optional<String> differs(Entry entry, SignedWord word) {
    Map<String, Object> body = entry.body();
    Map<String, Object> letter = word.fields();
    String run = Head.run(entries);
    String kind = RecordCodec.text(letter, "kind");
    if (!run.isEmpty() && !run.equals(letter.get("run"))) {
      return Optional.of("they said it of another run");
    }
    if (!seen(entry, RecordCodec.text(letter, "head"))) {
      return Optional.of("they said it of another journal");
    }
    if (!RecordCodec.text(body, "letter").equals(letter.get("nonce"))
        || !read.add(RecordCodec.text(body, "letter"))) {
      return Optional.of("they said it once, and it is told twice or of another letter");
    }
    if (!isKind(entry, kind)) {
      return Optional.of("they signed " + kind + ", which is not what is told");
    }
    String truth = RecordCodec.text(letter, "truth");
    if (entry.type().equals(Event.RESOLVED.name()) && !isTruth(body, truth)) {
      return Optional.of("they signed " + truth + ", and " + body.get("state") + " is told");
    }
    return SAME.stream()
        .filter(field -> body.containsKey(field.told()))
        .filter(field -> !String.valueOf(letter.get(field.signed())).equals(body.get(field.told())))
        .findFirst()
        .map(field -> "they signed another " + field.told() + ": " + letter.get(field.signed()));
  }

  /** It names a record that its sender could see. */
  private boolean seen(Entry entry, String head) {
    String[] parts = head.split(":", 2);
    boolean before =
        parts.length == 2
            && parts[0].matches("[0-9]{1,9}")
            && Long.parseLong(parts[0]) < entry.seq();
    return before && entries.get(Integer.parseInt(parts[0])).hash().equals(parts[1]);
  }

  private static boolean isKind(Entry entry, String kind) {
    Map<String, Object> body = entry.body();
    String yes = RecordCodec.flag(body, "yes") ? "YES" : "NO";
    return switch (entry.type()) {
      case "SAID", "ANSWERED" -> kind.equals(yes);
      case "STOPPING" -> kind.equals(body.get("mode"));
      case "PAUSED" -> kind.equals("PAUSE");
      case "CONFIRMED" -> kind.equals("CONFIRM");
      case "ACCEPTED" -> kind.equals("ACCEPT");
      case "RESOLVED" -> kind.equals("RESOLVE");
      default -> false;
    };
  }

  /** What a truth may make of a step; which of these it is, its parts say. */
  private boolean isTruth(Map<String, Object> body, String truth) {
    boolean undo = undoing.contains(RecordCodec.text(body, "step"));
    String told = RecordCodec.text(body, "state");
    Optional<StepState> known =
        Stream.of(StepState.values()).filter(one -> one.name().equals(told)).findFirst();
    if (known.isEmpty()) {
      return false;
    }
    StepState state = known.get();
    StepState done = undo ? StepState.UNDONE : StepState.SUCCEEDED;
    if (!truth.equals("APPLIED")) {
      return state != done;
    }
    return state == done || (undo ? state.applied() : state == StepState.PENDING);
  }

  private Optional<String> unproven(Map<String, Object> body, String proof, SignedWord word) {
    String who = RecordCodec.text(body, "who");
    String by = RecordCodec.text(word.fields(), "who");
    Optional<Person> person = people.flatMap(all -> all.named(who));
    if (person.map(one -> !one.answersTo(by)).orElse(!who.equals(by))) {
      return Optional.of("the letter is of " + by);
    }
    if (proof.startsWith(BY_ACCOUNT)) {
      byAccount++;
      return word.isWhole() ? Optional.empty() : Optional.of("the letter was changed");
    }
    if (person.isEmpty() || !proof.equals(BY_KEY + person.get().keyId().orElse(""))) {
      return Optional.of("the runbook named nobody with that key");
    }
    if (!word.isSignedBy(person.get())) {
      return Optional.of("their key did not sign the letter");
    }
    signed++;
    signers.add(signer(person.get()));
    return Optional.empty();
  }
}
