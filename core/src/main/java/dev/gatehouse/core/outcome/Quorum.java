package dev.gatehouse.core.outcome;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many people in which roles must agree. One person fills one place, whatever roles they hold:
 * places are filled all together, so that somebody with two roles never takes the place that only
 * they leave open for another.
 *
 * <p>Immutable.
 *
 * @param places the role of each place; {@link #EVERYONE} may be filled by anybody
 * @param initiatorCounts whether who started the run may fill one
 * @since 0.1
 */
public record Quorum(List<String> places, boolean initiatorCounts) {

  /** The role that everybody holds. */
  public static final String EVERYONE = "everyone";

  /** What evidence calls a person whose word counts, before their name. */
  public static final String COUNTS = "counts: ";

  /** What evidence calls a role in which one more would fill a place, before it. */
  public static final String WANTED = "wanted: ";

  public Quorum {
    places = List.copyOf(places);
    if (places.isEmpty()) {
      throw new IllegalArgumentException("places is empty: nobody would have to agree");
    }
  }

  /**
   * Who sits where.
   *
   * @param seated person to the role of their place
   * @param open roles of the places nobody fills
   */
  public record Seating(Map<String, String> seated, List<String> open) {
    public Seating {
      seated = Map.copyOf(seated);
      open = List.copyOf(open);
    }
  }

  /** Fills as many places as these people can, each of them one. */
  public Seating seat(Map<String, Set<String>> rolesOfPeople) {
    Map<String, Integer> seats = new HashMap<>();
    List<String> open = new ArrayList<>();
    for (int place = 0; place < places.size(); place++) {
      if (!fill(place, rolesOfPeople, seats, new HashSet<>())) {
        open.add(places.get(place));
      }
    }
    Map<String, String> seated = new HashMap<>();
    seats.forEach((person, place) -> seated.put(person, places.get(place)));
    return new Seating(seated, open);
  }

  /** Roles in which one more person would fill a place, be it that somebody moves for them. */
  public List<String> wanted(Map<String, Set<String>> rolesOfPeople) {
    int open = seat(rolesOfPeople).open().size();
    return places.stream()
        .distinct()
        .filter(
            role -> {
              Map<String, Set<String>> more = new HashMap<>(rolesOfPeople);
              more.put("one more", Set.of(role));
              return seat(more).open().size() < open;
            })
        .toList();
  }

  /** Kuhn's way: who sits there moves when another place is free for them. */
  private boolean fill(
      int place, Map<String, Set<String>> people, Map<String, Integer> seats, Set<String> tried) {
    String role = places.get(place);
    for (Map.Entry<String, Set<String>> person : people.entrySet()) {
      boolean may = role.equals(EVERYONE) || person.getValue().contains(role);
      if (may && tried.add(person.getKey())) {
        Integer before = seats.get(person.getKey());
        if (before == null || fill(before, people, seats, tried)) {
          seats.put(person.getKey(), place);
          return true;
        }
      }
    }
    return false;
  }
}
