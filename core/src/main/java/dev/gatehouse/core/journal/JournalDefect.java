package dev.gatehouse.core.journal;

/**
 * What is wrong with a journal.
 *
 * @since 0.1
 */
public enum JournalDefect {
  /** A record is not the one that was written. */
  EDIT,
  /** Records are missing between others. */
  GAP,
  /** Records stand in another order, or one stands there twice. */
  REORDER,
  /** Records are missing at the end. */
  TRUNCATION,
  /** Two histories claim the same place, each in good order. */
  FORK,
  /** A signature is not one of the journal's key over what it should cover. */
  BAD_SIGNATURE,
  /** The journal is signed by a key that is not among the expected ones. */
  UNKNOWN_KEY,
  /** The head, or a seal, is one of another run under the same key. */
  OTHER_RUN,
  /** A record claims to be older than the one before it. */
  CLOCK_REGRESS,
  /** The last line was not written whole; opening the journal repairs it. */
  TORN_TAIL,
  /** A file named in the journal is missing or not what it was. */
  ARTIFACT_MISMATCH,
  /** Somebody is said to have said what they did not sign. */
  BAD_WORD
}
