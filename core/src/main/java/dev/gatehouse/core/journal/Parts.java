package dev.gatehouse.core.journal;

import dev.gatehouse.core.model.Outline.PartLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the journal says of the parts of a step that takes effect part by part, or of such an undo.
 *
 * <p>A view that moves on with its {@link RunRecord}; one thread at a time.
 *
 * @since 0.1
 */
public final class Parts {

  /** What is done with a part. */
  public enum Way {
    /** It is executed. */
    APPLY,
    /** What takes it back is executed. */
    TAKE_BACK,
    /** It is a part of the step's undo, and executed. */
    UNDO
  }

  /** What became of one part. */
  public record Told(Way way, int number, PartState state) {}

  private final List<PartRecord> parts = new ArrayList<>();

  Parts(List<PartLine> planned) {
    for (PartLine part : planned) {
      parts.add(new PartRecord(parts.size() + 1, part.name(), part.takenBackAlone()));
    }
  }

  void intent(Entry entry, Way way) {
    int number = number(entry.body(), "part");
    while (parts.size() < Math.max(number, number(entry.body(), "of"))) {
      // The parts of an undo stand in no outline.
      parts.add(new PartRecord(parts.size() + 1, "", false));
    }
    PartRecord part = parts.get(number - 1);
    part.name = part.name.isEmpty() ? RecordCodec.text(entry.body(), "name") : part.name;
    part.before = part.state;
    part.found = RecordCodec.flag(entry.body(), "found");
    part.state = way == Way.TAKE_BACK ? PartState.TAKING_BACK : PartState.INTENT;
  }

  /** What a record says of a part; most say nothing. */
  void told(Entry entry) {
    Optional<PartRecord> part = of(entry);
    if (part.isPresent()) {
      part.get().state = PartState.valueOf(RecordCodec.text(entry.body(), "partState"));
      part.get().ended = entry.at();
    }
  }

  /** The undo of the whole step has succeeded. */
  void undone() {
    inEffect().forEach(part -> part.state = PartState.UNDONE);
  }

  private static int number(Map<String, Object> body, String field) {
    return body.get(field) instanceof Long number ? Math.toIntExact(number) : 0;
  }

  static Way way(Map<String, Object> body) {
    return Way.valueOf(RecordCodec.text(body, "way"));
  }

  /** The part of which such a record tells; empty when it tells of none. */
  public Optional<PartRecord> of(Entry entry) {
    int number = number(entry.body(), "part");
    return number > 0 && number <= parts.size()
        ? Optional.of(parts.get(number - 1))
        : Optional.empty();
  }

  /** All of them, in order. */
  public List<PartRecord> all() {
    return Collections.unmodifiableList(parts);
  }

  /** Whether there are none: the step takes effect as a whole. */
  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Those that have left something in the world, or may have, in order. */
  public List<PartRecord> inEffect() {
    return parts.stream().filter(part -> part.state.inEffect()).toList();
  }

  /** The part whose intent is the last that is known of it. */
  public Optional<PartRecord> inFlight() {
    return parts.stream()
        .filter(part -> part.state == PartState.INTENT || part.state == PartState.TAKING_BACK)
        .findFirst();
  }

  /** The last one in effect, if something takes it back; empty when none is in effect. */
  public Optional<PartRecord> nextToTakeBack() {
    List<PartRecord> left = inEffect();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(left.get(left.size() - 1)).filter(PartRecord::takenBackAlone);
  }

  /** Such as {@code 3 of 7 applied, 2 taken back}; empty when nothing was begun. */
  public String text() {
    long back = count(PartState.TAKEN_BACK);
    long undone = count(PartState.UNDONE);
    long applied = count(PartState.APPLIED) + count(PartState.TAKING_BACK) + back + undone;
    long half = count(PartState.REPEATABLE) + count(PartState.PARTIAL);
    long open = count(PartState.INTENT);
    if (applied + half + open + count(PartState.FOUND) == 0) {
      return "";
    }
    return applied
        + " of "
        + parts.size()
        + " applied"
        + (count(PartState.FOUND) > 0 ? ", " + count(PartState.FOUND) + " found so" : "")
        + (half > 0 ? ", " + half + " half done" : "")
        + (open > 0 ? ", " + open + " begun" : "")
        + (back > 0 ? ", " + back + " taken back" : "")
        + (undone > 0 ? ", " + undone + " undone with the step" : "");
  }

  private long count(PartState state) {
    return parts.stream().filter(part -> part.state == state).count();
  }
}
