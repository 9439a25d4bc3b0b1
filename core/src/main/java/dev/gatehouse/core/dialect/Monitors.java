package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server at work tells about itself: its sessions, who waits for whom, deadlocks, and how
 * far its copies are behind.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public interface Monitors {

  /** What the server told, or why it did not. */
  sealed interface Answer permits Counted, Unknown {}

  /**
   * A number.
   *
   * @param example the worst of what was counted, in words; empty when there is nothing to show
   * @param remedy what to look at or to execute when it is too large
   * @param counting for how long the server has been counting, in its own clock; empty for a number
   *     that is no sum over time, and for a count that never began anew
   */
  record Counted(long number, String example, String remedy, Optional<Duration> counting)
      implements Answer {}

  /** No answer could be had, which is none at all: what the account may not see is not absent. */
  record Unknown(Finding why) implements Answer, Copies {}

  /** One question. */
  interface Question {
    /** The exact statements it asks. */
    List<String> preview(Connection connection) throws SQLException;

    /** Asks it now, also in a transaction that has asked before. */
    Answer ask(Connection connection) throws SQLException;
  }

  /** The states that {@link #sessions} knows, as the product or its users name them. */
  Set<String> sessionStates();

  /**
   * Sessions at work in the target's database; Gatehouse's own are not counted.
   *
   * @param state one of {@link #sessionStates}
   */
  Question sessions(String state);

  /** Sessions of the target's database that wait for a lock. */
  Question lockWaits();

  /** Deadlocks the server has counted. */
  Question deadlocks();

  /** How far the copies of the server are behind. */
  Replication replication();

  /** Copies of a server that follow its log. */
  interface Replication {
    /**
     * The exact statements it asks.
     *
     * @param replicas those to look at; none for all that the server knows of
     * @param noneIsRight whether there need not be any
     * @throws dev.gatehouse.core.outcome.Refusal when the product cannot tell that way
     */
    List<String> preview(Connection connection, List<Target> replicas, boolean noneIsRight)
        throws SQLException;

    /** Where the log ends, and what of it each copy has applied. */
    Copies look(Connection connection, List<Target> replicas) throws SQLException;
  }

  /** What is known of the copies. */
  sealed interface Copies permits Known, Unknown {}

  /**
   * All copies there are, or were asked for.
   *
   * @param end where the log ended before the copies were asked
   * @param remedy what to look at when one is too far behind
   */
  record Known(Position end, List<Copy> copies, String remedy) implements Copies {
    public Known {
      copies = List.copyOf(copies);
    }
  }

  /**
   * A copy.
   *
   * @param applied up to where it has applied the log
   */
  record Copy(String name, Position applied) {}

  /**
   * A place in a log.
   *
   * @param file number of the file; 0 where the log is one
   * @param offset in bytes
   */
  record Position(long file, long offset) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      int byFile = Long.compare(file, other.file);
      return byFile != 0 ? byFile : Long.compare(offset, other.offset);
    }
  }
}
