package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A statement of the log, judged by its text. Under which sql_mode and character set it was
 * executed the library does not tell, so a text that could mean something else under others is
 * refused.
 *
 * @param in database that it was executed in
 * @param settings of the session before it, as SET takes them
 */
record LogStatement(
    Position at, String in, String sql, Kind kind, long seconds, List<String> settings) {
  /** What it is to the database. */
  enum Kind {
    /** Of another database. */
    ELSEWHERE,
    /** Changes no content: accounts, statistics. */
    ASIDE,
    /** Makes, alters or drops tables. */
    SCHEMA,
    /** Changes rows, by what it said and not by what it did. */
    ROWS
  }

  private static final Set<String> CHANGING =
      Set.of("insert", "update", "delete", "replace", "with");

  /** What stands in a statement about tables that would take its rows from elsewhere. */
  private static final List<String> OUTSIDE = List.of("select", "connection", "directory", "real");

  /** What gives rows other values each time. */
  private static final List<String> CHANCE =
      List.of("rand", "uuid", "uuid_short", "sysdate", "load_file", "outfile", "dumpfile", "sleep");

  private static final Set<String> ASIDES =
      Set.of("grant", "revoke", "flush", "analyze", "optimize", "check", "repair");

  /** SET PASSWORD and SET DEFAULT ROLE among them. */
  private static final Set<String> ACCOUNTS = Set.of("user", "role", "password");

  private static final Set<String> CLOCK =
      Set.of(
          "now",
          "current_timestamp",
          "current_date",
          "current_time",
          "curdate",
          "curtime",
          "localtime",
          "localtimestamp",
          "sysdate",
          "utc_timestamp",
          "utc_date",
          "utc_time",
          "rand",
          "uuid");

  /**
   * @param ours the database whose changes are wanted
   * @throws Refusal when it is of that database and cannot be replayed as it was
   */
  static LogStatement of(
      LogEvent event, String in, String sql, int error, List<String> settings, String ours) {
    Judge judge = new Judge(event.position(), in, sql, ours);
    Kind kind = judge.kind();
    if (kind == Kind.SCHEMA || kind == Kind.ROWS) {
      if (error != 0) {
        throw judge.refused("it failed with error " + error + ", and perhaps did half of it");
      }
      judge.requirePlain(kind);
    }
    return new LogStatement(
        event.position(), in, sql, kind, event.seconds(), List.copyOf(settings));
  }

  /** The same for another database: that stands wherever the own one was named. */
  String in(String other, String ours) {
    String text = sql;
    List<ScriptToken> tokens = SqlTokens.of(sql);
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).names()
          && tokens.get(i).text().equalsIgnoreCase(ours)
          && tokens.get(i + 1).isSign('.')) {
        text = SqlTokens.replaced(text, i, SqlNames.quoted(other));
      }
    }
    return text;
  }

  private record Judge(
      Position at, String in, String sql, String ours, ScriptWords words, List<ScriptToken> all) {
    Judge(Position at, String in, String sql, String ours) {
      this(at, in, sql, ours, new ScriptWords(executed(SqlTokens.of(sql))), SqlTokens.of(sql));
    }

    private static List<ScriptToken> executed(List<ScriptToken> tokens) {
      return tokens.stream()
          .filter(
              token ->
                  token.kind() != ScriptToken.Kind.SIGN
                      || !(token.text().equals(SqlTokens.OPENING)
                          || token.text().equals(SqlTokens.CLOSING)))
          .toList();
    }

    Kind kind() {
      String verb = words.verb();
      boolean makes = Set.of("create", "alter", "drop", "rename", "set").contains(verb);
      String made = made();
      if (ASIDES.contains(verb) || (makes && ACCOUNTS.contains(made))) {
        return Kind.ASIDE;
      }
      if (makes && (made.equals("database") || made.equals("schema"))) {
        if (!names(ours) && !(verb.equals("alter") && in.equalsIgnoreCase(ours))) {
          return Kind.ELSEWHERE;
        }
        throw refused("it makes, alters or drops the whole database");
      }
      if (!in.equalsIgnoreCase(ours) && !qualifies(ours)) {
        return Kind.ELSEWHERE;
      }
      if (words.begin("drop", "temporary", "table")) {
        return Kind.ASIDE;
      }
      if (CHANGING.contains(verb)) {
        return Kind.ROWS;
      }
      String object = object();
      if (Set.of("table", "index").contains(object) || verb.equals("truncate")) {
        return Kind.SCHEMA;
      }
      throw refused(
          object.isEmpty()
              ? "nobody knows how to replay it"
              : "it makes or drops a " + object + ", which is made under settings nobody tells");
    }

    /** The word behind the verb, such as user: further behind it may be the name of a table. */
    private String made() {
      int at = words.word(1).equals("or") ? 3 : 1;
      return words.word(at).equals("default") ? words.word(at + 1) : words.word(at);
    }

    /** What it makes, alters or drops; empty where it is none of these. */
    private String object() {
      if (!Set.of("create", "alter", "drop", "rename").contains(words.verb())) {
        return "";
      }
      for (ScriptToken token : words.tokens()) {
        if (token.kind() == ScriptToken.Kind.WORD
            && Set.of(
                    "temporary",
                    "table",
                    "index",
                    "view",
                    "trigger",
                    "procedure",
                    "function",
                    "event",
                    "sequence",
                    "package",
                    "server",
                    "tablespace")
                .contains(token.text())) {
          return token.text().equals("temporary") ? "temporary table" : token.text();
        }
      }
      return "object";
    }

    private boolean names(String name) {
      return all.stream().anyMatch(token -> token.names() && token.text().equalsIgnoreCase(name));
    }

    private boolean qualifies(String name) {
      for (int i = 0; i + 1 < all.size(); i++) {
        if (all.get(i).names()
            && all.get(i).text().equalsIgnoreCase(name)
            && all.get(i + 1).isSign('.')) {
          return true;
        }
      }
      return false;
    }

    /** Nothing in it means something else under another sql_mode, time zone or character set. */
    void requirePlain(Kind kind) {
      if (!sql.chars().allMatch(sign -> sign < 128)) {
        throw refused("signs beyond ASCII, in a character set that nobody tells");
      }
      if (sql.indexOf('"') >= 0 || sql.indexOf('\\') >= 0 || sql.contains("||")) {
        throw refused("\", \\ or ||, which mean different things under different sql_modes");
      }
      for (String word : kind == Kind.ROWS ? CHANCE : OUTSIDE) {
        if (words.has(word)) {
          throw refused(word.toUpperCase(Locale.ROOT) + ", whose outcome nobody tells");
        }
      }
      if (words.hasOutside("start", "transaction")) {
        throw refused("its rows follow in the same transaction");
      }
      if (words.verb().equals("alter") && words.tokens().stream().anyMatch(this::isClock)) {
        throw refused("rows get a value of the clock or of chance");
      }
      if (words.verb().equals("alter") && words.has("add") && numbersRows()) {
        throw refused("it gives numbers to rows, in an order that nobody tells");
      }
      for (int i = 1; i + 1 < all.size(); i++) {
        if (all.get(i).isSign('.')
            && all.get(i - 1).names()
            && all.get(i + 1).names()
            && !all.get(i - 1).text().equalsIgnoreCase(ours)) {
          throw refused("it names another database, " + all.get(i - 1).text());
        }
      }
      if (!in.equalsIgnoreCase(ours)) {
        throw refused("it was executed in another database, which names without one mean");
      }
    }

    /** A column, and not the counter of the table, which is followed by a number. */
    private boolean numbersRows() {
      for (int i = 0; i + 1 < all.size(); i++) {
        ScriptToken next = all.get(i + 1);
        if (all.get(i).is("auto_increment") && !next.isSign('=') && !next.text().matches("\\d+")) {
          return true;
        }
      }
      return all.get(all.size() - 1).is("auto_increment");
    }

    private boolean isClock(ScriptToken token) {
      return token.kind() == ScriptToken.Kind.WORD && CLOCK.contains(token.text());
    }

    Refusal refused(String why) {
      String line = sql.replaceAll("\\s+", " ");
      return LogRefusal.event(
          at,
          "a statement",
          (line.length() <= 120 ? line : line.substring(0, 117) + "...") + "  -- " + why);
    }
  }
}
