package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Secret;
import java.util.List;

/**
 * One unit of work in a gate: a {@link Check} that only reads, or a {@link Change} that writes. A
 * verb of your own is a method that returns one.
 *
 * <p>Implementations are immutable; a step stands for its own result, see {@link
 * CheckContext#evidenceOf}.
 *
 * @since 0.1
 */
public sealed interface Step permits Check, Change {

  /** Name within the runbook: what reports print, and what a resumed run recognises it by. */
  String name();

  /**
   * Steps of the same runbook whose results it uses; the planner refuses it unless they all stand
   * before it.
   */
  default List<Step> refersTo() {
    return List.of();
  }

  /** Secrets the step works with, so that every text it causes is scrubbed of them. */
  default List<Secret> secrets() {
    return List.of();
  }
}
