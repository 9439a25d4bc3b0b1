package dev.gatehouse.core.model;

/**
 * A step that writes, and says how that is undone.
 *
 * @since 0.1
 */
public non-sealed interface Change extends Step {

  /**
   * Reads what the effect needs (scripts, catalogue) and pins it. Writes nothing.
   *
   * @return the effect, the same at planning and at execution
   * @throws dev.gatehouse.core.outcome.Refusal when it can never succeed on this target
   */
  Effect bind(CheckContext reading) throws Exception;

  /** What reverses it once it is applied. */
  Undo undo();
}
