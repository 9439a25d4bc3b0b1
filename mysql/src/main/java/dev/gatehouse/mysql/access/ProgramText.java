package dev.gatehouse.mysql.access;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.access.Program.Name;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What stands in the text of a view, a routine or a trigger. The same text says the same, and a
 * server brings 150 of its own, so what was read last is remembered.
 *
 * @param names all that could be names of tables and routines, in lower case
 * @param qualified those of them that say their database
 * @param words all words and names, in lower case
 * @param wide whether it is not to be read, builds statements from texts, or changes accounts
 */
record ProgramText(Set<Name> names, Set<Name> qualified, Set<String> words, boolean wide) {
  private static final Set<String> WIDE = Set.of("prepare", "immediate", "grant", "binlog");
  private static final Set<String> CHANGING = Set.of("create", "alter", "rename", "drop", "set");
  private static final Set<String> ACCOUNTS =
      Set.of("user", "role", "password", "global", "persist");

  private static final int REMEMBERED = 500;

  /** A text longer than this is not worth its memory. */
  private static final int LONGEST = 32 * 1024;

  private static final Map<In, ProgramText> LAST =
      new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<In, ProgramText> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record In(String database, String text) {}

  ProgramText {
    names = Set.copyOf(names);
    qualified = Set.copyOf(qualified);
    words = Set.copyOf(words);
  }

  /**
   * @param database which a name that says none belongs to
   */
  static ProgramText of(String text, String database) {
    if (text.length() > LONGEST) {
      return read(text, database);
    }
    In in = new In(database, text);
    synchronized (LAST) {
      ProgramText known = LAST.get(in);
      if (known != null) {
        return known;
      }
    }
    ProgramText read = read(text, database);
    synchronized (LAST) {
      LAST.put(in, read);
    }
    return read;
  }

  private static ProgramText read(String text, String database) {
    List<ScriptToken> tokens;
    try {
      tokens = SqlTokens.of(text);
    } catch (Refusal unread) {
      return new ProgramText(Set.of(), Set.of(), Set.of(), true);
    }
    Set<String> words =
        tokens.stream()
            .filter(ScriptToken::names)
            .map(token -> token.text().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new ProgramText(names(tokens, database), names(tokens, ""), words, isWide(tokens));
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
}
