package dev.gatehouse.mysql.access;

import java.util.HashMap;
import java.util.Map;

/**
 * One row of a grant table.
 *
 * @param user empty where it counts for everybody
 * @param database may be a pattern in a row on databases
 * @param object of a table or routine its name; empty in a row on databases
 * @param kind of a routine what it is, such as {@code PROCEDURE}; else empty
 * @param rights mask of those on the whole
 * @param columns mask of the rights on single columns, by their names
 */
record GrantRow(
    String user,
    String host,
    String database,
    String object,
    String kind,
    long rights,
    Map<String, Long> columns) {

  GrantRow {
    columns = Map.copyOf(columns);
  }

  long onColumns() {
    return columns.values().stream().reduce(0L, (a, b) -> a | b);
  }

  /** The same row with none but those. */
  GrantRow only(long mask) {
    Map<String, Long> some = new HashMap<>();
    columns.forEach((column, all) -> some.put(column, all & mask));
    return new GrantRow(user, host, database, object, kind, rights & mask, some);
  }

  boolean isOf(Account account) {
    return account.is(user, host);
  }
}
