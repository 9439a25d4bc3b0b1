package dev.gatehouse.core.journal;

/**
 * Where a part of a step is that takes effect part by part.
 *
 * @since 0.1
 */
public enum PartState {
  /** Not executed, or proven not to have taken effect. */
  PENDING,
  /** The intent is durable; it may be under way. */
  INTENT,
  /** In effect. */
  APPLIED,
  /** The world was so before it, and executing it changed nothing: it is nothing to take back. */
  FOUND,
  /** Something is left of it that its next execution clears away. */
  REPEATABLE,
  /** It failed and left something behind. */
  PARTIAL,
  /** What takes it back may be under way. */
  TAKING_BACK,
  /** It was in effect and has been taken back. */
  TAKEN_BACK,
  /** It was in effect and has been undone together with its step. */
  UNDONE;

  /** Whether it has left something in the world, or may have. */
  public boolean inEffect() {
    return this != PENDING && this != FOUND && this != TAKEN_BACK && this != UNDONE;
  }
}
