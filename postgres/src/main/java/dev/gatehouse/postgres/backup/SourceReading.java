package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.archive.CopyText;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Where a backup has its digests from: the rows that pg_dump wrote, counted at the source; or the
 * source itself, read a second time.
 */
enum SourceReading {
  /** The rows are digested as the dump streams by, and counted at the source. */
  OF_THE_DUMP,

  /** They are read at the source as well, in the dump's own form, and must be the same. */
  TWICE,

  /** At the source alone, because the dump is compressed in pieces. */
  BESIDE;

  static SourceReading of(Options options) {
    return options.jobs() > 1 ? BESIDE : options.readTwice() ? TWICE : OF_THE_DUMP;
  }

  /**
   * The same digests as that content has.
   *
   * @param columns of a table, in the order in which they were dumped
   */
  static TableReading.Way as(Content recorded, Function<ContentTable, List<String>> columns) {
    Map<String, String> digests = new HashMap<>();
    recorded.tables().forEach(table -> digests.put(table.table(), table.digest()));
    return (reading, table) ->
        digests.getOrDefault(table.name(), "").startsWith(CopyText.ALGORITHM)
            ? reading.copied(table, columns.apply(table))
            : TableReading.Way.HASHING.of(reading, table);
  }

  TableReading.Way way() {
    return switch (this) {
      case OF_THE_DUMP -> TableReading::counted;
      case TWICE -> SourceReading::twice;
      case BESIDE -> TableReading.Way.HASHING;
    };
  }

  private static TableContent twice(TableReading reading, ContentTable table) throws SQLException {
    TableContent counted = reading.counted(table);
    return counted.digest().isEmpty() ? reading.copied(table, table.copied()) : counted;
  }

  /**
   * Settings on which the text of a row depends, which pg_dump takes as it finds them and which the
   * account has otherwise than a content is read; the time zone is its environment's. Whoever reads
   * the dump reads the same values.
   */
  static Map<String, String> settings(Connection session) throws SQLException {
    Map<String, String> pins = Map.of("bytea_output", "hex", "quote_all_identifiers", "off");
    Map<String, String> others = new TreeMap<>();
    for (Row found :
        Queries.rows(
            session,
            "SELECT name, reset_val FROM pg_settings"
                + " WHERE name IN ('bytea_output', 'quote_all_identifiers')",
            Function.identity())) {
      String pin = pins.getOrDefault(found.text("name"), "");
      if (!found.text("reset_val").equals(pin)) {
        others.put(found.text("name"), pin);
      }
    }
    return others;
  }

  /**
   * What was read at the source, with the dump's digests where they are meant.
   *
   * @param dumped what the dump holds of each table
   * @throws StepFailed when the two do not hold the same tables, rows or values
   */
  Content settled(Content read, Map<String, TableContent> dumped) {
    if (this == BESIDE) {
      return read;
    }
    Map<String, TableContent> rest = new HashMap<>(dumped);
    List<TableContent> tables = new ArrayList<>();
    for (TableContent here : read.tables()) {
      TableContent there = rest.remove(here.table());
      boolean compared = here.digest().isEmpty() || here.digest().startsWith(CopyText.ALGORITHM);
      if (there == null
          || here.rows() != there.rows()
          || (!here.digest().isEmpty() && compared && !here.equals(there))) {
        throw other(here.table(), words(here), there == null ? "nothing of it" : words(there));
      }
      tables.add(compared ? there : here);
    }
    if (!rest.isEmpty()) {
      String surplus = String.join(", ", new TreeSet<>(rest.keySet()));
      throw other(surplus, "no such table", "rows of it");
    }
    return read.withTables(tables);
  }

  private static String words(TableContent table) {
    return table.rows() + " rows" + (table.digest().isEmpty() ? "" : ", " + table.digest());
  }

  private static StepFailed other(String table, String source, String dump) {
    return new StepFailed(
        Finding.of("backup.other-rows", "the dump does not hold what the source holds of " + table)
            .withExpected(source)
            .withFound(dump)
            .withFix("take the backup again; if that does not help, try another pg_dump"));
  }

  /** What the content of a backup was made of. */
  String words(Content content) {
    long here =
        content.tables().stream()
            .filter(table -> !table.digest().startsWith(CopyText.ALGORITHM))
            .count();
    return switch (this) {
      case OF_THE_DUMP ->
          "the dump, its rows counted at the source"
              + (here == 0 ? "" : "; of " + here + " tables the source");
      case TWICE -> "the source, and the dump holds the same";
      case BESIDE -> "the source";
    };
  }
}
