package dev.gatehouse.core.letter;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.SignedWord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.History;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Word;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who is believed. A letter is held against run, plan, target and journal, and its sender against
 * the people of the runbook; what the word is about is no business of this class.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class Judge {
  private static final Duration SKEW = Duration.ofMinutes(1);

  /**
   * Somebody who is believed.
   *
   * @param who name of the person
   * @param proof how it was proven
   */
  public record Believed(String who, String proof) {}

  private final Optional<People> people;

  /**
   * @param people empty: the host vouches, and a letter is the word of the account that owns it
   */
  public Judge(Optional<People> people) {
    this.people = people;
  }

  /**
   * Whose word the letter is.
   *
   * @param journal the records of the run so far
   * @throws Refusal {@code word.FIELD} naming what differs
   */
  public Believed letter(Slip slip, RunRecord record, Supplier<List<Entry>> journal, Instant now) {
    if (slip.problem().isPresent()) {
      throw slip.problem().get();
    }
    Letter letter = slip.letter().orElseThrow();
    same("run", record.run(), letter.run());
    same("plan", record.plan(), letter.plan());
    same("target", record.outline().fingerprint().identity(), letter.target());
    long seen = seen(letter);
    List<Entry> entries = journal.get();
    if (seen >= entries.size() || !letter.head().equals(head(entries.get((int) seen)))) {
      throw Words.refused(
          "head", "it was said of another journal", "a record of this one", letter.head());
    }
    if (record.said().letter(letter.nonce()).isPresent()) {
      throw Words.refused("nonce", "it was said before", "a letter not read yet", letter.nonce());
    }
    if (letter.at().isAfter(now.plus(SKEW))) {
      throw Words.refused("at", "it is of the future", "at most " + now, letter.at().toString());
    }
    if (!now.isBefore(letter.expires())) {
      throw Words.refused(
          "expires", "it came too late", "read before " + letter.expires(), now.toString());
    }
    return sender(slip.signed().word(), slip.owner(), letter);
  }

  /**
   * What would keep that letter from counting, as people were named when the run was driven last;
   * what it is about, and whether it comes in time, only the run tells.
   */
  Optional<Finding> foreseen(Letter letter, SignedWord signed, String owner) {
    try {
      String who = sender(signed, owner, letter).who();
      if (!letter.role().isEmpty()) {
        requireRole(who, letter.role());
      }
      return Optional.empty();
    } catch (Refusal no) {
      return no.findings().stream().findFirst();
    }
  }

  /** How a letter names a record. */
  public static String head(Entry entry) {
    return entry.seq() + ":" + entry.hash();
  }

  /** The number of the record that the sender saw last. */
  public static long seen(Letter letter) {
    return letter.head().matches("[0-9]{1,9}:.*")
        ? Long.parseLong(letter.head().substring(0, letter.head().indexOf(':')))
        : Integer.MAX_VALUE;
  }

  private static void same(String field, String expected, String found) {
    if (!expected.equals(found)) {
      throw Words.refused(field, "it was said of another " + field, expected, found);
    }
  }

  private Believed sender(SignedWord signed, String owner, Letter letter) {
    if (people.isEmpty()) {
      requireWhole(signed, "the runbook has no people, so that no key is anybody's");
      if (!letter.who().equals(owner)) {
        throw Words.refused(
            "who",
            "nobody vouches for that name: the runbook has no people",
            "the account that owns the letter: " + owner,
            letter.who());
      }
      return new Believed(letter.who(), "os-user:" + owner);
    }
    Person person = known(letter.who());
    if (person.key().isEmpty()) {
      requireWhole(signed, person.name() + " has no key in the runbook");
      if (!person.answersTo(owner)) {
        throw Words.refused(
            "who",
            person.name() + " has no key, and the letter is of another account",
            "a letter of " + person.name() + "'s own account, or a key: person(...).withKey(...)",
            owner);
      }
      return new Believed(person.name(), "os-user:" + owner);
    }
    if (!signed.isSignedBy(person)) {
      throw Words.refused(
          "sig",
          signed.isUnsigned()
              ? "it is not signed"
              : "its signature is not of the key of " + person.name(),
          "key " + person.keyId().orElse(""),
          signed.isUnsigned() ? "no signature" : "another key, or another text");
    }
    return new Believed(person.name(), "key:" + person.keyId().orElse(""));
  }

  private static void requireWhole(SignedWord signed, String noKey) {
    if (!signed.isUnsigned()) {
      throw Words.refused("sig", noKey, "a letter that is not signed", "a signature");
    }
    if (!signed.isWhole()) {
      throw Words.refused("sig", "its digest is not that of its text", "", signed.sig());
    }
  }

  private Person known(String who) {
    return people
        .flatMap(all -> all.knownAs(who))
        .orElseThrow(
            () ->
                Words.refused(
                    "who",
                    "nobody of that name may decide about this run",
                    people.map(People::toString).orElse(""),
                    who));
  }

  /**
   * A word the host vouches for.
   *
   * @throws Refusal {@code word.who} or {@code word.sig} when there is no such person, or they have
   *     a key: then only a letter speaks for them
   */
  public Believed host(String who) {
    if (people.isPresent()) {
      Person person = known(who);
      if (person.key().isPresent()) {
        throw Words.refused(
            "sig", who + " has a key", "a letter signed with it", "a word the host vouches for");
      }
      return new Believed(person.name(), "host");
    }
    return new Believed(who, "host");
  }

  /**
   * That they hold the role.
   *
   * @throws Refusal {@code word.role} when they do not
   */
  public void requireRole(String who, String role) {
    if (people.isPresent() && !People.holds(known(who), role)) {
      throw Words.refused("role", who + " is no " + role, people.get().holding(role) + "", who);
    }
  }

  /** What the journal says of a step, with the words that count today. */
  public History history(RunRecord record, Step step) {
    Optional<StepRecord> told = record.step(step.name());
    return told.map(
            one ->
                new History(
                    one.since(),
                    initiators(record),
                    one.words().stream().filter(this::counts).toList(),
                    one.soFar()))
        .orElse(History.NONE);
  }

  /** The yes of somebody who holds the role no longer, or by another key, is nobody's. */
  private boolean counts(Word word) {
    if (people.isEmpty() || !word.yes()) {
      return true;
    }
    Optional<Person> person = people.get().named(word.who());
    return person
        .filter(one -> People.holds(one, word.role()))
        .filter(
            one ->
                one.keyId().map(id -> word.proof().equals("key:" + id)).orElse(true)
                    && (one.key().isPresent() || !word.proof().startsWith("key:")))
        .isPresent();
  }

  /** By the names people have here. */
  public Set<String> initiators(RunRecord record) {
    Set<String> names = new HashSet<>();
    for (String who : record.said().initiators()) {
      List<String> meant = people.map(all -> all.meantBy(who)).orElse(List.of());
      names.addAll(meant.isEmpty() ? List.of(who) : meant);
    }
    return names;
  }
}
