package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.Timeline.Kind;
import dev.gatehouse.core.journal.Timeline.Span;
import dev.gatehouse.core.model.HandOver;
import dev.gatehouse.core.model.HandOver.Closure;
import dev.gatehouse.core.model.Incident;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What those who take over must know of a run, computed from its journal alone. What the journal
 * does not tell is not guessed.
 */
record HandOverFacts(RunRecord run) {

  /**
   * The target was put back to a backup.
   *
   * @param snapshotAt when the content of the backup was true; empty when no moment is told
   * @param replayed whether later changes were replayed on it: then less is lost than since that
   */
  record Restored(
      String step,
      Instant begun,
      Instant ended,
      boolean proven,
      Optional<Instant> snapshotAt,
      String artifact,
      String safety,
      boolean replayed) {

    /** Written to the target meanwhile, and not in it now; empty when the clocks contradict. */
    Optional<Duration> lost() {
      return snapshotAt
          .filter(at -> !replayed && !at.isAfter(begun))
          .map(at -> Duration.between(at, ended));
    }
  }

  /**
   * Users were shut out.
   *
   * @param until when they were let in again; empty when this run did not
   */
  record Closed(Instant from, Optional<Instant> until) {}

  private static final String SNAPSHOT = "snapshotAt";

  HandOver told() {
    return run.outline().handOver();
  }

  /** Each restore of the target, as a step or as an undo, that was not undone, in order. */
  List<Restored> restores() {
    List<Span> spans = run.timeline().spans();
    return spans.stream()
        .filter(span -> span.end().equals(done(span.kind())) && !undoneAfter(spans, span))
        .flatMap(span -> restored(span).stream())
        .toList();
  }

  private static boolean undoneAfter(List<Span> spans, Span effect) {
    return effect.kind() == Kind.EFFECT
        && spans.subList(spans.indexOf(effect), spans.size()).stream()
            .anyMatch(later -> later.kind() == Kind.UNDO && ended(later, effect.step()));
  }

  private static String done(Kind kind) {
    return kind == Kind.UNDO ? StepState.UNDONE.name() : StepState.SUCCEEDED.name();
  }

  /** Told by whoever put the target back, and by nobody else. */
  private static Optional<Restored> restored(Span span) {
    return span.evidence()
        .filter(told -> told.fact(SNAPSHOT).isPresent())
        .map(
            told ->
                new Restored(
                    span.step(),
                    span.from(),
                    span.until(),
                    span.proven(),
                    told.fact(SNAPSHOT).flatMap(HandOverFacts::moment),
                    told.fact("artifact").orElse(""),
                    told.fact("safety").orElse(""),
                    told.fact("level").filter(level -> level.contains("replayed")).isPresent()));
  }

  private static Optional<Instant> moment(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException notOfOurs) {
      return Optional.empty();
    }
  }

  /** The last of them. */
  Optional<Restored> restored() {
    List<Restored> all = restores();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * From the begin of the incident, or of the run where that was not told, to the restored target.
   */
  Optional<Duration> recovery() {
    Instant from = told().incident().map(Incident::began).orElse(run.opened());
    return restored().map(restored -> Duration.between(from, restored.ended()));
  }

  /** Whether they were out before the run began, so that nobody here knows since when. */
  boolean closedBefore() {
    return told()
        .closure()
        .flatMap(closure -> run.step(closure.from()))
        .filter(step -> step.state() == StepState.SKIPPED)
        .isPresent();
  }

  /** From the intent to shut users out to the proof that they were let in. */
  Optional<Closed> closed() {
    return told().closure().flatMap(this::closed);
  }

  private Optional<Closed> closed(Closure closure) {
    Optional<Instant> from = Optional.empty();
    Optional<Instant> until = Optional.empty();
    for (Span span : run.timeline().spans()) {
      boolean first = span.step().equals(closure.from());
      if (shuts(span, closure)) {
        from = from.or(() -> Optional.of(span.from()));
        until = Optional.empty();
      } else if (ended(span, first ? closure.from() : closure.until())
          && first == (span.kind() == Kind.UNDO)) {
        until = Optional.of(span.until());
      }
    }
    Optional<Instant> open = until;
    return from.map(begin -> new Closed(begin, open));
  }

  /** Perhaps even by an effect that failed: only what left nothing behind has not. */
  private static boolean shuts(Span span, Closure closure) {
    boolean nothing =
        span.end().equals(StepState.FAILED_CLEAN.name())
            || span.end().equals(StepState.PENDING.name());
    return (span.step().equals(closure.from()) && span.kind() == Kind.EFFECT && !nothing)
        || (ended(span, closure.until()) && span.kind() == Kind.UNDO);
  }

  /** Whether it is of that step, and did what it was to do. */
  private static boolean ended(Span span, String step) {
    return span.step().equals(step) && span.end().equals(done(span.kind()));
  }
}
