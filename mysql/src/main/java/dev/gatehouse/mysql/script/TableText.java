package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.sql.PrintedSql;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The text of SHOW CREATE TABLE without its name and without the counter of AUTO_INCREMENT, its
 * foreign keys apart: a temporary table has none.
 */
record TableText(List<String> items, List<String> foreignKeys, String options) {
  private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");
  private static final Pattern FOREIGN = Pattern.compile("^CONSTRAINT \\S+ FOREIGN KEY ");

  static TableText of(String created) {
    PrintedSql printed = PrintedSql.of(created);
    int open = printed.bare().indexOf('(');
    List<String> items = new ArrayList<>();
    List<String> foreignKeys = new ArrayList<>();
    for (String item : printed.items(open)) {
      boolean foreign = FOREIGN.matcher(PrintedSql.of(item).bare()).find();
      (foreign ? foreignKeys : items).add(item);
    }
    String behind = created.substring(printed.closing(open) + 1);
    return new TableText(
        items,
        foreignKeys.stream().sorted().toList(),
        PrintedSql.of(behind).without(COUNTER).strip());
  }

  /** What would make a table like it, for one session and empty. */
  String temporary(String quotedName) {
    return "CREATE TEMPORARY TABLE "
        + quotedName
        + " (\n"
        + String.join(",\n", items)
        + "\n) "
        + options;
  }

  TableText withForeignKeys(List<String> others) {
    return new TableText(items, others, options);
  }

  /** For comparison, and for people. */
  String text() {
    List<String> all = new ArrayList<>(items);
    all.addAll(foreignKeys);
    return "(\n  " + String.join(",\n  ", all) + "\n) " + options;
  }
}
