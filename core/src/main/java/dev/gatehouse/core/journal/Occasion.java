package dev.gatehouse.core.journal;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a channel may be told of. One record may be several of them: a run that ends as NOT_UNDONE
 * is ENDED, too.
 *
 * @since 0.1
 */
public enum Occasion {
  /** The run begins. */
  BEGAN,
  /** Somebody goes on with it. */
  RESUMED,
  /** It waits for people, for a moment or for a guard; told again when it waits for others. */
  WAITING,
  /** Nobody can say what became of a step. */
  IN_DOUBT,
  /** A guard tripped. */
  GUARD,
  /** It stopped before the next effect. */
  PAUSED,
  /** A gate stays closed: what was applied is undone next. */
  FAILED,
  /** Somebody, or a guard, stopped it. */
  STOPPED,
  /** It ended, however it did. */
  ENDED,
  /** It ended, and all gates opened. */
  SUCCEEDED,
  /** It ended, and nothing was left behind. */
  FAILED_CLEAN,
  /** It ended, and each undo of what had been applied succeeded. */
  UNDONE,
  /** It ended, and something that was applied remains. */
  NOT_UNDONE,
  /** It was stopped at once, nothing undone. */
  PANICKED;

  /**
   * What a record is.
   *
   * @param entry of an OUTCOME or RESOLVED one that leaves a doubt
   * @param state of the run behind it
   */
  static Set<Occasion> of(Entry entry, RunState state) {
    return switch (entry.type()) {
      case "WAITING" ->
          state == RunState.IN_DOUBT ? EnumSet.of(WAITING, IN_DOUBT) : EnumSet.of(WAITING);
      case "OUTCOME", "RESOLVED" -> EnumSet.of(WAITING, IN_DOUBT);
      case "GUARDED" ->
          RecordCodec.text(entry.body(), "reaction").isEmpty() ? Set.of() : EnumSet.of(GUARD);
      case "PAUSED" -> EnumSet.of(PAUSED);
      case "STOPPING" ->
          EnumSet.of(RecordCodec.text(entry.body(), "mode").equals("FAILED") ? FAILED : STOPPED);
      case "CLOSED" -> EnumSet.of(ENDED, valueOf(state.name()));
      default -> Set.of();
    };
  }
}
