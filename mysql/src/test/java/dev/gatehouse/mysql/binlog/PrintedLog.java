package dev.gatehouse.mysql.binlog;

import dev.gatehouse.mysql.binlog.LogTransaction.RowCounts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What mysqlbinlog or mariadb-binlog prints of one file with {@code --verbose}. */
final class PrintedLog {
  private static final Pattern AT = Pattern.compile("# at (\\d+)");
  private static final Pattern HEAD =
      Pattern.compile("#\\d{6} .*server id \\d+ +end_log_pos \\d+ CRC32 0x[0-9a-f]+ *(.*)");
  private static final Pattern ROW =
      Pattern.compile("### (INSERT INTO|UPDATE|DELETE FROM) `(.*?)`\\..*");

  /** What mysqlbinlog gives up at: rows with a geometry, and whatever follows in that event. */
  private static final String UNKNOWN = "!! Don't know how to handle column";

  private static final Pattern MODE = Pattern.compile("SET @@session\\.sql_mode=(\\d+).*");
  private static final Pattern CLIENT =
      Pattern.compile(
          ".*SET @@session\\.character_set_client=(\\w+),@@session\\.collation_connection=(\\w+).*");
  private static final Pattern ZONE = Pattern.compile("SET @@session\\.time_zone='(.*)'.*");
  private static final Pattern MOMENT = Pattern.compile("SET TIMESTAMP=(\\d+).*");

  /** Offset and type of each event. */
  final TreeMap<Long, String> events = new TreeMap<>();

  /** Offsets of the events by which transactions begin. */
  final TreeSet<Long> begins = new TreeSet<>();

  /** Rows of one database by the offset at which their transaction begins. */
  final Map<Long, RowCounts> rows = new HashMap<>();

  /** Of which not all rows are printed. */
  final Set<Long> unprinted = new HashSet<>();

  /** Under which settings the statement at that offset is printed. */
  final Map<Long, Settings> statements = new HashMap<>();

  /** As printed; numbers, or names where the program prints these. */
  record Settings(String mode, String client, String connection, String zone, String second) {
    static final Settings NONE = new Settings("none", "none", "none", "none", "none");
  }

  private final Map<String, String> now = new HashMap<>();
  private long at = -1;
  private boolean query;

  static PrintedLog of(Iterable<String> lines, String database) {
    PrintedLog log = new PrintedLog();
    lines.forEach(line -> log.line(line, database));
    log.closed();
    return log;
  }

  private void line(String line, String database) {
    Matcher place = AT.matcher(line);
    Matcher head = HEAD.matcher(line);
    Matcher row = ROW.matcher(line);
    if (line.contains(UNKNOWN)) {
      unprinted.add(begins.last());
    }
    if (place.matches()) {
      closed();
      at = Long.parseLong(place.group(1));
    } else if (head.matches()) {
      // What is told late stands behind the next place.
      String type = head.group(1).strip();
      events.put(at, type);
      query |= type.startsWith("Query");
      if (type.matches("(Anonymous_)?GTID.*")) {
        begins.add(at);
      }
    } else if (row.matches() && row.group(2).equals(database)) {
      RowCounts one =
          switch (row.group(1)) {
            case "INSERT INTO" -> new RowCounts(1, 0, 0);
            case "UPDATE" -> new RowCounts(0, 1, 0);
            default -> new RowCounts(0, 0, 1);
          };
      rows.merge(begins.last(), one, RowCounts::plus);
    } else {
      setting("mode", MODE, line, 1);
      setting("client", CLIENT, line, 1);
      setting("connection", CLIENT, line, 2);
      setting("zone", ZONE, line, 1);
      setting("second", MOMENT, line, 1);
    }
  }

  private void setting(String name, Pattern pattern, String line, int group) {
    Matcher found = pattern.matcher(line);
    if (found.matches()) {
      now.put(name, found.group(group));
    }
  }

  /** Settings are printed between the head of a statement and its text. */
  private void closed() {
    if (query) {
      statements.put(
          at,
          new Settings(
              now.getOrDefault("mode", ""),
              now.getOrDefault("client", ""),
              now.getOrDefault("connection", ""),
              now.getOrDefault("zone", ""),
              now.getOrDefault("second", "")));
      query = false;
    }
  }
}
