package dev.gatehouse.core.journal;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of one part of a step.
 *
 * <p>A view that moves on with its {@link RunRecord}; one thread at a time.
 *
 * @since 0.1
 */
public final class PartRecord {
  private final int number;
  private final boolean takenBackAlone;
  String name;
  PartState state = PartState.PENDING;
  PartState before = PartState.PENDING;
  boolean found;
  @Nullable Instant ended;

  PartRecord(int number, String name, boolean takenBackAlone) {
    this.number = number;
    this.name = name;
    this.takenBackAlone = takenBackAlone;
  }

  /** Its place among the parts, counted from 1. */
  public int number() {
    return number;
  }

  /** What reports call it; empty for a part of an undo that was not begun. */
  public String name() {
    return name;
  }

  /** Whether something takes it back by itself. */
  public boolean takenBackAlone() {
    return takenBackAlone;
  }

  /** Where it is. */
  public PartState state() {
    return state;
  }

  /** Where it was before the intent that is recorded last. */
  public PartState before() {
    return before;
  }

  /** Whether the world was as it leaves it before it was executed. */
  public boolean found() {
    return found;
  }

  /** When it got to the state it is in; empty before it did. */
  public Optional<Instant> ended() {
    return Optional.ofNullable(ended);
  }
}
