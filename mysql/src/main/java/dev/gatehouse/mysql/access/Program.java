package dev.gatehouse.mysql.access;

import java.util.List;
import java.util.Locale;
import java.util.Set;

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

  /**
   * @param definer as the catalogue prints it, {@code user@host}
   * @param sqlMode under which it is parsed
   */
  static Program of(
      String definer, boolean definers, String text, String sqlMode, String database) {
    int at = definer.lastIndexOf('@');
    String user = at < 0 ? definer : definer.substring(0, at);
    String host = at < 0 ? "" : definer.substring(at + 1);
    boolean otherwise = sqlMode.contains("ANSI_QUOTES") || sqlMode.contains("NO_BACKSLASH_ESCAPES");
    ProgramText read = ProgramText.of(text, database);
    return new Program(
        user,
        host,
        definers,
        read.names(),
        read.qualified(),
        read.words(),
        text.isEmpty() || otherwise || read.wide());
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
