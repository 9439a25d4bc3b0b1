package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import java.util.List;

/**
 * What may stand inside a change that is all or nothing: statements, and {@link Check checks} that
 * see what it is about to commit.
 *
 * <p>Implementations are immutable.
 *
 * @since 0.1
 */
public interface TransactionPart {

  /**
   * Reads what the part needs and pins it. Writes nothing.
   *
   * @return the part, the same at planning and at execution
   * @throws dev.gatehouse.core.outcome.Refusal when it can never succeed on this target
   */
  Pinned pin(CheckContext reading) throws Exception;

  /** A part with everything read that it needs. */
  interface Pinned {

    /** Exact SQL or a sentence for each thing it does; part of the plan's digest. */
    List<String> preview();

    /** The statements of people's own that it executes, in their order; none for a check. */
    default List<ScriptStatement> statements() {
      return List.of();
    }

    /**
     * Executes on {@link EffectContext#connection}; neither commits nor rolls back.
     *
     * @return what came of it
     */
    Applied apply(EffectContext working) throws Exception;
  }

  /**
   * What came of a part.
   *
   * @param rows how many it changed
   * @param ended what its scripts left changed in the session and took with them as they ended
   * @param besides what they did that their statements do not say
   */
  record Applied(long rows, List<String> ended, List<String> besides) {
    /** What changes no row and leaves nothing: a check. */
    public static final Applied NOTHING = new Applied(0, List.of(), List.of());
  }
}
