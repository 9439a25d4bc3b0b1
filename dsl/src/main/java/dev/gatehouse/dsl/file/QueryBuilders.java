package dev.gatehouse.dsl.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tables that stand in a source as a text of their own, for a query builder or a mapping: {@code
 * db.insert("eng_orders", row)}, {@code DB::table('eng_orders')->update(...)}, {@code @Table(name =
 * "eng_orders")}.
 */
final class QueryBuilders {
  private static final Pattern NAME =
      Pattern.compile("([\"'`])((?:\\w+\\.)?\\w+)\\1", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern CALL = Pattern.compile("(\\w+)\\s*(?:<[^<>]*>)?\\($");
  private static final Pattern MAPPING =
      Pattern.compile(
          "(?:\\w*table\\w*|@\\w*(?:Table|Entity)\\s*\\([^)]*name)\\W{0,3}[=:]\\s*$",
          Pattern.CASE_INSENSITIVE);

  /** What declares a table with more than its name, so that a variable or a class writes it. */
  private static final Pattern DECLARES =
      Pattern.compile(
          "(?:\\w*table|define)\\s*\\(\\s*$|\\bschema\\s+$"
              + "|\\btable_?name\\b[^\"'`;}]{0,60}\\breturn\\s+$",
          Pattern.CASE_INSENSITIVE);

  /** The same by its name alone. */
  private static final Pattern DECLARES_ALONE =
      Pattern.compile(
          "(?:@\\w*(?:Table|Entity)|\\[Table|\\bToTable|@@map)\\s*\\(\\s*$"
              + "|\\bbelongsToMany\\s*\\([\\w\\\\]+::class\\s*,\\s*$",
          Pattern.CASE_INSENSITIVE);

  static final Set<String> WRITE =
      Set.of(
          "insert",
          "insertinto",
          "insertgetid",
          "insertorignore",
          "insertall",
          "bulkinsert",
          "update",
          "updatetable",
          "updateorinsert",
          "upsert",
          "delete",
          "deletefrom",
          "del",
          "forcedelete",
          "truncate",
          "into",
          "copyfrom",
          "increment",
          "decrement",
          "mergeinto",
          "save",
          "create",
          "replaceinto",
          "droptable");
  private static final Set<String> READ =
      Set.of(
          "get",
          "first",
          "find",
          "findone",
          "findall",
          "all",
          "select",
          "count",
          "pluck",
          "exists",
          "value",
          "sum",
          "min",
          "max",
          "avg",
          "fetch",
          "tolist",
          "paginate",
          "any",
          "rows");
  private static final Set<String> TABLE = Set.of("table", "knex", "from", "collection");

  /** A text may be cut, cached and looked up by these as well. */
  private static final int BEFORE = 120;

  private QueryBuilders() {}

  static List<WrittenTable> in(String text) {
    List<WrittenTable> found = new ArrayList<>();
    Matcher name = NAME.matcher(text);
    int from = 0;
    while (name.find(from)) {
      look(text, name, found);
      from = name.start() + 1; // what closes one text may open the next
    }
    return found;
  }

  private static void look(String text, Matcher name, List<WrittenTable> found) {
    String[] parts = name.group(2).split("\\.", -1);
    TableName table =
        new TableName(
            parts.length > 1 ? parts[0] : "", false, parts[parts.length - 1], false, name.start());
    String before = text.substring(Math.max(0, name.start() - BEFORE), name.start());
    Matcher call = CALL.matcher(before);
    String called = call.find() ? plain(call.group(1)) : "";
    if (WRITE.contains(called)) {
      found.add(
          new WrittenTable(name.start() - before.length() + call.start(1), called, table, true));
      return;
    }
    if (called.equals("table") && WRITE.contains(outer(before, call.start(1)))) {
      found.add(new WrittenTable(name.start(), outer(before, call.start(1)), table, true));
      return;
    }
    String head = before.stripTrailing();
    // what each of the patterns ends with, because they are slow
    char last = head.isEmpty() ? ' ' : head.charAt(head.length() - 1);
    if ("=:".indexOf(last) >= 0 && MAPPING.matcher(before).find()) {
      found.add(new WrittenTable(name.start(), "a mapping to", table, false));
      return;
    }
    SqlCursor chain = new SqlCursor(text, name.end());
    boolean alone = chain.take(')');
    boolean declares = "(,".indexOf(last) >= 0 && DECLARES_ALONE.matcher(before).find();
    if (declares || (!alone && "(an".indexOf(last) >= 0 && DECLARES.matcher(before).find())) {
      found.add(new WrittenTable(name.start(), "a mapping to", table, false));
    } else if (!called.isEmpty() && alone) {
      chain(text, chain, called, name.start(), table, found);
    }
  }

  private static void chain(
      String text,
      SqlCursor chain,
      String called,
      int at,
      TableName table,
      List<WrittenTable> found) {
    boolean reads = !TABLE.contains(called);
    for (String next = link(text, chain); !next.isEmpty(); next = link(text, chain)) {
      if (WRITE.contains(next)) {
        found.add(new WrittenTable(at, next, table, true));
        return;
      }
      reads |= READ.contains(next);
    }
    if (!reads) {
      found.add(new WrittenTable(at, "a query of", table, false));
    }
  }

  /** The next method that is called on what came before; empty where none is. */
  private static String link(String text, SqlCursor chain) {
    chain.gap();
    String rest = text.substring(chain.at(), Math.min(text.length(), chain.at() + 2));
    int dots =
        rest.equals("->") || rest.equals("?.") || rest.equals("::")
            ? 2
            : rest.startsWith(".") ? 1 : 0;
    if (dots == 0) {
      return "";
    }
    chain.moveTo(chain.at() + dots);
    String word = chain.gap().word();
    chain.moveTo(chain.at() + word.length());
    if (chain.gap().here() == '(') {
      chain.moveTo(closing(text, chain.at()));
    }
    return plain(word);
  }

  private static int closing(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length() && i - open < 4_000; i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  private static String outer(String before, int at) {
    Matcher call = CALL.matcher(before.substring(0, at));
    return call.find() ? plain(call.group(1)) : "";
  }

  static String plain(String word) {
    return word.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
