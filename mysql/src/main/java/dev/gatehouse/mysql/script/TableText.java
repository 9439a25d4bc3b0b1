package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.sql.PrintedSql;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The text of SHOW CREATE TABLE without its name and without the counter of AUTO_INCREMENT,
 * constraints sorted: with the name before it, a statement that makes the same table empty.
 */
record TableText(List<String> items, String options) {
  private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");

  static TableText of(String created) {
    PrintedSql printed = PrintedSql.of(created);
    int open = printed.bare().indexOf('(');
    List<String> items = new ArrayList<>();
    List<String> constraints = new ArrayList<>();
    for (String item : printed.items(open)) {
      (item.startsWith("CONSTRAINT ") ? constraints : items).add(item);
    }
    constraints.stream().sorted().forEach(items::add);
    String behind = created.substring(printed.closing(open) + 1);
    return new TableText(items, PrintedSql.of(behind).without(COUNTER).strip());
  }

  /** For comparison, and for people. */
  String text() {
    return "(\n  " + String.join(",\n  ", items) + "\n) " + options;
  }
}
