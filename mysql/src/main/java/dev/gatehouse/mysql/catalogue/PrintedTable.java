package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.mysql.sql.PrintedSql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The objects in the text of SHOW CREATE TABLE: the table, its columns, indexes, constraints and
 * partitions. Every sign of the text but AUTO_INCREMENT is in one of them.
 */
final class PrintedTable {
  private static final String HEAD = "CREATE TABLE ";
  private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");
  private static final Pattern INDEX = Pattern.compile("^(?:[A-Z]+ )?(?:KEY|INDEX) (?=`)");
  private static final Pattern CONSTRAINT = Pattern.compile("^CONSTRAINT (?=`)");
  private static final Pattern PARTITIONED =
      Pattern.compile("\\s+(?:/\\*!\\d+ )?(PARTITION BY .*?)(?: \\*/)?$", Pattern.DOTALL);
  private static final Pattern PARTITIONS = Pattern.compile("\\n\\((?=PARTITION )");

  private final String name;
  private final List<CatalogueObject> objects = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final Map<String, String> facts = new TreeMap<>();

  private PrintedTable(String name) {
    this.name = name;
  }

  /**
   * @param table its name, as {@link Names} has it
   * @throws SQLException when the text is that of a temporary table, which hides the one that is
   *     meant, or is not understood
   */
  static List<CatalogueObject> objects(String table, String text) throws SQLException {
    PrintedSql printed = PrintedSql.of(text).collated();
    int open = printed.bare().indexOf('(');
    int close = open < 0 ? -1 : printed.closing(open);
    if (!text.startsWith(HEAD) || close < 0) {
      throw new SQLException("SHOW CREATE TABLE of " + table + " is no table's: " + head(text));
    }
    PrintedTable read = new PrintedTable(table);
    for (String item : printed.items(open)) {
      read.item(PrintedSql.of(item));
    }
    read.table(PrintedSql.of(printed.text().substring(close + 1)));
    return read.objects;
  }

  private static String head(String text) {
    return text.substring(0, Math.min(40, text.length()));
  }

  private void item(PrintedSql item) {
    Matcher index = INDEX.matcher(item.bare());
    Matcher constraint = CONSTRAINT.matcher(item.bare());
    if (item.text().startsWith("`")) {
      String column = item.name(0);
      columns.add(Names.of(column));
      add("column", column, item.behindName(0));
    } else if (item.text().startsWith("PRIMARY KEY")) {
      add("index", "PRIMARY", item.text());
    } else if (index.find()) {
      add("index", item.name(index.end()), item.text());
    } else if (constraint.find()) {
      add("constraint", item.name(constraint.end()), item.behindName(constraint.end()));
    } else {
      facts.merge("also", item.text(), (a, b) -> a + "\n" + b);
    }
  }

  private void add(String kind, String part, String definition) {
    objects.add(Names.object(kind, Names.of(name, part), name, definition, Map.of()));
  }

  private void table(PrintedSql behind) {
    Matcher clause = PARTITIONED.matcher(behind.bare());
    String options = behind.text();
    if (clause.find()) {
      options = options.substring(0, clause.start());
      partitions(PrintedSql.of(behind.text().substring(clause.start(1), clause.end(1))));
    }
    facts.put("columns", String.join(", ", columns));
    String counted = PrintedSql.of(options).without(COUNTER).strip();
    objects.add(Names.object("table", name, "", counted, facts));
  }

  /** A table that is partitioned by a number of them, as by HASH, has no list. */
  private void partitions(PrintedSql clause) {
    Matcher list = PARTITIONS.matcher(clause.bare());
    if (!list.find()) {
      facts.put("partitionKey", clause.text());
      return;
    }
    facts.put("partitionKey", clause.text().substring(0, list.start()));
    for (String item : clause.items(list.end() - 1)) {
      PrintedSql partition = PrintedSql.of(item);
      int at = "PARTITION ".length();
      Map<String, String> bound =
          Map.of("partitionBound", partition.behindName(at), "parents", name);
      String part = Names.of(name, partition.name(at));
      objects.add(Names.object("partition", part, name, "", bound));
    }
  }
}
