package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Seats;
import dev.gatehouse.dsl.word.WordsModel.Known;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run that people talk to by chance, in as many processes as it takes, beside its model. */
final class WordsLife {
  static final List<String> ROLES = List.of("a", "b", "c");
  private static final int TURNS = 20;

  /** Where a process dies: it is an error, so that nothing catches it. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  final Random random;
  final Assembly all;
  final WordsModel model;
  final LettersByChance letters;
  private final List<Seats> seats = new ArrayList<>();
  private int dies;
  private String initiator = "p0";
  private @Nullable Run run;
  int deaths;

  WordsLife(long seed, Path where) throws Exception {
    random = new Random(seed);
    all = new Assembly(where);
    List<String> places = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String role = random.nextInt(5) == 0 ? "everyone" : ROLES.get(random.nextInt(3));
      places.add(role);
      seats.add(new Seats(1, role));
    }
    Duration valid = ofMinutes(60 + 60 * random.nextInt(2));
    Duration earliest = random.nextBoolean() ? ZERO : ofMinutes(20);
    Duration pause = ofMinutes(30 + 30 * random.nextInt(3));
    model = new WordsModel(places, valid, earliest, pause, all.clock.instant());
    model.initiators.add(initiator);
    do {
      know(five());
    } while (!possible() && random.nextInt(20) > 0);
    letters = new LettersByChance(this);
  }

  private List<Person> five() {
    List<Person> five = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      five.add(person("p" + i));
    }
    return five;
  }

  /** Whether anybody but who starts it could ever fill all the places. */
  private boolean possible() {
    return WordsModel.possible(model.places, model.people, model.initiators);
  }

  private Person person(String name) {
    Person person = all.keyed(name);
    for (String role : ROLES) {
      person = random.nextBoolean() ? person.as(role) : person;
    }
    return person;
  }

  private void know(List<Person> people) {
    all.people = People.of(people);
    model.people = known(people);
  }

  private static Map<String, Known> known(List<Person> people) {
    Map<String, Known> known = new LinkedHashMap<>();
    people.forEach(
        one -> known.put(one.name(), new Known(one.key().orElseThrow(), Set.copyOf(one.roles()))));
    return known;
  }

  private Step[] steps(String question) {
    Step approval =
        approval(question)
            .by(seats.get(0), seats.subList(1, seats.size()).toArray(Seats[]::new))
            .validFor(model.valid)
            .notBefore(model.earliest)
            .named(STEP);
    return new Step[] {
      change("zero"), approval, change("one"), waitTimer(model.pause), change("two")
    };
  }

  private Runner runner() {
    return Runner.journalingTo(all.journals)
        .withClock(all.clock)
        .startedBy(initiator)
        .withPoints(
            point -> {
              // Before that one nothing is written, and what dies there in the same process keeps
              // it.
              if (dies > 0 && !point.equals("run:lease.taken") && --dies == 0) {
                deaths++;
                throw new Death();
              }
            });
  }

  Run run() {
    return java.util.Objects.requireNonNull(run);
  }

  void live() throws Exception {
    boolean possible = possible();
    try {
      run = runner().start(Plan.of(all.book(steps("go?")), all.shop, all.clock));
    } catch (Refusal refused) {
      assertThat(refused.findings().get(0).code()).startsWith("approval.");
      assertThat(possible).isFalse();
      return;
    }
    assertThat(possible).isTrue();
    turn();
    for (int i = 0; i < TURNS && model.state == WordsModel.State.WAITING; i++) {
      for (int j = 0; j <= random.nextInt(3); j++) {
        act();
      }
      dies = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 0;
      turn();
    }
    dies = 0;
    run().close();
  }

  /** Both hear what was said, and look; then they are compared. */
  private void turn() throws IOException {
    Tick tick = advance();
    letters.heard();
    model.look(all.clock.instant(), letters.aborted());
    assertThat(run().record().state().name())
        .as("%s; words %s; %s", model.places, model.words, model.initiators)
        .isEqualTo(model.state.name());
    assertThat(all.done()).isEqualTo(model.done());
    if (tick instanceof Tick.NeedsInput asked) {
      assertThat(asked.questions()).hasSize(model.open);
    }
    assertThat(letters.journaled()).isEqualTo(letters.counted());
  }

  private Tick advance() {
    while (true) {
      try {
        Tick tick = run().advance();
        if (!(tick instanceof Tick.Paused)) {
          return tick;
        }
      } catch (Death death) {
        resume();
      }
    }
  }

  private void resume() {
    run().close();
    while (true) {
      try {
        run = runner().resume(all.book(steps("go?")), all.shop, run().journal());
        return;
      } catch (Death again) {
        assertThat(dies).isZero();
      }
    }
  }

  private void act() throws IOException {
    switch (random.nextInt(14)) {
      case 0, 1 -> all.clock.advance(ofMinutes(1 + random.nextInt(40)));
      case 2 -> {
        initiator = letters.somebody();
        model.initiators.add(initiator);
        resume();
      }
      case 3 -> {
        if (random.nextInt(3) == 0) {
          otherPeople();
        }
      }
      case 4 -> {
        if (random.nextInt(3) == 0) {
          otherRunbook();
        }
      }
      default -> letters.one();
    }
  }

  /** Somebody gets other roles, another key, or leaves; then somebody resumes the run. */
  private void otherPeople() {
    List<Person> people = new ArrayList<>(all.people.all());
    int which = random.nextInt(people.size());
    String name = people.get(which).name();
    People before = all.people;
    Map<String, dev.gatehouse.core.journal.Signer> keys = new HashMap<>(all.keys);
    switch (random.nextInt(3)) {
      case 0 -> people.set(which, person(name));
      case 1 -> {
        all.keys.remove(name);
        String[] roles = people.get(which).roles().toArray(String[]::new);
        people.set(which, all.keyed(name).as(roles));
      }
      default -> people.remove(which);
    }
    boolean possible =
        !people.isEmpty() && WordsModel.possible(model.places, known(people), Set.of());
    if (possible) {
      know(people);
      resume();
    } else if (!people.isEmpty()) {
      dies = 0;
      all.people = People.of(people);
      assertThatThrownBy(this::resume).hasMessageContaining("code      approval.");
      all.people = before;
      all.keys.putAll(keys);
      resume();
    }
  }

  /** Another question, without people, a step less: nobody goes on with that. */
  private void otherRunbook() {
    dies = 0;
    run().close();
    List<Step> fewer = new ArrayList<>(List.of(steps("go?")));
    fewer.remove(2);
    Path journal = run().journal();
    assertThatThrownBy(() -> runner().resume(all.book(steps("really?")), all.shop, journal).close())
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(
            () -> runner().resume(all.book(fewer.toArray(Step[]::new)), all.shop, journal).close())
        .isInstanceOf(Refusal.class);
    resume();
  }

  /** Names of those who are there today. */
  List<String> names() {
    return model.people.keySet().stream().sorted().toList();
  }
}
