package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.mysql.script.StatementParts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads a dump of mysqldump or mariadb-dump whole: each definition in it is one of the schema, each
 * of the schema is in it, and beside them there is nothing but constants to insert and settings of
 * the session. Of the dump only these INSERT statements are ever executed.
 *
 * @param file for messages
 * @param database that was dumped
 */
record DumpReading(String file, Schema schema, String database) {
  /** More of definitions no dump has that a server holds in memory. */
  private static final int LONGEST = 64 << 20;

  private static final String FOOTER = "-- Dump completed";

  /** The first line of MariaDB's, which its client takes for an order to itself. */
  private static final String SANDBOX = "/*M!999999\\- enable the sandbox mode */";

  // Possessive throughout: Java keeps a frame for each turn of a group that it may take back.
  private static final String KEPT = "@(?:OLD|saved|save)_\\w+";
  private static final String SETTING =
      "(?i:character_set_client|character_set_results|collation_connection|time_zone"
          + "|unique_checks|foreign_key_checks|sql_mode|sql_notes|note_verbosity)";
  private static final String ASSIGNED =
      "(?:" + KEPT + " ?= ?@@\\w+|" + SETTING + " ?= ?(?:" + KEPT + "|'[\\w,+:/ -]*'|\\w+))";
  private static final String NAME = "`(?:[^`]++|``)++`";

  /** MariaDB 10.11 has NULL where the others have 1. */
  private static final String STANDING = "(?:1|NULL) AS " + NAME;

  /** What stands in for a view until the view is made, and session settings. */
  static final List<Pattern> BESIDE =
      List.of(
          Pattern.compile("SET NAMES \\w+"),
          Pattern.compile("SET " + ASSIGNED + "(?:, ?" + ASSIGNED + ")*+"),
          Pattern.compile("DROP VIEW IF EXISTS " + NAME),
          Pattern.compile(
              "CREATE VIEW " + NAME + " AS SELECT " + STANDING + "(?:, " + STANDING + ")*+"),
          Pattern.compile("(?:DO|SELECT) SETVAL\\(" + NAME + ", -?\\d+, [01]\\)"));

  /** Takes what is to be inserted. */
  @FunctionalInterface
  interface Rows {
    void take(DumpRows.Insert insert) throws SQLException, IOException;
  }

  /**
   * @return how many rows there are of each table
   * @throws Refusal when it is not whole, or holds anything else
   */
  Map<String, Long> read(InputStream dump, Rows rows, Progress progress)
      throws IOException, SQLException {
    Map<String, Long> counted = new TreeMap<>();
    schema.tables().forEach(table -> counted.put(table.name(), 0L));
    List<InputStream> definitions = new ArrayList<>();
    DumpRows reading = new DumpRows(dump, schema);
    int length = 0;
    boolean plain = true;
    String last = "";
    try {
      while (!reading.atEnd()) {
        int from = reading.line();
        progress.continuing();
        if (plain && reading.atInsert()) {
          DumpRows.Insert insert = reading.insert();
          rows.take(insert);
          counted.merge(insert.table().name(), insert.rows(), Long::sum);
          definitions.add(new Newlines(reading.line() - from));
        } else {
          String line = reading.line(LONGEST - length);
          length += line.length();
          plain = line.startsWith("DELIMITER ") ? line.strip().equals("DELIMITER ;") : plain;
          last = line.isBlank() ? last : line;
          boolean sandbox = from == 1 && line.strip().equals(SANDBOX);
          definitions.add(
              sandbox
                  ? new Newlines(1)
                  : new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
        }
      }
    } catch (DumpRows.Unexpected e) {
      throw hostile(e.line, String.valueOf(e.getMessage()));
    }
    if (!last.startsWith(FOOTER)) {
      throw notWhole("its last line: " + FOOTER, last.isEmpty() ? "nothing" : last.strip());
    }
    definitions(new SequenceInputStream(Collections.enumeration(definitions)));
    return counted;
  }

  private void definitions(InputStream text) throws IOException {
    Map<String, Definition> left = new HashMap<>();
    for (Definition one : schema.definitions()) {
      if (one.kind() != Definition.Kind.DATABASE) {
        left.put(normal(one.sql()), one);
      }
    }
    StatementParts.each(file, text, part -> definition(part, left));
    if (!left.isEmpty()) {
      throw notWhole(
          "every definition of the source, as the server printed it",
          "not among them: " + left.values().stream().map(Definition::title).sorted().toList());
    }
  }

  private void definition(ScriptPart part, Map<String, Definition> left) {
    String plain = DumpedSql.plain(part.text());
    boolean beside = BESIDE.stream().anyMatch(known -> known.matcher(plain).matches());
    if (!beside && left.remove(normal(part.text())) == null) {
      String shown = plain.length() <= 120 ? plain : plain.substring(0, 117) + "...";
      throw hostile(part.line(), shown);
    }
  }

  private String normal(String sql) {
    return DumpedSql.normal(sql, database);
  }

  private Refusal hostile(int line, String found) {
    return new Refusal(
        Finding.of("artifact.hostile", "the dump holds what the source did not")
            .withExpected(
                "the definitions that were read beside the dump, and constants to insert into its"
                    + " tables")
            .withFound(file + ":" + line + "  " + found)
            .withFix("do not use this dump; find out who wrote it, and restore another"));
  }

  private Refusal notWhole(String expected, String found) {
    return new Refusal(
        Finding.of("artifact.not-whole", "the dump " + file + " is not whole")
            .withExpected(expected)
            .withFound(found)
            .withFix("do not use this dump; restore an older one or back up"));
  }

  /** So that lines keep their numbers. */
  private static final class Newlines extends InputStream {
    private int left;

    Newlines(int left) {
      this.left = left;
    }

    @Override
    public int read() {
      if (left == 0) {
        return -1;
      }
      left--;
      return '\n';
    }

    @Override
    public int read(byte[] bytes, int from, int most) {
      int read = Math.min(left, most);
      Arrays.fill(bytes, from, from + read, (byte) '\n');
      left -= read;
      return read == 0 && most > 0 ? -1 : read;
    }
  }
}
