package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import dev.gatehouse.dsl.operation.Seats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random words, vetoes, lapses, edits, replays, deaths and resumes, each followed by a look at
 * whether the gate is open, held against a model that knows nothing of letters and journals.
 */
class RandomWordsTest {
  private static final List<String> ROLES = List.of("a", "b", "c");
  private static final int NIGHTLY = 1_000;

  @TempDir Path directory;

  /** Where a process dies: it is an error, so that nothing catches it. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  private record Spoken(Person who, String role, Instant at, boolean yes) {}

  /** What should come of it: words by hand, seats by trying everything. */
  private static final class Model {
    final List<String> places;
    final Duration valid;
    final Duration earliest;
    final Set<String> initiators = new HashSet<>();
    final List<Spoken> words = new ArrayList<>();
    Instant since = Instant.MAX;
    int open;

    Model(List<String> places, Duration valid, Duration earliest) {
      this.places = places;
      this.valid = valid;
      this.earliest = earliest;
    }

    boolean counts(Spoken word) {
      boolean asked = places.contains(word.role) || places.contains("everyone");
      boolean holds = word.role.equals("everyone") || word.who.roles().contains(word.role);
      boolean agrees = open > 0 && !initiators.contains(word.who.name());
      return asked && holds && (!word.yes || agrees);
    }

    boolean vetoed() {
      return words.stream().anyMatch(word -> !word.yes);
    }

    boolean agreed(Instant now) {
      List<Spoken> valid = new ArrayList<>();
      for (Spoken word : words) {
        if (word.yes
            && now.isBefore(word.at.plus(this.valid))
            && !initiators.contains(word.who.name())) {
          valid.add(word);
        }
      }
      open = places.size() - most(0, valid, Set.of());
      return open == 0 && !now.isBefore(since.plus(earliest));
    }

    private int most(int place, List<Spoken> valid, Set<String> seated) {
      if (place == places.size()) {
        return 0;
      }
      int best = most(place + 1, valid, seated);
      for (Spoken word : valid) {
        boolean fits = places.get(place).equals("everyone") || places.get(place).equals(word.role);
        if (fits && !seated.contains(word.who.name())) {
          Set<String> more = new HashSet<>(seated);
          more.add(word.who.name());
          best = Math.max(best, 1 + most(place + 1, valid, more));
        }
      }
      return best;
    }

    /** Whether anybody but who starts it could ever fill all the places. */
    boolean possible(List<Person> people) {
      List<Spoken> all = new ArrayList<>();
      for (Person person : people) {
        if (!initiators.contains(person.name())) {
          person.roles().forEach(role -> all.add(new Spoken(person, role, Instant.EPOCH, true)));
          all.add(new Spoken(person, "everyone", Instant.EPOCH, true));
        }
      }
      return most(0, all, Set.of()) == places.size();
    }
  }

  /** One life of a run, in as many processes as it takes. */
  private static final class Life {
    final Random random;
    final Assembly all;
    final List<Person> people = new ArrayList<>();
    final List<byte[]> letters = new ArrayList<>();
    final Model model;
    final Step[] steps;
    boolean dies;
    Run run;

    Life(long seed, Path where) throws Exception {
      random = new Random(seed);
      all = new Assembly(where);
      for (int i = 0; i < 5; i++) {
        Person person = all.keyed("p" + i);
        for (String role : ROLES) {
          person = random.nextInt(3) == 0 ? person.as(role) : person;
        }
        people.add(person);
      }
      all.people = People.of(people);
      List<String> places = new ArrayList<>();
      List<Seats> seats = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        String role = random.nextInt(5) == 0 ? "everyone" : ROLES.get(random.nextInt(3));
        places.add(role);
        seats.add(new Seats(1, role));
      }
      model =
          new Model(
              places,
              ofMinutes(60 + 60 * random.nextInt(2)),
              ofMinutes(random.nextBoolean() ? 0 : 20));
      Approval approval =
          approval("go?")
              .by(seats.get(0), seats.subList(1, seats.size()).toArray(Seats[]::new))
              .validFor(model.valid)
              .notBefore(model.earliest)
              .named(STEP);
      steps = new Step[] {approval, change("one")};
      model.initiators.add("p0");
    }

    Runner runner(String who) {
      return Runner.journalingTo(all.journals)
          .withClock(all.clock)
          .startedBy(who)
          .withPoints(
              point -> {
                if (dies
                    && (point.contains(":said")
                        || point.contains(":waiting")
                        || point.contains(":letter"))) {
                  dies = false;
                  throw new Death();
                }
              });
    }

    void live() throws Exception {
      try {
        run = runner("p0").start(Plan.of(all.book(steps), all.shop, all.clock));
      } catch (Refusal refused) {
        assertThat(refused.findings().get(0).code()).startsWith("approval.");
        assertThat(model.possible(people)).isFalse();
        return;
      }
      assertThat(model.possible(people)).isTrue();
      model.since = all.clock.instant();
      model.agreed(model.since);
      Tick tick = advance();
      for (int i = 0; i < 40 && !(tick instanceof Tick.Done); i++) {
        act();
        tick = advance();
        compare(tick);
      }
      run.close();
    }

    private void compare(Tick tick) {
      boolean vetoed = model.vetoed();
      boolean agreed = model.agreed(all.clock.instant());
      RunState expected =
          vetoed ? RunState.FAILED_CLEAN : agreed ? RunState.SUCCEEDED : RunState.WAITING;
      assertThat(run.record().state())
          .as("%s; words %s; initiators %s", model.places, model.words, model.initiators)
          .isEqualTo(expected);
      assertThat(all.done()).isEqualTo(vetoed || !agreed ? List.of() : List.of("one"));
      if (tick instanceof Tick.NeedsInput asked) {
        assertThat(asked.questions()).hasSize(model.open);
      }
    }

    private Tick advance() {
      while (true) {
        try {
          return run.advance();
        } catch (Death death) {
          resume(run.record().initiator());
        }
      }
    }

    private void resume(String who) {
      run.close();
      run = runner(who).resume(all.book(steps), all.shop, run.journal());
    }

    private void act() throws IOException {
      Person who = people.get(random.nextInt(people.size()));
      String role = random.nextInt(6) == 0 ? "everyone" : ROLES.get(random.nextInt(3));
      switch (random.nextInt(12)) {
        case 0 -> all.clock.advance(ofMinutes(1 + random.nextInt(40)));
        case 1 -> {
          if (random.nextInt(4) == 0) {
            speak(who, role, false);
          }
        }
        case 2 -> forge(who, role);
        case 3 -> replay();
        case 4 -> edit(who, role);
        case 5 -> {
          run.close();
          model.initiators.add(who.name());
          resume(who.name());
        }
        case 6 -> {
          dies = true;
          speak(who, role, true);
        }
        default -> speak(who, role, true);
      }
    }

    private void speak(Person who, String role, boolean yes) throws IOException {
      Spoken word = new Spoken(who, role, all.clock.instant(), yes);
      Mailbox box = all.of(run, who.name());
      try {
        if (yes) {
          box.yes(STEP, role, "");
        } else {
          box.no(STEP, role, "no");
        }
        lying().ifPresent(letters::add);
        if (model.counts(word)) {
          model.words.add(word);
        }
      } catch (Refusal notAsked) {
        assertThat(yes && model.open > 0).as(notAsked.getMessage()).isFalse();
      }
    }

    private java.util.Optional<byte[]> lying() throws IOException {
      try (Stream<Path> files = Files.list(inbox())) {
        java.util.Optional<Path> one = files.filter(Life::isLetter).findFirst();
        return one.isPresent()
            ? java.util.Optional.of(Files.readAllBytes(one.get()))
            : java.util.Optional.empty();
      }
    }

    private void forge(Person who, String role) {
      if (model.open > 0) {
        Mailbox.of(run.journal())
            .as(who.name())
            .withClock(all.clock)
            .signedBy(Signer.ephemeral())
            .yes(STEP, role, "");
      }
    }

    private static boolean isLetter(Path file) {
      return file.toString().endsWith(".letter");
    }

    private Path inbox() throws IOException {
      Path inbox = run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
      Files.createDirectories(inbox);
      return inbox;
    }

    private void replay() throws IOException {
      if (!letters.isEmpty()) {
        byte[] bytes = letters.get(random.nextInt(letters.size()));
        String text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
        String nonce = text.replaceAll(".*\"nonce\":\"([0-9a-f]+)\".*", "$1");
        String kind = text.contains("\"kind\":\"YES\"") ? "yes" : "no";
        Files.write(inbox().resolve(kind + "-" + nonce + ".letter"), bytes);
      }
    }

    private void edit(Person who, String role) throws IOException {
      if (model.open > 0) {
        all.of(run, who.name()).yes(STEP, role, "");
        try (Stream<Path> files = Files.list(inbox())) {
          Path letter = files.filter(Life::isLetter).findFirst().orElseThrow();
          byte[] bytes = Files.readAllBytes(letter);
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          Files.write(letter, bytes);
        }
      }
    }
  }

  private void lives(int number) throws Exception {
    long from = Long.getLong("words.from", 0);
    for (long seed = from; seed < from + number; seed++) {
      Path where = Files.createDirectory(directory.resolve("life" + seed));
      Life life = new Life(seed, where);
      try {
        life.live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void a_gate_opens_exactly_when_the_model_says() throws Exception {
    lives(Integer.getInteger("words.rounds", 30));
  }

  @Test
  @Tag("nightly")
  void a_gate_opens_exactly_when_the_model_says_a_thousand_times() throws Exception {
    lives(Integer.getInteger("words.rounds", NIGHTLY));
  }
}
