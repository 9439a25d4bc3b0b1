package dev.gatehouse.core.model;

/**
 * How an applied change is reversed.
 *
 * @since 0.1
 */
public sealed interface Undo {

  /** Nothing to reverse: the change leaves the target as it was. */
  record NothingToUndo(String why) implements Undo {}

  /** By that change, executed as a journaled step of its own; its own undo is not used. */
  record By(Change step) implements Undo {}

  /** Not at all, and why that is accepted. */
  record CannotBeUndone(String why) implements Undo {}
}
