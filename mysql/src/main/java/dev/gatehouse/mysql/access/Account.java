package dev.gatehouse.mysql.access;

import dev.gatehouse.mysql.session.Accounts;
import java.util.Map;
import java.util.Set;

/**
 * Somebody to whom privileges are granted. Holds nothing of how it logs in.
 *
 * @param host where its logins come from; empty for a role of MariaDB
 * @param role whether nobody logs in as it: MariaDB's roles and PUBLIC. MySQL's roles are accounts
 * @param globals what it has on the whole server, as GRANT names it
 * @param restrictions what partial revokes take from that, by database
 */
record Account(
    int number,
    String user,
    String host,
    boolean role,
    Set<String> globals,
    Map<String, Set<String>> restrictions) {

  static final String PUBLIC = "PUBLIC";

  /** Millions of times a part of a key. */
  @Override
  public int hashCode() {
    return number;
  }

  Account {
    globals = Set.copyOf(globals);
    restrictions = Map.copyOf(restrictions);
  }

  /** As patterns name it. */
  String name() {
    return isPublic() ? "public" : role ? user : user + "@" + host;
  }

  /** MariaDB's role that everybody has. */
  boolean isPublic() {
    return role && user.equals(PUBLIC);
  }

  boolean isAnonymous() {
    return user.isEmpty();
  }

  /** Made by the product for itself. */
  boolean predefined() {
    return !role && (user.startsWith("mysql.") || user.startsWith("mariadb."));
  }

  /** As GRANT writes it. */
  String inSql() {
    return isPublic()
        ? PUBLIC
        : role ? Accounts.quoted(user) : Accounts.quoted(user) + "@" + Accounts.quoted(host);
  }

  boolean is(String otherUser, String otherHost) {
    return user.equals(otherUser) && host.equalsIgnoreCase(otherHost);
  }

  /** The rights on databases that it has everywhere, but where they were taken back. */
  long everywhere(String database) {
    return Right.mask(globals) & ~Right.mask(restrictions.getOrDefault(database, Set.of()));
  }
}
