package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.ChangeLog.Stop;
import dev.gatehouse.dsl.words.Names;
import java.time.Instant;

/**
 * Before which change a replay stops.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class StopPoint {
  private final Stop stop;
  private final String words;

  private StopPoint(Stop stop, String words) {
    this.stop = stop;
    this.words = words;
  }

  /** Before whatever was committed at that moment or later. */
  static StopPoint moment(Instant moment) {
    return new StopPoint(new Stop.Moment(moment), moment.toString());
  }

  /**
   * Before what begins there.
   *
   * @param file name without a directory, such as {@code binlog.000042}
   * @param offset in bytes, 4 or more
   * @throws IllegalArgumentException when the name is blank, or no event can begin there
   */
  public static StopPoint position(String file, long offset) {
    if (offset < 4) {
      throw new IllegalArgumentException("offset is " + offset + ": no event begins before 4");
    }
    Position position = new Position(Names.checked(file), offset);
    return new StopPoint(new Stop.At(position), position.toString());
  }

  /**
   * Before that transaction.
   *
   * @param gtid as the server writes it: {@code uuid:number} on MySQL, {@code 0-1-17} on MariaDB
   * @throws IllegalArgumentException when it is blank
   */
  public static StopPoint gtid(String gtid) {
    return new StopPoint(new Stop.Transaction(Names.checked(gtid)), "transaction " + gtid);
  }

  Stop stop() {
    return stop;
  }

  @Override
  public String toString() {
    return words;
  }
}
