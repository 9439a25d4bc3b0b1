package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the log as a whole.
 *
 * @param start of its first event
 * @param end behind its last
 * @param gtid as the server writes it; empty where it has none
 * @param at when it was committed; on MariaDB when the statement that committed it began, in whole
 *     seconds
 * @param exact whether that is more than whole seconds
 * @param counts of what it does in the database
 * @param schema texts of statements that make, alter or drop tables or programs there
 * @param changing texts of statements that change rows there
 * @param programs how many of the former are about views, routines, triggers and events
 * @param elsewhere events of other databases
 * @param asides statements that change no content, such as those about accounts
 * @param digest over its bytes, in hex
 * @param refusal why it cannot be replayed; null where it can
 */
record LogTransaction(
    Position start,
    Position end,
    String gtid,
    Instant at,
    boolean exact,
    RowCounts counts,
    List<String> schema,
    List<String> changing,
    int programs,
    int elsewhere,
    int asides,
    String digest,
    @Nullable Refusal refusal) {

  /** Whether anything of it is replayed. */
  boolean isOurs() {
    return counts.all() > 0 || !schema.isEmpty() || !changing.isEmpty() || refusal != null;
  }

  /** Whether it certainly was before that moment. */
  boolean isBefore(Instant moment) {
    return exact ? at.isBefore(moment) : !at.plusSeconds(1).isAfter(moment);
  }

  /** Whether it certainly was at that moment or later. */
  boolean isSince(Instant moment) {
    return !at.isBefore(moment);
  }

  @Override
  public String toString() {
    String name = gtid.isEmpty() ? "" : gtid + ", ";
    return name + start + ", " + at + (exact ? "" : " (whole seconds)");
  }

  /** Rows, by what is done to them. */
  record RowCounts(long inserted, long updated, long deleted) {
    static final RowCounts NONE = new RowCounts(0, 0, 0);

    RowCounts plus(RowCounts other) {
      return new RowCounts(
          inserted + other.inserted, updated + other.updated, deleted + other.deleted);
    }

    RowCounts minus(RowCounts other) {
      return new RowCounts(
          inserted - other.inserted, updated - other.updated, deleted - other.deleted);
    }

    long all() {
      return inserted + updated + deleted;
    }

    @Override
    public String toString() {
      return inserted + " inserted, " + updated + " updated, " + deleted + " deleted";
    }
  }
}
