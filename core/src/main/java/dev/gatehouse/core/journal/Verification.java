package dev.gatehouse.core.journal;

import java.util.Optional;

/**
 * What an offline check of a journal found.
 *
 * <p>Immutable.
 *
 * @param verdict the answer
 * @param records how many records follow each other from the start; what vouches for them, the
 *     explanation says
 * @param firstBad the first record that is wrong, or missing
 * @param kind what is wrong with it
 * @param explanation the same in words
 * @since 0.1
 */
public record Verification(
    Verdict verdict,
    long records,
    Optional<Long> firstBad,
    Optional<JournalDefect> kind,
    String explanation) {

  /** The answer, with the exit code a command that verifies should end with. */
  public enum Verdict {
    /** In good order, and tied to something kept outside of the file. */
    VALID(0),
    /** Not what was written. */
    INVALID(1),
    /** In good order, but nothing outside of the file says that it is the one that was written. */
    UNANCHORED(2),
    /** No journal, or none this version can read. */
    UNREADABLE(3);

    private final int exitCode;

    Verdict(int exitCode) {
      this.exitCode = exitCode;
    }

    /** 0 to 3, for scripts. */
    public int exitCode() {
      return exitCode;
    }
  }

  static Verification invalid(long records, Fault fault) {
    return new Verification(
        Verdict.INVALID,
        records,
        Optional.of(fault.seq()),
        Optional.of(fault.kind()),
        "record " + fault.seq() + ": " + fault.kind() + ": " + fault.text());
  }

  /** The same, with more said. */
  Verification saying(String more) {
    return more.isEmpty()
        ? this
        : new Verification(verdict, records, firstBad, kind, explanation + "; " + more);
  }

  static Verification of(Verdict verdict, long records, String explanation) {
    return new Verification(verdict, records, Optional.empty(), Optional.empty(), explanation);
  }
}
