package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.mysql.access.Program.Name;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * That who does one thing does another with it, by what somebody has built.
 *
 * @param from number of the item that is used
 * @param use the right on it
 * @param to number of the item that is reached
 * @param done what is done to it
 * @param as the account in whose name it is done; empty for whoever uses it
 * @param asked whether that one must have the right, and not just anybody
 * @param told whether it is done for certain, and not only named in a body
 * @param words all words in what does it; empty where every column is reached
 */
record AccessEdge(
    int from,
    Right use,
    int to,
    Right done,
    Optional<Account> as,
    boolean asked,
    boolean told,
    Optional<Set<String>> words,
    Hop hop) {

  /** Whether it could be done with that column. */
  boolean with(String column) {
    return column.isEmpty()
        || words.isEmpty()
        || words.get().contains(column.toLowerCase(Locale.ROOT));
  }

  /**
   * Code that could do anything that the account in whose name it runs can do.
   *
   * @param as empty for whoever uses it
   */
  record Blind(int from, Right use, Optional<Account> as, Hop hop) {}

  /**
   * Code that names tables which are not there: it uses whatever takes such a name.
   *
   * @param as empty for whoever uses it
   * @param done what it may do to such a table, if the account in whose name it runs may
   */
  record Absent(int from, Right use, Optional<Account> as, Set<Name> names, long done, Hop hop) {}
}
