package dev.gatehouse.dsl.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements of SQL that write a table, wherever they begin in a source: INSERT, UPDATE, DELETE,
 * MERGE, REPLACE, COPY, TRUNCATE, LOAD DATA, and DROP, ALTER and RENAME TABLE, as PostgreSQL,
 * MySQL, MariaDB and SQLite have them.
 */
final class WritingStatements {
  /** How far a statement is read on for the word that decides. */
  private static final int FAR = 1_000;

  private static final Pattern FROM_OR_TO =
      Pattern.compile("\\b(FROM|TO)\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern INTO_TABLE =
      Pattern.compile("\\bINTO\\s+TABLE\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern SET = Pattern.compile("\\bSET\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern ENDS_SET =
      Pattern.compile(";|\\b(WHERE|FROM|ORDER|LIMIT|RETURNING)\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern ASSIGNED =
      Pattern.compile("(?:(\\w+)[`\"\\]]?\\s*\\.\\s*)?[`\"\\[]?(\\w+)[`\"\\]]?\\s*=(?!=)");
  private static final Pattern JOINED =
      Pattern.compile("(?:\\bJOIN\\b|,)", Pattern.CASE_INSENSITIVE);
  private static final Set<String> AFTER_NAME =
      Set.of("VALUES", "VALUE", "SELECT", "SET", "DEFAULT", "WITH");
  private static final Set<String> NO_ALIAS =
      Set.of("SET", "JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "WHERE", "USING", "ON", "NATURAL");

  private final String text;
  private final Map<Integer, WrittenTable> found = new LinkedHashMap<>();

  private WritingStatements(String text) {
    this.text = text;
  }

  static List<WrittenTable> in(String text) {
    WritingStatements statements = new WritingStatements(text);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        i += "nrt".indexOf(text.charAt(i + 1)) >= 0 ? 1 : 0;
      } else if (Character.isLetter(text.charAt(i)) && begins(text, i)) {
        SqlCursor cursor = new SqlCursor(text, i);
        String word = cursor.word();
        statements.read(i, word, cursor);
        i += word.length() - 1;
      }
    }
    return new ArrayList<>(statements.found.values());
  }

  /** Behind an escaped line end as well. */
  private static boolean begins(String text, int at) {
    return at == 0
        || !SqlCursor.part(text.charAt(at - 1))
        || (at > 1 && text.charAt(at - 2) == '\\' && "nrt".indexOf(text.charAt(at - 1)) >= 0);
  }

  private void read(int at, String word, SqlCursor cursor) {
    switch (word) {
      case "INSERT",
          "UPDATE",
          "DELETE",
          "MERGE",
          "REPLACE",
          "COPY",
          "TRUNCATE",
          "LOAD",
          "DROP",
          "ALTER",
          "RENAME" -> {
        cursor.moveTo(at + word.length());
        if (SqlCursor.part(cursor.here()) || cursor.here() == '(') {
          return;
        }
        statement(at, word, cursor);
      }
      default -> {
        // begins nothing that writes
      }
    }
  }

  private void statement(int at, String verb, SqlCursor cursor) {
    Consumer<TableName> sure = name -> add(at, verb, name, true);
    switch (verb) {
      case "INSERT", "REPLACE" -> into(at, verb, cursor);
      case "UPDATE" -> update(at, cursor);
      case "DELETE" -> delete(at, cursor);
      case "MERGE" -> {
        boolean into = cursor.take("INTO");
        cursor.skip("ONLY");
        Optional<TableName> name = cursor.name();
        if (name.isPresent() && (into || (!name.get().open() && uses(cursor)))) {
          sure.accept(name.get());
        }
      }
      case "TRUNCATE" -> {
        boolean table = cursor.take("TABLE");
        cursor.skip("ONLY");
        names(cursor, name -> add(at, verb, name, true), !table);
      }
      case "COPY" -> copy(at, cursor);
      case "LOAD" -> {
        if (cursor.take("DATA", "XML")) {
          behind(INTO_TABLE, cursor).flatMap(SqlCursor::name).ifPresent(sure);
        }
      }
      default -> {
        if (cursor.take("TABLE")) {
          names(cursor.skip("IF", "EXISTS", "ONLY"), sure, false);
        }
      }
    }
  }

  private void add(int at, String verb, TableName name, boolean sure) {
    found.putIfAbsent(name.at(), new WrittenTable(at, verb, name, sure));
  }

  private void into(int at, String verb, SqlCursor cursor) {
    cursor.skip(
        "LOW_PRIORITY",
        "DELAYED",
        "HIGH_PRIORITY",
        "IGNORE",
        "OR",
        "REPLACE",
        "ROLLBACK",
        "ABORT",
        "FAIL",
        "OVERWRITE");
    boolean into = cursor.take("INTO");
    cursor.skip("TABLE");
    Optional<TableName> name = cursor.name();
    if (name.isEmpty() || (!into && name.get().open())) {
      return;
    }
    cursor.gap();
    if (into || cursor.here() == '(' || AFTER_NAME.contains(cursor.word())) {
      add(at, verb, name.get(), true);
    }
  }

  /** What a lock or a clause of INSERT says is no statement. */
  private void update(int at, SqlCursor cursor) {
    String before = wordBefore(at);
    if (before.equals("FOR") || before.equals("KEY")) {
      return;
    }
    cursor.skip("LOW_PRIORITY", "IGNORE", "ONLY", "OR", "REPLACE", "ROLLBACK", "ABORT", "FAIL");
    Optional<TableName> first = cursor.name();
    if (first.isEmpty()) {
      return;
    }
    Optional<SqlCursor> set = behind(SET, cursor);
    if (set.isEmpty()) {
      if (!first.get().open()) {
        add(at, "UPDATE", first.get(), false);
      }
      return;
    }
    int end = set.get().at();
    List<Referred> all = references(first.get(), cursor, end);
    if (all.size() == 1) {
      add(at, "UPDATE", first.get(), true);
      return;
    }
    String assignments = text.substring(end, endOf(ENDS_SET, end));
    for (Referred one : all) {
      Matcher assigned = ASSIGNED.matcher(assignments);
      while (assigned.find()) {
        String qualifier = assigned.group(1);
        if (qualifier == null || one.is(qualifier)) {
          add(at, "UPDATE", one.name(), qualifier != null);
        }
      }
    }
  }

  /** A table of a statement, and what the statement calls it. */
  private record Referred(TableName name, String alias) {
    boolean is(String called) {
      return called.equalsIgnoreCase(alias.isEmpty() ? name.table() : alias);
    }
  }

  private List<Referred> references(TableName first, SqlCursor behindFirst, int end) {
    List<Referred> all = new ArrayList<>();
    all.add(new Referred(first, alias(behindFirst)));
    Matcher next = JOINED.matcher(text).region(behindFirst.at(), Math.max(behindFirst.at(), end));
    while (next.find()) {
      SqlCursor one = new SqlCursor(text, next.end());
      one.name().ifPresent(name -> all.add(new Referred(name, alias(one))));
    }
    return all;
  }

  private static String alias(SqlCursor cursor) {
    cursor.skip("AS");
    String word = cursor.gap().word();
    if (word.isEmpty() || NO_ALIAS.contains(word)) {
      return "";
    }
    cursor.moveTo(cursor.at() + word.length());
    return word;
  }

  /** By FROM, or by the names of what FROM names afterwards. */
  private void delete(int at, SqlCursor cursor) {
    cursor.skip("LOW_PRIORITY", "QUICK", "IGNORE");
    if (cursor.take("FROM")) {
      names(cursor.skip("ONLY"), name -> add(at, "DELETE", name, true), false);
      return;
    }
    List<TableName> named = new ArrayList<>();
    names(cursor, named::add, true);
    if (named.isEmpty() || !cursor.take("FROM")) {
      return;
    }
    Optional<TableName> first = cursor.name();
    List<Referred> all =
        first.map(one -> references(one, cursor, endOf(ENDS_SET, cursor.at()))).orElse(List.of());
    for (TableName name : named) {
      TableName meant =
          all.stream()
              .filter(one -> one.is(name.table()))
              .map(Referred::name)
              .findFirst()
              .orElse(name);
      add(at, "DELETE", meant, true);
    }
  }

  private void names(SqlCursor cursor, Consumer<TableName> each, boolean closedOnly) {
    do {
      Optional<TableName> name = cursor.name();
      if (name.isEmpty() || (closedOnly && name.get().open() && name.get().table().isEmpty())) {
        return;
      }
      each.accept(name.get());
      cursor.take('.');
      cursor.take('*');
    } while (cursor.take(','));
  }

  private static boolean uses(SqlCursor cursor) {
    alias(cursor);
    return cursor.take("USING");
  }

  private void copy(int at, SqlCursor cursor) {
    Optional<TableName> name = cursor.name();
    if (name.isEmpty()) {
      return;
    }
    Matcher way = FROM_OR_TO.matcher(text).region(cursor.at(), far(cursor.at()));
    if (!way.find()) {
      if (!name.get().open()) {
        add(at, "COPY", name.get(), false);
      }
    } else if (way.group().toUpperCase(Locale.ROOT).equals("FROM")) {
      add(at, "COPY", name.get(), true);
    }
  }

  private Optional<SqlCursor> behind(Pattern word, SqlCursor cursor) {
    Matcher next = word.matcher(text).region(cursor.at(), far(cursor.at()));
    return next.find() ? Optional.of(new SqlCursor(text, next.end())) : Optional.empty();
  }

  private int endOf(Pattern end, int from) {
    Matcher next = end.matcher(text).region(from, far(from));
    return next.find() ? next.start() : far(from);
  }

  /** Not into the next statement. */
  private int far(int from) {
    int end = text.indexOf(';', from);
    int most = Math.min(text.length(), from + FAR);
    return end < 0 || end > most ? most : end;
  }

  private String wordBefore(int at) {
    int end = at;
    while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    int begin = end;
    while (begin > 0 && SqlCursor.part(text.charAt(begin - 1))) {
      begin--;
    }
    return text.substring(begin, end).toUpperCase(Locale.ROOT);
  }
}
