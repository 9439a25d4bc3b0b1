package dev.gatehouse.core.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a runbook answers to. Told by people, never measured: reports count from it and say so.
 *
 * <p>Immutable.
 *
 * @param began when it began to hurt
 * @param good the last moment at which the data were known to be good
 * @param exposed names of credentials that somebody may have seen; each is to be rotated
 * @since 0.1
 */
public record Incident(Instant began, Instant good, List<String> exposed) {

  /**
   * @throws IllegalArgumentException when good is later than began, or a name is blank
   */
  public Incident {
    exposed = List.copyOf(exposed);
    if (good.isAfter(began)) {
      throw new IllegalArgumentException(
          "good is " + good + ", later than began (" + began + "): it would restore the damage");
    }
    if (exposed.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("exposed holds a blank name: name each credential");
    }
  }

  /** The same, in which these credentials may have been seen: names, never secrets. */
  public Incident exposing(String first, String... more) {
    List<String> all = new ArrayList<>(exposed);
    all.add(first);
    all.addAll(List.of(more));
    return new Incident(began, good, all);
  }
}
