package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.mysql.sql.Qualifiers;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A statement of the log, judged by its text.
 *
 * @param in database that it was executed in
 * @param settings of the session for this one statement, as SET takes them
 * @param under settings of the session that executed it
 */
record LogStatement(
    Position at,
    String in,
    String sql,
    Kind kind,
    long seconds,
    List<String> settings,
    LoggedSettings under) {
  /** What it is to the database. */
  enum Kind {
    /** Of another database. */
    ELSEWHERE,
    /** Changes no content: accounts, statistics. */
    ASIDE,
    /** Makes, alters or drops tables. */
    SCHEMA,
    /** Makes, alters or drops a view, a routine, a trigger or an event. */
    PROGRAM,
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

  private static final Set<String> PROGRAMS =
      Set.of("view", "trigger", "procedure", "function", "event", "package");

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
    LoggedSettings under = LoggedSettings.of(event);
    String text = under.text().orElse(sql);
    Judge judge = judge(event, in, text, ours, under);
    Kind kind = judge.kind();
    if (kind == Kind.SCHEMA || kind == Kind.PROGRAM || kind == Kind.ROWS) {
      if (error != 0) {
        throw judge.refused("it failed with error " + error + ", and perhaps did half of it");
      }
      judge.requireReadable();
      if (kind == Kind.PROGRAM) {
        new LoggedProgram(text, ours, under).require(judge::refused);
      } else {
        judge.requirePlain(kind);
      }
    }
    return new LogStatement(
        event.position(), in, text, kind, event.seconds(), List.copyOf(settings), under);
  }

  private static Judge judge(
      LogEvent event, String in, String text, String ours, LoggedSettings under) {
    try {
      return new Judge(event.position(), in, text, ours, under);
    } catch (Refusal unread) {
      String why = unread.findings().get(0).headline();
      throw LogRefusal.event(event.position(), "a statement", text + "  -- " + why);
    }
  }

  /** The same for another database: that stands wherever the own one was named. */
  String in(String other, String ours) {
    return kind == Kind.PROGRAM
        ? new LoggedProgram(sql, ours, under).in(other)
        : Qualifiers.replaced(sql, ours, SqlNames.quoted(other));
  }

  /** What it is to the scheduler; empty where it is none of its. */
  Optional<ScheduledEvent> event() {
    return kind == Kind.PROGRAM && new LoggedProgram(sql, "", under).isEvent()
        ? Optional.of(ScheduledEvent.of(sql))
        : Optional.empty();
  }

  private record Judge(
      Position at,
      String in,
      String sql,
      String ours,
      LoggedSettings under,
      ScriptWords words,
      List<ScriptToken> all) {
    Judge(Position at, String in, String sql, String ours, LoggedSettings under) {
      this(
          at,
          in,
          sql,
          ours,
          under,
          new ScriptWords(executed(SqlTokens.of(sql))),
          SqlTokens.of(sql));
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
        if (!names(ours) && !(verb.equals("alter") && in.equals(ours))) {
          return Kind.ELSEWHERE;
        }
        throw refused("it makes, alters or drops the whole database");
      }
      boolean named = qualifies(ours);
      if (!in.equals(ours) && !named) {
        if (under.quotesNames() && sql.toLowerCase(Locale.ROOT).contains(quotedOurs())) {
          throw refused("names in double quotes, under ANSI_QUOTES");
        }
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
      if (PROGRAMS.contains(object)) {
        boolean isOurs = new LoggedProgram(sql, ours, under).isOurs();
        if (!in.equals(ours) && isOurs) {
          throw refused("it was executed in another database, which names without one mean");
        }
        return in.equals(ours) ? Kind.PROGRAM : Kind.ELSEWHERE;
      }
      throw refused(
          object.isEmpty()
              ? "nobody knows how to replay it"
              : "it makes or drops a " + object + ", which nobody here knows how to replay");
    }

    private String quotedOurs() {
      return '"' + ours.toLowerCase(Locale.ROOT) + '"';
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
          requireSameLetters(i);
          return true;
        }
      }
      return false;
    }

    /** Whether SHOP is shop depends on the server, and one of the two may be another database. */
    private void requireSameLetters(int at) {
      String written = SqlTokens.written(sql).get(at);
      if (!written.equals(ours)) {
        throw refused("it names " + written + ", which may or may not be " + ours);
      }
    }

    /** Its text is what the server read, and quotes in it are what they are taken for here. */
    void requireReadable() {
      if (under.unread() >= 0 || !under.isTold()) {
        throw refused("a setting that nobody here reads, number " + under.unread());
      }
      if (under.text().isEmpty()) {
        throw refused("signs beyond ASCII, in a character set other than UTF-8");
      }
      if ((under.quotesNames() && sql.indexOf('"') >= 0)
          || (under.hasNoEscapes() && sql.indexOf('\\') >= 0)) {
        throw refused("\" under ANSI_QUOTES, or \\ under NO_BACKSLASH_ESCAPES");
      }
    }

    /** Nothing in it means something else when it is executed again. */
    void requirePlain(Kind kind) {
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
      if (!in.equals(ours)) {
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
