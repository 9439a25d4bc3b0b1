package dev.gatehouse.mysql.binlog;

import com.github.shyiko.mysql.binlog.GtidSet;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import com.github.shyiko.mysql.binlog.event.MariadbGtidListEventData;
import com.github.shyiko.mysql.binlog.event.PreviousGtidSetEventData;
import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Refusal;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which transactions there were up to now. Every file begins with those before it: where the two
 * differ, something is missing, or the file is another server's.
 */
final class GtidState {
  private boolean known;
  private boolean unended;
  private Position end = new Position("", 0);
  private GtidSet executed = new GtidSet("");

  /** MariaDB: the last one of each domain. */
  private final TreeMap<Long, String> last = new TreeMap<>();

  /**
   * @param isUnended whether the file before ended without saying so
   * @param at its end
   */
  void nextFile(boolean isUnended, Position at) {
    unended = isUnended;
    end = at;
  }

  /**
   * @throws Refusal when what was before the file is not what was seen
   */
  void see(LogEvent event, EventReading reading) {
    switch (event.type()) {
      case LogEvent.PREVIOUS_GTIDS ->
          previous(event, reading.read(event, PreviousGtidSetEventData.class).getGtidSet());
      case LogEvent.MARIADB_GTID_LIST ->
          list(event, reading.read(event, MariadbGtidListEventData.class));
      case LogEvent.ANONYMOUS_GTID -> requireEnded(event);
      case LogEvent.GTID -> {
        requireEnded(event);
        executed.add(reading.read(event, GtidEventData.class).getMySqlGtid().toString());
      }
      case LogEvent.MARIADB_GTID -> {
        requireEnded(event);
        MariadbGtidEventData gtid = reading.read(event, MariadbGtidEventData.class);
        last.put(gtid.getDomainId(), name(gtid, event));
      }
      default -> {}
    }
  }

  /** As the server writes it; the number of the server stands in the header. */
  static String name(MariadbGtidEventData gtid, LogEvent event) {
    return gtid.getDomainId() + "-" + event.serverId() + "-" + gtid.getSequence();
  }

  private void previous(LogEvent event, String told) {
    GtidSet before = new GtidSet(told);
    if (known && !before.equals(executed)) {
      throw differing(event, executed.toString(), told);
    }
    executed = before;
    known = true;
    // A server without GTIDs tells the same before every file, which proves nothing.
    requireEnded(event);
  }

  private void list(LogEvent event, MariadbGtidListEventData told) {
    Set<String> before = new TreeSet<>();
    for (String each : told.getMariaGTIDSet().toString().split(",")) {
      if (!each.isBlank()) {
        before.add(each.strip());
      }
    }
    Set<String> seen = new TreeSet<>(last.values());
    if (known && !before.equals(seen)) {
      throw differing(event, seen.toString(), before.toString());
    }
    before.forEach(gtid -> last.put(Long.parseLong(gtid.substring(0, gtid.indexOf('-'))), gtid));
    // A server that died ends its file without a word; that nothing is missing is proven here.
    unended &= !known;
    known = true;
  }

  private Refusal differing(LogEvent event, String expected, String found) {
    return LogRefusal.gap(
        "transactions up to " + expected + " before " + event.file(),
        event.file()
            + " says that it follows "
            + (found.isEmpty() ? "none" : found)
            + ", and what is before it ends at "
            + end);
  }

  private void requireEnded(LogEvent event) {
    if (unended) {
      throw LogRefusal.gap(
          "a file that ends by ROTATE or STOP before " + event.file(),
          "the one before ends at " + end + ": cut off, or left by a server that died");
    }
  }
}
