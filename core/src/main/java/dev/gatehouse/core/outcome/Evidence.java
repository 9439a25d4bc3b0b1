package dev.gatehouse.core.outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was seen or made, and when: the raw facts behind a verdict. Evidence has an age.
 *
 * <p>Immutable.
 *
 * @param takenAt the moment the facts were true; for a backup the moment of its snapshot
 * @param facts names and values in the order they were added; numbers as decimal text
 * @param kept names of the facts that are read back later and stay as they are, letter by letter
 * @since 0.1
 */
public record Evidence(Instant takenAt, Map<String, String> facts, Set<String> kept) {

  public Evidence {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    kept = Set.copyOf(kept);
  }

  /** Evidence taken at that moment, without facts yet. */
  public static Evidence at(Instant takenAt) {
    return new Evidence(takenAt, Map.of(), Set.of());
  }

  /** The same evidence with one more fact. */
  public Evidence with(String name, Object value) {
    Map<String, String> more = new LinkedHashMap<>(facts);
    more.put(name, String.valueOf(value));
    return new Evidence(takenAt, more, kept);
  }

  /**
   * The same evidence with one more fact that somebody acts on later: an id, a key, a digest, a
   * position. It is journaled as it is, so it must be made by the house, never taken from a text.
   */
  public Evidence keeping(String name, Object value) {
    Set<String> more = new HashSet<>(kept);
    more.add(name);
    return new Evidence(takenAt, with(name, value).facts(), more);
  }

  /** The value of a fact. */
  public Optional<String> fact(String name) {
    return Optional.ofNullable(facts.get(name));
  }

  /** How old the evidence is; never negative. */
  public Duration age(Instant now) {
    Duration age = Duration.between(takenAt, now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
