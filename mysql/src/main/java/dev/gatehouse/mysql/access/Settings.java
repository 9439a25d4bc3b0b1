package dev.gatehouse.mysql.access;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the server does with privileges.
 *
 * @param rolesAreAccounts MySQL: several roles of a session are active at once, and their rows are
 *     looked at together; else MariaDB: one role, which is looked at by itself
 * @param allRolesActive whether a login begins with all its roles
 * @param literalNames whether names of databases in grants are no patterns
 * @param foldedNames whether names of databases and tables have no case
 * @param patterns which of several patterns for a database count while roles are active, on MySQL
 * @param altersForeign whether ALTER ROUTINE makes a routine of anybody run as its definer
 * @param defaults the roles that logins of an account begin with, by its number
 */
record Settings(
    boolean rolesAreAccounts,
    boolean allRolesActive,
    boolean literalNames,
    boolean foldedNames,
    Patterns patterns,
    boolean altersForeign,
    Map<Integer, Set<Integer>> defaults) {

  private static final int HOST = 255;
  private static final int NAME = 64;

  /** The name of a database or table as the server compares it. */
  String folded(String name) {
    return foldedNames ? name.toLowerCase(Locale.ROOT) : name;
  }

  /** In which order the server looks at rows: the highest counts. */
  long order(GrantRow row) {
    if (rolesAreAccounts) {
      return ((long) Wildcards.narrowness(row.host()) << 16)
          | ((long) Wildcards.narrowness(row.database()) << 8)
          | Wildcards.narrowness(row.user());
    }
    // a row for everybody beside one of the user's own was seen to count, and not to count
    return -((Wildcards.breadth(row.host(), HOST) << 30) | Wildcards.breadth(row.database(), NAME));
  }

  /** Of several patterns that match. */
  enum Patterns {
    /** MySQL 8.0.15: all of them. */
    ALL,
    /** The first by its letters, and of the others none. */
    FIRST,
    /** The first for certain; whether the others as well was not seen on that version. */
    FIRST_AT_LEAST
  }
}
