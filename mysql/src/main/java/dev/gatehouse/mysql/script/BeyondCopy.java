package dev.gatehouse.mysql.script;

import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Reach;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a statement on a copy shares with the whole server: other databases, which names may lead
 * to, accounts, settings, files, other servers, and functions that were loaded. What is not known
 * to stay in its database is found, as is what makes its text while it runs.
 */
public final class BeyondCopy {
  private static final Set<String> VERBS =
      words(
          "select with values table do insert replace update delete call set show explain describe"
              + " desc truncate rename analyze check optimize repair alter create drop");

  /** What stands in a database; the first of all of these in a statement is what it is about. */
  private static final Set<String> OWN =
      words("table tables temporary view index trigger procedure function sequence");

  /** Of the server; an event is executed by its scheduler, and in its log. */
  private static final Set<String> SHARED =
      words(
          "database schema user role server tablespace undo logfile resource reference instance"
              + " library package event");

  /** Tables of no others are in their database alone. */
  private static final Set<String> ENGINES =
      words("innodb myisam aria memory heap archive csv blackhole sequence");

  private static final Set<String> ANYWHERE =
      words("outfile dumpfile infile load_file soname sql_log_bin tablespace");

  /** What a SET reaches beyond its session by. */
  private static final Set<String> LASTING = words("global persist persist_only password role");

  private static final String FOREIGN =
      "SELECT CONCAT('table ', table_name, ' of engine ', engine) FROM information_schema.tables"
          + " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND LOWER(engine) NOT IN"
          + " ('%s') ORDER BY 1".formatted(String.join("', '", ENGINES));

  private static final String UNREAD_LANGUAGE =
      "SELECT CONCAT('routine ', routine_name, ', which is not written in SQL') FROM"
          + " information_schema.routines WHERE routine_schema = DATABASE() AND routine_body <> 'SQL'"
          + " ORDER BY 1";

  private final Set<String> found = new LinkedHashSet<>();
  private final Set<String> databases = new HashSet<>();
  private final Set<String> called = new TreeSet<>();
  private final Connection source;
  private final String own;
  private final String mode;

  private BeyondCopy(Connection source) throws SQLException {
    this.source = source;
    this.own = lower(Queries.one(source, "SELECT DATABASE()"));
    this.mode = Queries.one(source, "SELECT @@SESSION.sql_mode");
    Queries.column(source, "SHOW DATABASES").forEach(name -> databases.add(lower(name)));
  }

  /**
   * Each in words.
   *
   * @param source a session in the database that the copy is a copy of
   */
  public static List<String> of(List<String> statements, Connection source) throws SQLException {
    BeyondCopy beyond = new BeyondCopy(source);
    Set<Reach.Name> names = new LinkedHashSet<>();
    for (String statement : statements) {
      List<ScriptToken> tokens = SqlTokens.of(statement);
      if (tokens.stream().anyMatch(token -> token.kind() != Kind.SEMICOLON)) {
        beyond.statement(statement, tokens);
        names.addAll(Reach.names(tokens, beyond.own));
      }
    }
    for (Reach.Item item : Reach.of(source, names, true)) {
      beyond.reached(item);
    }
    beyond.functions();
    beyond.found.addAll(Queries.column(source, FOREIGN));
    beyond.found.addAll(Queries.column(source, UNREAD_LANGUAGE));
    return List.copyOf(beyond.found);
  }

  private void statement(String sql, List<ScriptToken> tokens) {
    boolean doubles =
        tokens.stream().anyMatch(token -> token.kind() == Kind.TEXT && token.text().equals("\""));
    if (tokens.stream().anyMatch(ScriptRules::opens)
        || (mode.contains("ANSI_QUOTES") && doubles)
        || (mode.contains("NO_BACKSLASH_ESCAPES") && sql.contains("\\"))
        || mode.contains("ORACLE")) {
      found.add("what another server, or sql_mode, reads otherwise: " + line(sql));
    }
    ScriptWords words = new ScriptWords(tokens);
    String verb = words.verb();
    boolean own =
        switch (verb) {
          case "alter", "create", "drop", "rename" ->
              kind(tokens, verb).map(OWN::contains).orElse(false);
          case "set" -> LASTING.stream().noneMatch(words::has);
          default -> VERBS.contains(verb);
        };
    if (!own) {
      found.add(line(sql));
    }
    Set<String> kept = new HashSet<>(Set.of("information_schema"));
    boolean program =
        verb.equals("create")
            && (words.has("trigger") || words.has("procedure") || words.has("function"));
    if (program) {
      kept.addAll(Set.of("new", "old"));
      BodyRules.committing(tokens.subList(1, tokens.size())).ifPresent(one -> untold(one, sql));
    }
    otherDatabases(tokens, kept, line(sql));
    anywhere(tokens, sql);
  }

  /** What a CREATE, ALTER, DROP or RENAME is about, behind whoever defines it. */
  private static Optional<String> kind(List<ScriptToken> tokens, String verb) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i).is("definer")) {
        i += 2;
      } else if (tokens.get(i).is("event") && verb.equals("drop")) {
        return Optional.of("table"); // as harmless as one
      } else if (tokens.get(i).kind() == Kind.WORD
          && (OWN.contains(tokens.get(i).text()) || SHARED.contains(tokens.get(i).text()))) {
        return Optional.of(tokens.get(i).text());
      }
    }
    return Optional.empty();
  }

  /** The text of a view has the name of its database before each name, and the copy's has not. */
  private void reached(Reach.Item item) {
    if (item.kind() == Reach.Kind.TABLE) {
      return;
    }
    if (item.definition().isEmpty()) {
      found.add(item + ", which this account may not read");
      return;
    }
    List<ScriptToken> tokens = SqlTokens.of(item.definition());
    Set<String> kept = new HashSet<>(Set.of("information_schema", "new", "old"));
    if (item.kind() == Reach.Kind.VIEW) {
      kept.add(own);
    } else {
      BodyRules.committing(tokens).ifPresent(one -> untold(one, item.toString()));
    }
    otherDatabases(tokens, kept, item.toString());
    anywhere(tokens, item.toString());
  }

  private void untold(String word, String where) {
    found.add("what this does, its text does not tell: " + word + " in " + line(where));
  }

  /** A name before a point that is a database's, or that nothing in the same text is called. */
  private void otherDatabases(List<ScriptToken> tokens, Set<String> kept, String where) {
    Set<String> bare = new HashSet<>();
    Set<String> before = new LinkedHashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      boolean behind = i > 0 && (tokens.get(i - 1).isSign('.') || tokens.get(i - 1).isSign('@'));
      if (token.names() && !behind && !isNumber(token)) {
        boolean points = i + 1 < tokens.size() && tokens.get(i + 1).isSign('.');
        (points ? before : bare).add(lower(token.text()));
      }
    }
    before.removeAll(kept);
    before.stream()
        .filter(name -> databases.contains(name) || !bare.contains(name))
        .forEach(name -> found.add("database " + name + " in " + where));
  }

  private static boolean isNumber(ScriptToken token) {
    return token.kind() == Kind.WORD && token.text().matches("\\d+");
  }

  private void anywhere(List<ScriptToken> tokens, String sql) {
    for (int i = 0; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      ScriptToken next = i + 1 < tokens.size() ? tokens.get(i + 1) : token;
      boolean equals = next.isSign('=');
      if (token.names() && next.isSign('(')) {
        called.add(lower(token.text()));
      }
      boolean place = (token.is("data") || token.is("index")) && next.is("directory");
      boolean elsewhere =
          token.depth() == 0 && equals && (token.is("connection") || token.is("union"));
      boolean language = token.is("language") && next.kind() == Kind.WORD && !next.is("sql");
      boolean engine =
          token.is("engine") && token.depth() == 0 && !isKept(tokens, i + (equals ? 2 : 1));
      if (ANYWHERE.stream().anyMatch(token::is) || place || elsewhere || language || engine) {
        found.add(token.text() + " in " + line(sql));
      }
    }
  }

  private static boolean isKept(List<ScriptToken> tokens, int engine) {
    return engine < tokens.size()
        && tokens.get(engine).names()
        && ENGINES.contains(lower(tokens.get(engine).text()));
  }

  /** Functions of libraries do anything. */
  private void functions() throws SQLException {
    if (called.isEmpty()) {
      return;
    }
    try {
      String loaded = Products.of(source).loadedFunctionsQuestion();
      Queries.column(source, loaded).stream()
          .filter(name -> called.contains(lower(name)))
          .forEach(name -> found.add("function " + name + ", which was loaded into the server"));
    } catch (SQLException e) {
      if (!ErrorCodes.isDenied(e)) {
        throw e;
      }
      found.add(
          "functions that were loaded into the server, which this account may not see: GRANT SELECT"
              + " ON mysql.func, or performance_schema.user_defined_functions");
    }
  }

  private static String line(String sql) {
    String line = sql.strip().replaceAll("\\s+", " ");
    return line.length() > 80 ? line.substring(0, 80) + "..." : line;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Set<String> words(String all) {
    return Set.of(all.split(" "));
  }
}
