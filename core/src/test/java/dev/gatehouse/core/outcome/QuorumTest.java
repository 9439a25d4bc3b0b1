package dev.gatehouse.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuorumTest {
  private static final List<String> ROLES = List.of("a", "b", "c", Quorum.EVERYONE);

  /** Tries every way to give the rest of the places to people who are still free. */
  private static int most(List<String> places, int from, Map<String, Set<String>> people) {
    if (from == places.size()) {
      return 0;
    }
    int best = most(places, from + 1, people);
    for (String who : List.copyOf(people.keySet())) {
      if (places.get(from).equals(Quorum.EVERYONE)
          || people.getOrDefault(who, Set.of()).contains(places.get(from))) {
        Map<String, Set<String>> rest = new HashMap<>(people);
        rest.remove(who);
        best = Math.max(best, 1 + most(places, from + 1, rest));
      }
    }
    return best;
  }

  @Test
  void as_many_places_are_filled_as_can_be() {
    Random random = new Random(16);
    for (int round = 0; round < 2_000; round++) {
      List<String> places = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(4); i++) {
        places.add(ROLES.get(random.nextInt(ROLES.size())));
      }
      Map<String, Set<String>> people = new HashMap<>();
      for (int i = 0; i < random.nextInt(5); i++) {
        Set<String> roles = new HashSet<>();
        for (int j = 0; j < random.nextInt(3); j++) {
          roles.add(ROLES.get(random.nextInt(3)));
        }
        people.put("p" + i, roles);
      }
      Quorum.Seating seating = new Quorum(places, false).seat(people);
      assertThat(places.size() - seating.open().size())
          .as("%s %s", places, people)
          .isEqualTo(most(places, 0, people))
          .isEqualTo(seating.seated().size());
      seating
          .seated()
          .forEach(
              (who, role) ->
                  assertThat(
                          role.equals(Quorum.EVERYONE)
                              || people.getOrDefault(who, Set.of()).contains(role))
                      .isTrue());
    }
  }
}
