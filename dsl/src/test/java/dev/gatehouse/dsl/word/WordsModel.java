package dev.gatehouse.dsl.word;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What should come of words about one approval that stands before two effects with a wait between
 * them, and behind one that is undone when somebody says no. Written from the rules alone: it knows
 * no letters, no journal and no matching, and finds out who may sit where by trying everything.
 */
final class WordsModel {
  private static final String EVERYONE = "everyone";

  /** Of a person: who they are today. */
  record Known(String key, Set<String> roles) {}

  /** What somebody said, and by which key. */
  record Spoken(String who, String key, String role, Instant at, boolean yes) {}

  /** Where the run should be. */
  enum State {
    WAITING,
    SUCCEEDED,
    UNDONE
  }

  final List<String> places;
  final Duration valid;
  final Duration earliest;
  final Duration pause;
  final Set<String> initiators = new HashSet<>();

  /** Each word that counted when it was read. */
  final List<Spoken> words = new ArrayList<>();

  Map<String, Known> people = Map.of();
  State state = State.WAITING;

  /** How many more people are asked for. */
  int open;

  private final Instant since;
  private boolean first;
  private Instant paused = Instant.MAX;

  WordsModel(
      List<String> places, Duration valid, Duration earliest, Duration pause, Instant since) {
    this.places = places;
    this.valid = valid;
    this.earliest = earliest;
    this.pause = pause;
    this.since = since;
  }

  /** Read on the run's turn; whether it counts. */
  boolean hears(Spoken word) {
    Known known = people.get(word.who);
    boolean proven = known != null && known.key.equals(word.key);
    boolean asked = places.contains(word.role) || places.contains(EVERYONE);
    boolean counts =
        proven
            && asked
            && holds(known, word.role)
            && (word.yes ? open > 0 && !initiators.contains(word.who) : !first);
    if (counts) {
      words.add(word);
    }
    return counts;
  }

  /** One person is enough, in no role at all. */
  boolean stops(String who, String key) {
    return people.containsKey(who) && people.get(who).key.equals(key);
  }

  private static boolean holds(Known known, String role) {
    return role.equals(EVERYONE) || known.roles.contains(role);
  }

  /** Behind all that was heard. */
  void look(Instant now, boolean aborted) {
    if (aborted || (!first && words.stream().anyMatch(word -> !word.yes))) {
      state = State.UNDONE;
      return;
    }
    if (!first) {
      first = agreed(now);
      paused = first ? now : paused;
    }
    if (first && !now.isBefore(paused.plus(pause))) {
      state = agreed(now) ? State.SUCCEEDED : State.WAITING;
    }
  }

  /** What took effect and was not undone. */
  List<String> done() {
    return switch (state) {
      case UNDONE -> List.of();
      case SUCCEEDED -> List.of("zero", "one", "two");
      case WAITING -> first ? List.of("zero", "one") : List.of("zero");
    };
  }

  private boolean agreed(Instant now) {
    List<Spoken> counting =
        words.stream().filter(word -> word.yes && counts(word) && lasts(word, now)).toList();
    open = places.size() - most(0, counting, Set.of());
    return open == 0 && !now.isBefore(since.plus(earliest));
  }

  private boolean lasts(Spoken word, Instant now) {
    return now.isBefore(word.at.plus(valid));
  }

  /** Still in that role, by the same key, and none of those who began or went on with the run. */
  private boolean counts(Spoken word) {
    Known known = people.get(word.who);
    return known != null
        && known.key.equals(word.key)
        && holds(known, word.role)
        && !initiators.contains(word.who);
  }

  private int most(int place, List<Spoken> counting, Set<String> seated) {
    if (place == places.size()) {
      return 0;
    }
    int best = most(place + 1, counting, seated);
    for (Spoken word : counting) {
      boolean fits = places.get(place).equals(EVERYONE) || places.get(place).equals(word.role);
      if (fits && !seated.contains(word.who)) {
        Set<String> more = new HashSet<>(seated);
        more.add(word.who);
        best = Math.max(best, 1 + most(place + 1, counting, more));
      }
    }
    return best;
  }

  /** Names of those who may fill a place, and have said nothing yet. */
  List<String> couldAgree() {
    return people.keySet().stream()
        .filter(who -> !initiators.contains(who))
        .filter(who -> words.stream().noneMatch(word -> word.who.equals(who)))
        .filter(who -> places.stream().anyMatch(place -> holds(people.get(who), place)))
        .toList();
  }

  /** Whether these people could ever fill all the places. */
  static boolean possible(List<String> places, Map<String, Known> people, Set<String> without) {
    WordsModel any =
        new WordsModel(places, Duration.ofDays(1), Duration.ZERO, Duration.ZERO, Instant.EPOCH);
    any.people = people;
    any.initiators.addAll(without);
    people.forEach(
        (who, known) -> {
          known.roles.forEach(role -> any.words.add(any.yes(who, known, role)));
          any.words.add(any.yes(who, known, EVERYONE));
        });
    return any.agreed(Instant.EPOCH);
  }

  private Spoken yes(String who, Known known, String role) {
    return new Spoken(who, known.key, role, Instant.EPOCH, true);
  }
}
