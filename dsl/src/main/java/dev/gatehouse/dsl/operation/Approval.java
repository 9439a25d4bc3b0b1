package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.History;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Quorum;
import dev.gatehouse.core.outcome.Word;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Waits until enough different people in these roles have agreed, and fails when one of them
 * declines. A standing check: asked again before each later effect on the target, and inside a
 * transaction just before it commits, so that a word that has lapsed by then rolls it back.
 *
 * <p>One person fills one place, whatever roles they hold. Who started or resumed the run fills
 * none, in no role, unless {@link #includingInitiator} says so; anybody who is asked may decline
 * until the first effect behind this step. Words count from the moment the step is asked.
 *
 * <p>Immutable. Reads the journal, and from the database only which one it is.
 *
 * @since 0.1
 */
public final class Approval implements Check {
  private final String question;
  private final List<Seats> seats;
  private final Duration validity;
  private final Duration earliest;
  private final String typing;
  private final boolean initiator;
  private final String name;

  private Approval(
      String question,
      List<Seats> seats,
      Duration validity,
      Duration earliest,
      String typing,
      boolean initiator,
      String name) {
    this.question = question;
    this.seats = List.copyOf(seats);
    this.validity = validity;
    this.earliest = earliest;
    this.typing = typing;
    this.initiator = initiator;
    this.name = name;
  }

  static Approval of(String question, List<Seats> seats, Duration validity) {
    if (validity.isZero() || validity.isNegative()) {
      throw new IllegalArgumentException("validFor is " + validity + ": above zero");
    }
    return new Approval(question, seats, validity, Duration.ZERO, "", false, Names.of(question));
  }

  /**
   * The same, never agreed to before that long has passed since it was first asked; words may be
   * said meanwhile, and one of them may be no.
   *
   * @throws IllegalArgumentException when negative, or not shorter than words are valid
   */
  public Approval notBefore(Duration wait) {
    if (wait.isNegative() || wait.compareTo(validity) >= 0) {
      throw new IllegalArgumentException(
          "notBefore is " + wait + ": zero or more, and less than words are valid, " + validity);
    }
    return new Approval(question, seats, validity, wait, typing, initiator, name);
  }

  /**
   * The same, where each yes must carry this word and the database it is about, as {@code RESTORE
   * shop on 7312...}: a constant alone would be typed by habit. The plan prints the whole.
   *
   * @throws IllegalArgumentException when it is blank
   */
  public Approval typing(String word) {
    if (word.isBlank()) {
      throw new IllegalArgumentException("word is blank: say what must be typed");
    }
    return new Approval(question, seats, validity, earliest, word, initiator, name);
  }

  /** The same, where who started the run may be one of those who agree. */
  public Approval includingInitiator() {
    return new Approval(question, seats, validity, earliest, typing, true, name);
  }

  /**
   * The same under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Approval named(String newName) {
    return new Approval(
        question, seats, validity, earliest, typing, initiator, Names.checked(newName));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean standing() {
    return true;
  }

  @Override
  public Optional<Quorum> quorum() {
    List<String> places = seats.stream().flatMap(one -> one.places().stream()).toList();
    return Optional.of(new Quorum(places, initiator));
  }

  @Override
  public List<String> plan(CheckContext reading) throws SQLException {
    List<String> lines = new ArrayList<>();
    lines.add("asks: " + question);
    lines.add(
        "agreed to by "
            + seats()
            + ", different people"
            + (initiator ? "" : ", not who starts it"));
    lines.add("a word is valid for " + Names.print(validity));
    if (!earliest.isZero()) {
      lines.add("not before " + Names.print(earliest) + " have passed since it is asked");
    }
    if (!typing.isEmpty()) {
      lines.add("each types: " + typed(reading));
    }
    return lines;
  }

  private String seats() {
    return seats.stream().map(Seats::toString).collect(Collectors.joining(", "));
  }

  private String typed(CheckContext reading) throws SQLException {
    if (typing.isEmpty()) {
      return "";
    }
    Fingerprint live = reading.target().dialect().identify(reading.connection());
    return typing + " " + live.database() + " on " + live.server();
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws SQLException {
    History history = reading.historyOf(this);
    Instant now = reading.now();
    Optional<Word> veto = history.words().stream().filter(word -> !word.yes()).findFirst();
    if (veto.isPresent()) {
      return Outcome.failed(
          vetoed(veto.get()), reading.evidence().with("declined", told(veto.get())));
    }
    List<Word> valid =
        history.words().stream()
            .filter(word -> now.isBefore(word.at().plus(validity)))
            .filter(word -> initiator || isOther(word, history))
            .toList();
    Quorum.Seating seating = quorum().orElseThrow().seat(roles(valid));
    Instant opens = history.since().orElse(now).plus(earliest);
    if (seating.open().isEmpty() && !now.isBefore(opens)) {
      return Outcome.passed(agreed(reading, valid, seating));
    }
    return waiting(reading, history, valid, seating, opens);
  }

  private static boolean isOther(Word word, History history) {
    return history.initiators().stream().noneMatch(one -> Word.samePerson(one, word.who()));
  }

  private static Map<String, Set<String>> roles(List<Word> words) {
    Map<String, Set<String>> roles = new LinkedHashMap<>();
    for (Word word : words) {
      String who =
          roles.keySet().stream()
              .filter(one -> Word.samePerson(one, word.who()))
              .findFirst()
              .orElse(word.who());
      roles.computeIfAbsent(who, key -> new HashSet<>()).add(word.role());
    }
    return roles;
  }

  private Evidence agreed(CheckContext reading, List<Word> valid, Quorum.Seating seating) {
    Evidence evidence = reading.evidence();
    Instant lapses = Instant.MAX;
    for (Map.Entry<String, String> seat : seating.seated().entrySet()) {
      Word word = last(valid, seat.getKey());
      evidence =
          evidence.with(seat.getKey(), seat.getValue() + ", " + word.at() + ", " + word.proof());
      Instant end = word.at().plus(validity);
      lapses = end.isBefore(lapses) ? end : lapses;
    }
    return evidence.with("valid until", lapses);
  }

  private static Word last(List<Word> words, String who) {
    return words.stream()
        .filter(word -> Word.samePerson(word.who(), who))
        .max(Comparator.comparing(Word::at))
        .orElseThrow();
  }

  private Outcome waiting(
      CheckContext reading,
      History history,
      List<Word> valid,
      Quorum.Seating seating,
      Instant opens)
      throws SQLException {
    Instant now = reading.now();
    Instant next =
        Stream.concat(
                Stream.of(opens).filter(now::isBefore),
                valid.stream().map(word -> word.at().plus(validity)))
            .min(Comparator.naturalOrder())
            .orElse(now.plus(validity));
    String typed = seating.open().isEmpty() ? "" : typed(reading);
    List<Need> needs =
        seating.open().stream().map(role -> new Need(role, question, typed)).toList();
    return new Outcome.Waiting(next, reason(valid, seating), needs, counted(history, valid));
  }

  /**
   * Whose words count now, and in which roles one more would fill a place: also in one whose places
   * are taken, where somebody can move to what is open. The same until a word is said or lapses.
   */
  private Optional<Evidence> counted(History history, List<Word> valid) {
    if (history.words().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Set<String>> roles = roles(valid);
    Evidence evidence =
        Evidence.at(history.since().orElse(Instant.EPOCH)).with("words", history.words().size());
    for (String who : roles.keySet()) {
      evidence =
          evidence.with(Quorum.COUNTS + who, String.join(", ", new TreeSet<>(roles.get(who))));
    }
    for (String role : quorum().orElseThrow().wanted(roles)) {
      evidence = evidence.with(Quorum.WANTED + role, "one more would fill a place");
    }
    return Optional.of(evidence);
  }

  /** The same as long as nothing changes: it is journaled again when it does. */
  private String reason(List<Word> valid, Quorum.Seating seating) {
    Map<String, Long> missing = new LinkedHashMap<>();
    seating.open().forEach(role -> missing.merge(role, 1L, Long::sum));
    String wanted =
        missing.entrySet().stream()
            .map(role -> role.getValue() + " more " + role.getKey())
            .collect(Collectors.joining(", "));
    String has =
        valid.stream()
            .map(word -> word.who() + ", " + word.role())
            .distinct()
            .collect(Collectors.joining("; "));
    return (wanted.isEmpty() ? "agreed to, not before " + Names.print(earliest) : wanted)
        + (has.isEmpty() ? "" : " (has " + has + ")");
  }

  private static String told(Word word) {
    return word.who() + ", " + word.role() + ", " + word.at() + ", " + word.proof();
  }

  private Finding vetoed(Word no) {
    return Finding.of(
            "approval.vetoed",
            "'" + name + "' was declined by " + no.who() + " (" + no.role() + ")")
        .withExpected(seats() + " agree, and nobody of them declines")
        .withFound(no.text().isEmpty() ? "no, without a reason" : no.text())
        .withFix("settle it with " + no.who() + ", then plan and run the runbook again");
  }

  @Override
  public String toString() {
    return name;
  }
}
