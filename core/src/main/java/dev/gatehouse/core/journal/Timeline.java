package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When the steps of a run were waited for, asked, executed and undone, and the numbers that a wait
 * told meanwhile: what {@link StepRecord} forgets as it moves on.
 *
 * <p>A view that moves on with its {@link RunRecord}; one thread at a time.
 *
 * @since 0.1
 */
public final class Timeline {

  /** What was done in a span. */
  public enum Kind {
    /** A check answered; journaled is the answer alone, so the span has no length. */
    CHECK,
    /** Waited for time or for people. */
    WAIT,
    /** From the intent of an effect until it was seen, or proven, how it ended. */
    EFFECT,
    /** The same of an undo. */
    UNDO
  }

  /**
   * Something that lasted.
   *
   * @param until the moment it ended, or of the last record when it has not
   * @param end the state it came to; empty while it lasts
   * @param proven whether nobody saw its end: it is known to have ended by then
   * @param evidence what was reported at its end
   */
  public record Span(
      String step,
      Kind kind,
      Instant from,
      Instant until,
      String end,
      boolean proven,
      Optional<Evidence> evidence) {}

  /** A number told by a wait, under the name of its fact. */
  public record Sample(String step, String name, Instant at, double value) {}

  /**
   * A moment that concerns all steps: the run was resumed, paused, told to stop, a guard tripped.
   */
  public record Mark(Instant at, String what) {}

  private record Open(String step, Kind kind, Instant from) {
    Span until(Instant moment, String end, boolean proven, Optional<Evidence> evidence) {
      return new Span(step, kind, from, moment, end, proven, evidence);
    }
  }

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]{1,15}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?");

  private final List<Span> spans = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final Map<String, Open> waits = new LinkedHashMap<>();
  private final Map<String, Open> effects = new LinkedHashMap<>();
  private Instant last = Instant.MIN;
  private @Nullable Instant closed;
  private boolean leased;

  /** Moves on by one record of the run. */
  void add(Entry entry) {
    Map<String, Object> body = entry.body();
    String step = RecordCodec.text(body, "step");
    last = Journal.ownClock(entry.type()) ? last : entry.at();
    switch (entry.type()) {
      case "LEASED" -> {
        if (leased) {
          marks.add(new Mark(entry.at(), "resumed"));
        }
        leased = true;
      }
      case "WAITING" -> waiting(step, entry);
      case "CHECKED" -> {
        ended(waits, step, entry, RecordCodec.text(body, "status"), false);
        moment(step, Kind.CHECK, entry, RecordCodec.text(body, "status"));
      }
      case "ACCEPTED" -> ended(waits, step, entry, StepState.SKIPPED.name(), false);
      case "INTENT" -> {
        Kind kind = RecordCodec.flag(body, "undo") ? Kind.UNDO : Kind.EFFECT;
        ended(waits, step, entry, "", false);
        ended(effects, step, entry, "", false);
        effects.put(step, new Open(step, kind, entry.at()));
      }
      case "OUTCOME" -> outcome(step, entry, false);
      case "RESOLVED" -> outcome(step, entry, true);
      case "ANSWERED" -> answered(step, entry);
      case "STOPPING" -> stopped(entry, RecordCodec.text(body, "mode"));
      case "PAUSED" -> stopped(entry, "PAUSED");
      case "GUARDED" -> {
        String reaction = RecordCodec.text(body, "reaction");
        if (!reaction.isEmpty()) {
          marks.add(new Mark(entry.at(), "guard: " + reaction));
        }
      }
      case "CLOSED" -> {
        stopped(entry, "");
        closed = entry.at();
      }
      default -> {
        // tells of no span
      }
    }
  }

  private void waiting(String step, Entry entry) {
    if (step.isEmpty()) {
      return;
    }
    waits.putIfAbsent(step, new Open(step, Kind.WAIT, entry.at()));
    Map<String, Object> evidence = RecordCodec.map(entry.body(), "evidence");
    if (!evidence.isEmpty()) {
      Evidence told = RecordCodec.evidence(evidence);
      told.facts()
          .forEach(
              (name, value) -> {
                if (NUMBER.matcher(value).matches()) {
                  samples.add(new Sample(step, name, entry.at(), Double.parseDouble(value)));
                }
              });
    }
  }

  private void outcome(String step, Entry entry, boolean proven) {
    String state = RecordCodec.text(entry.body(), "state");
    if (!RecordCodec.text(entry.body(), "coveredBy").isEmpty()) {
      moment(step, Kind.UNDO, entry, state);
    } else if (!state.equals(StepState.IN_DOUBT.name())) {
      ended(effects, step, entry, state, proven);
    }
  }

  private void answered(String step, Entry entry) {
    boolean yes = RecordCodec.flag(entry.body(), "yes");
    if (effects.containsKey(step)) {
      ended(effects, step, entry, (yes ? StepState.UNDONE : StepState.UNDO_FAILED).name(), false);
      return;
    }
    String state = (yes ? StepState.SUCCEEDED : StepState.FAILED_CLEAN).name();
    ended(waits, step, entry, state, false);
    moment(step, Kind.EFFECT, entry, state);
  }

  private void stopped(Entry entry, String mark) {
    new ArrayList<>(waits.keySet()).forEach(step -> ended(waits, step, entry, "", false));
    if (!mark.isEmpty()) {
      marks.add(new Mark(entry.at(), mark));
    }
  }

  private void moment(String step, Kind kind, Entry entry, String end) {
    spans.add(new Open(step, kind, entry.at()).until(entry.at(), end, false, evidence(entry)));
  }

  private void ended(Map<String, Open> open, String step, Entry entry, String end, boolean proven) {
    Open span = open.remove(step);
    if (span != null) {
      spans.add(span.until(entry.at(), end, proven, evidence(entry)));
    }
  }

  private static Optional<Evidence> evidence(Entry entry) {
    return Optional.of(RecordCodec.map(entry.body(), "evidence"))
        .filter(told -> !told.isEmpty())
        .map(RecordCodec::evidence);
  }

  /** What ended, in the order of its end, then what has not. */
  public List<Span> spans() {
    List<Span> all = new ArrayList<>(spans);
    waits.values().forEach(open -> all.add(open.until(last, "", false, Optional.empty())));
    effects.values().forEach(open -> all.add(open.until(last, "", false, Optional.empty())));
    return all;
  }

  /** When the run ended for good. */
  public Optional<Instant> closed() {
    return Optional.ofNullable(closed);
  }

  /** In the order they were told. */
  public List<Sample> samples() {
    return Collections.unmodifiableList(samples);
  }

  /** In order. */
  public List<Mark> marks() {
    return Collections.unmodifiableList(marks);
  }
}
