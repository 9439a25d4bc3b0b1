package dev.gatehouse.core.dialect;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;

/**
 * How a product puts a backup in the place of a target's content. Which of the two it is decides
 * what can be promised.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public sealed interface RestoreMethod {

  /** The fact by which a restore tells the id of the safety copy that it took. */
  String SAFETY = "safety";

  /** The fact by which it tells the call that goes back to that copy. */
  String BACK = "goesBackBy";

  /**
   * In one transaction of the target: whatever goes wrong, it is rolled back. The run begins, marks
   * and commits, so it happens exactly once.
   */
  non-sealed interface InTransaction extends RestoreMethod {

    /**
     * While planning: refuses a chosen artifact that could never be restored to this target,
     * whoever accepts it, as far as its manifest tells. Reads only.
     *
     * @throws dev.gatehouse.core.outcome.Refusal naming what does not fit
     */
    void refuseUnfit(Artifact artifact, Target target) throws Exception;

    /**
     * While planning, also where the restore is somebody's undo and its artifact is not made yet:
     * refuses a target whose content this account could never replace. Reads only.
     *
     * @return what only a later moment can tell, in words that follow "UNKNOWN"
     * @throws dev.gatehouse.core.outcome.Refusal naming what stands in the way
     */
    List<String> refuseUnrestorable(Target target) throws Exception;

    /**
     * Before the transaction and with nothing replaced yet: refuses what would make the restore
     * fail, and what the artifact does not hold whole. Reads only.
     *
     * @param raw directory with the artifact's data, unpacked and verified
     * @throws dev.gatehouse.core.outcome.Refusal naming what stands in the way
     */
    void preflight(Artifact artifact, Path raw, Target target, Progress progress) throws Exception;

    /**
     * Refuses while others have sessions in the target: they may hold locks.
     *
     * @throws dev.gatehouse.core.outcome.Refusal naming them
     */
    void refuseSessions(Target target) throws Exception;

    /**
     * Ends the sessions of others in the target.
     *
     * @throws dev.gatehouse.core.outcome.Refusal naming those that are still there
     */
    void endSessions(Target target) throws Exception;

    /**
     * Replaces everything and proves that the content is the artifact's, within the open
     * transaction; neither commits nor rolls back.
     *
     * @param raw directory with the artifact's data, unpacked and verified
     * @return the content as it is now, compared with the artifact's
     * @throws dev.gatehouse.core.outcome.StepFailed when the content is not the artifact's
     */
    Content replace(Artifact artifact, Path raw, Connection session, Progress progress)
        throws Exception;
  }

  /** Beside the target, and then in its place by one act that can be looked for afterwards. */
  non-sealed interface Swap extends RestoreMethod {

    /**
     * While planning: refuses a chosen artifact that could never be restored to this target, as far
     * as its manifest tells. Reads only. By default every artifact fits.
     *
     * @throws dev.gatehouse.core.outcome.Refusal naming what does not fit
     */
    default void refuseUnfit(Artifact artifact, Target target) throws Exception {}

    /**
     * While planning, also where the restore is somebody's undo and its artifact is not made yet:
     * refuses a target whose content could never be replaced. Reads only. By default none is.
     *
     * @return what the plan must say of the way the content is replaced
     * @throws dev.gatehouse.core.outcome.Refusal naming what stands in the way
     */
    default List<String> refuseUnrestorable(Target target) throws Exception {
      return List.of();
    }

    /**
     * Takes back what an attempt under the same key has begun and not ended, before what is in the
     * target is kept as its safety backup. Nothing by default: the next attempt does it.
     */
    default void takeBack(Artifact artifact, Target target, String key, Progress progress)
        throws Exception {}

    /**
     * Puts the artifact's content in the place of the target's: all or nothing. Whatever goes
     * wrong, the target's content is either the old or the new one.
     *
     * @param raw directory with the artifact's data, unpacked and verified; the method may move the
     *     files
     * @param key idempotency key of the step
     */
    void restore(Artifact artifact, Path raw, Target target, String key, Progress progress)
        throws Exception;

    /** Whether the restore of that key took place; reads only. */
    State state(Target target, String key) throws Exception;
  }

  /** What is known of a restore that was interrupted. */
  enum State {
    APPLIED,
    NOT_APPLIED,
    /** Something is left of it, which the next try under the same key clears away or completes. */
    REPEATABLE,
    UNKNOWN
  }
}
