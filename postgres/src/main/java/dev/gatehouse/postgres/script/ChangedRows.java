package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Rows that the open transaction has inserted, updated and deleted so far, by table: {@code
 * pg_stat_get_xact_tuples_inserted} and its kin, which count what foreign keys, triggers and
 * functions do as well (PostgreSQL manual, "The Cumulative Statistics System").
 *
 * <p>A server with {@code track_counts = off} counts none, and that is told. What TRUNCATE takes,
 * and whatever happens to a table that is dropped afterwards, is not counted. Needs no privilege.
 */
record ChangedRows(Map<String, Counts> tables, boolean counted) {
  private static final int MOST_SHOWN = 10;

  private static final String COUNTED =
      "SELECT * FROM (SELECT c.oid::regclass AS table_name,"
          + " pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,"
          + " pg_stat_get_xact_tuples_updated(c.oid) AS updated,"
          + " pg_stat_get_xact_tuples_deleted(c.oid) AS deleted"
          + " FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384"
          + " AND c.relnamespace <> coalesce(to_regnamespace('gatehouse'), 0)) counted"
          + " WHERE inserted + updated + deleted > 0";

  record Counts(long inserted, long updated, long deleted) {
    static final Counts NONE = new Counts(0, 0, 0);

    Counts minus(Counts before) {
      return new Counts(
          inserted - before.inserted, updated - before.updated, deleted - before.deleted);
    }

    long sum() {
      return inserted + updated + deleted;
    }

    String words() {
      List<String> words = new ArrayList<>();
      add(words, inserted, "inserted");
      add(words, updated, "updated");
      add(words, deleted, "deleted");
      return String.join(", ", words);
    }

    private static void add(List<String> words, long count, String what) {
      if (count > 0) {
        words.add(count + " " + what);
      }
    }
  }

  static ChangedRows now(Connection connection) throws SQLException {
    Map<String, Counts> tables = new TreeMap<>();
    for (Row row : Queries.rows(connection, COUNTED, Function.identity())) {
      tables.put(
          row.text("table_name"),
          new Counts(row.number("inserted"), row.number("updated"), row.number("deleted")));
    }
    return new ChangedRows(
        tables, Queries.pinned(connection, "SELECT current_setting('track_counts')").equals("on"));
  }

  /**
   * What changed since then that the numbers of the statements do not hold.
   *
   * @param rows how many the statements say they changed
   */
  List<String> besides(ChangedRows before, long rows) {
    if (!counted) {
      return rows == 0
          ? List.of()
          : List.of("what references and triggers changed is not known: track_counts is off");
    }
    Map<String, Counts> since = new TreeMap<>();
    tables.forEach(
        (name, counts) ->
            since.put(name, counts.minus(before.tables.getOrDefault(name, Counts.NONE))));
    since.values().removeIf(counts -> counts.sum() <= 0);
    long more = since.values().stream().mapToLong(Counts::sum).sum() - rows;
    if (more <= 0) {
      return List.of();
    }
    List<String> shown =
        since.entrySet().stream()
            .limit(MOST_SHOWN)
            .map(table -> table.getKey() + " " + table.getValue().words())
            .toList();
    String rest = since.size() > MOST_SHOWN ? ", and " + (since.size() - MOST_SHOWN) + " more" : "";
    return List.of(
        more
            + " rows more than its statements tell (references, triggers, functions, WITH, rows"
            + " that moved to another partition): "
            + String.join(", ", shown)
            + rest);
  }
}
