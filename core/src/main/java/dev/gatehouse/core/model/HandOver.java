package dev.gatehouse.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a runbook itself says of the time before and after it, for those who take over. Reports
 * compute the rest from the journal.
 *
 * <p>Immutable.
 *
 * @param incident what it answers to
 * @param closure between which steps users are shut out
 * @param followUps what is owed after it
 * @since 0.1
 */
public record HandOver(
    Optional<Incident> incident, Optional<Closure> closure, List<FollowUp> followUps) {

  /** Of a runbook that says nothing of it. */
  public static final HandOver NOTHING =
      new HandOver(Optional.empty(), Optional.empty(), List.of());

  /**
   * While users are shut out.
   *
   * @param from name of the change that shuts them out
   * @param until name of the change that lets them in again; the undo of the other does so, too
   */
  public record Closure(String from, String until) {}

  /**
   * @throws IllegalArgumentException when one thing is owed twice: nobody could tell which is done
   */
  public HandOver {
    followUps = List.copyOf(followUps);
    List<String> all = followUps.stream().map(FollowUp::what).toList();
    if (all.stream().distinct().count() != all.size()) {
      throw new IllegalArgumentException("one follow-up stands twice: " + all);
    }
  }

  HandOver with(Incident other) {
    return new HandOver(Optional.of(other), closure, followUps);
  }

  HandOver with(Closure other) {
    return new HandOver(incident, Optional.of(other), followUps);
  }

  HandOver with(List<FollowUp> more) {
    List<FollowUp> all = new ArrayList<>(followUps);
    all.addAll(more);
    return new HandOver(incident, closure, all);
  }
}
