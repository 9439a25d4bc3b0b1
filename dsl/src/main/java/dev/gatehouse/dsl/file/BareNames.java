package dev.gatehouse.dsl.file;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tables by a name of the language: {@code insertInto(ENG_ORDERS)}, {@code eng_orders.insert()},
 * {@code EngOrder.create(...)}. Never sure, because a variable may have the name of a table and be
 * another thing.
 */
final class BareNames {
  private static final Pattern ARGUMENT =
      Pattern.compile(
          "\\b(\\w++)\\s*+(?:<[^<>]{0,80}>)?\\(\\s*+((?:\\w++(?:\\.|::))*+)(\\w++)\\s*+[,)]");
  private static final Pattern CALLED_ON =
      Pattern.compile(
          "\\b(?:(\\w++)(?:\\.|::))?(\\w++)\\s*+(?:\\.|::|->|\\?\\.)\\s*+(\\w++)[!?]?\\s*+\\(");
  private static final Pattern SYMBOL =
      Pattern.compile("\\btable_name\\s*=\\s*:?(\\w+)", Pattern.CASE_INSENSITIVE);

  private BareNames() {}

  static List<WrittenTable> in(String text) {
    List<WrittenTable> found = new ArrayList<>();
    Matcher argument = ARGUMENT.matcher(text);
    for (int from = 0; argument.find(from); from = argument.end(1)) {
      add(found, argument.group(1), argument.group(2), argument.group(3), argument.start());
    }
    Matcher on = CALLED_ON.matcher(text);
    for (int from = 0; on.find(from); from = on.end(2)) {
      String path = on.group(1) == null ? "" : on.group(1) + ".";
      add(found, on.group(3), path, on.group(2), on.start(2));
    }
    SYMBOL
        .matcher(text)
        .results()
        .forEach(one -> add(found, "a mapping to", "", one.group(1), one.start()));
    return found;
  }

  private static void add(List<WrittenTable> found, String call, String path, String word, int at) {
    String verb = call.equals("a mapping to") ? call : QueryBuilders.plain(call);
    if (verb.equals(call) || QueryBuilders.WRITE.contains(verb)) {
      String[] outer = path.split("\\.|::", -1);
      boolean ofTable = word.equals("table") && outer.length > 1; // eng_orders::table
      int last = outer.length - 2 - (ofTable ? 1 : 0);
      String table = ofTable ? outer[outer.length - 2] : word;
      List<TableName> names = new ArrayList<>();
      for (String name : MappedClasses.names(table)) {
        names.add(new TableName("", false, name, false, at));
        if (last >= 0) {
          names.add(new TableName(outer[last], false, name, false, at));
        }
      }
      found.add(new WrittenTable(at, verb, names, false));
    }
  }
}
