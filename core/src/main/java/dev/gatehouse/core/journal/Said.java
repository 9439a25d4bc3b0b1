package dev.gatehouse.core.journal;

import dev.gatehouse.core.model.People;
import dev.gatehouse.core.outcome.Word;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the journal says of people: who started and resumed the run, who they all were when it was
 * last opened, and which letters were read.
 *
 * <p>A view that moves on with its {@link RunRecord}; one thread at a time.
 *
 * @since 0.1
 */
public final class Said {
  private final Set<String> initiators = new LinkedHashSet<>();
  private final Map<String, String> letters = new ConcurrentHashMap<>();
  private Optional<People> people = Optional.empty();
  private int refused;

  void initiator(String who) {
    initiators.add(who);
  }

  void add(Entry entry) {
    Map<String, Object> body = entry.body();
    if (entry.type().equals(Event.LEASED.name())) {
      initiators.addAll(RecordCodec.texts(body, "by"));
      people = RecordCodec.people(body);
    }
    String letter = RecordCodec.text(body, "letter");
    if (!letter.isEmpty()) {
      letters.putIfAbsent(letter, RecordCodec.text(body, "digest"));
    }
    if (entry.type().equals(Event.SAID.name()) && !RecordCodec.flag(body, "counts")) {
      refused++;
    }
  }

  /** Said when it was said to have been, never later than it was journaled. */
  static Word word(Entry entry) {
    Map<String, Object> body = entry.body();
    String said = RecordCodec.text(body, "said");
    Instant at = said.isEmpty() ? entry.at() : Instant.parse(said);
    return new Word(
        at.isAfter(entry.at()) ? entry.at() : at,
        RecordCodec.text(body, "who"),
        RecordCodec.text(body, "role"),
        RecordCodec.flag(body, "yes"),
        RecordCodec.text(body, "text"),
        RecordCodec.text(body, "proof"));
  }

  /** Everybody who started or resumed the run: names as they were given, and accounts. */
  public Set<String> initiators() {
    return Collections.unmodifiableSet(initiators);
  }

  /** Who may decide, as of the last start or resume; empty where the host vouches. */
  public Optional<People> people() {
    return people;
  }

  /** The digest of the letter that had that number; empty when none had. */
  public Optional<String> letter(String nonce) {
    return Optional.ofNullable(letters.get(nonce));
  }

  /** How many words did not count. */
  public int refused() {
    return refused;
  }
}
