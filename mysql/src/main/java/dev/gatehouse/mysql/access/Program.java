package dev.gatehouse.mysql.access;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a view, a routine or a trigger does, and as whom.
 *
 * @param user and host of the account that it was defined by
 * @param definers whether it runs as that account, and not as who uses it
 * @param names all that could be names of tables and routines in it, in lower case
 * @param qualified those of them that say their database
 * @param words all words and names in it, in lower case
 * @param anything whether it could do what does not stand in it: it is not to be read, builds
 *     statements from texts, or changes accounts
 */
record Program(
    String user,
    String host,
    boolean definers,
    Set<Name> names,
    Set<Name> qualified,
    Set<String> words,
    boolean anything) {

  /** A name that may be one of an object; both parts in lower case. */
  record Name(String database, String name) {
    static Name of(String database, String name) {
      return new Name(database.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }
  }

  private static final Set<String> WIDE = Set.of("prepare", "immediate", "grant", "binlog");
  private static final Set<String> CHANGING = Set.of("create", "alter", "rename", "drop", "set");
  private static final Set<String> ACCOUNTS =
      Set.of("user", "role", "password", "global", "persist");

  Program {
    names = Set.copyOf(names);
    qualified = Set.copyOf(qualified);
    words = Set.copyOf(words);
  }

  /**
   * @param definer as the catalogue prints it, {@code user@host}
   * @param sqlMode under which it is parsed
   */
  static Program of(
      String definer, boolean definers, String text, String sqlMode, String database) {
    int at = definer.lastIndexOf('@');
    String user = at < 0 ? definer : definer.substring(0, at);
    String host = at < 0 ? "" : definer.substring(at + 1);
    try {
      List<ScriptToken> tokens = SqlTokens.of(text);
      Set<String> words =
          tokens.stream()
              .filter(ScriptToken::names)
              .map(token -> token.text().toLowerCase(Locale.ROOT))
              .collect(Collectors.toSet());
      boolean otherwise =
          sqlMode.contains("ANSI_QUOTES") || sqlMode.contains("NO_BACKSLASH_ESCAPES");
      return new Program(
          user,
          host,
          definers,
          names(tokens, database),
          names(tokens, ""),
          words,
          text.isEmpty() || otherwise || isWide(tokens));
    } catch (Refusal unread) {
      return new Program(user, host, definers, Set.of(), Set.of(), Set.of(), true);
    }
  }

  /** Qualified where they are, else of that database; rather too many than too few. */
  private static Set<Name> names(List<ScriptToken> tokens, String database) {
    Set<Name> names = new HashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).names()) {
        boolean qualified = i > 1 && tokens.get(i - 1).isSign('.') && tokens.get(i - 2).names();
        String place = qualified ? tokens.get(i - 2).text() : database;
        names.add(Name.of(place, tokens.get(i).text()));
      }
    }
    return names;
  }

  private static boolean isWide(List<ScriptToken> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      String word = tokens.get(i).text();
      boolean changes = i > 0 && CHANGING.contains(tokens.get(i - 1).text());
      if (tokens.get(i).names() && (WIDE.contains(word) || (changes && ACCOUNTS.contains(word)))) {
        return true;
      }
    }
    return false;
  }

  /** Of the rights those that one of its statements could make use of, by the words in it. */
  long couldUse(long rights) {
    long mask = rights;
    mask &= says("insert", "replace", "load") ? ~0 : ~Right.INSERT.bit();
    mask &= says("update") ? ~0 : ~Right.UPDATE.bit();
    mask &= says("delete", "replace") ? ~0 : ~Right.DELETE.bit();
    if (!says("create", "alter", "drop", "truncate", "rename")) {
      mask &= Right.READS | Right.WRITES | Right.EXECUTE.bit();
    }
    return mask;
  }

  private boolean says(String... any) {
    return List.of(any).stream().anyMatch(words::contains);
  }
}
