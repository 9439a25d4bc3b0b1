package dev.gatehouse.core.model;

/**
 * What can be promised about how often an effect happens.
 *
 * @since 0.1
 */
public enum EffectClass {
  /** Reads; any number of executions. */
  READ,
  /** Commits together with its marker: exactly once. */
  TRANSACTIONAL,
  /** A statement no transaction can hold: at most one in flight, then a probe. */
  STATEMENT,
  /** Parts that each take effect for good: at most one in flight, then a probe of that part. */
  SEQUENCE,
  /** Outside the database: staging and atomic publish, then a probe. */
  EXTERNAL,
  /** Done by a person. */
  HUMAN
}
