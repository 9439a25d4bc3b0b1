package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may do what on a server of MySQL or MariaDB: accounts {@code user@host}, roles, on all
 * databases. A pattern without {@code @} means every account of the user, and the anonymous ones
 * that its logins may be taken for; one without a dot means objects of the target's database.
 *
 * <p>The grant tables are read until two readings are equal, with the objects between them: on
 * MariaDB no snapshot holds them, and on MySQL a transaction that has read them makes every GRANT
 * of others wait. How somebody logs in (hashes, plugins) is never read.
 *
 * <p>Needs SELECT, SHOW VIEW and TRIGGER on *.*, and the right to read bodies of routines, which on
 * MySQL from 8.0.20 is SHOW_ROUTINE or that SELECT. What the account does not see would be taken
 * for what is not there, so with less it is refused.
 *
 * <p>Rows that somebody wrote into the grant tables without FLUSH PRIVILEGES are told as if they
 * counted already. So are rights on *.* of a role that a role was granted, which MariaDB 11.4 does
 * not always count before the next FLUSH PRIVILEGES or restart.
 */
public final class MySqlAccessReader implements AccessReader {
  public static final MySqlAccessReader INSTANCE = new MySqlAccessReader();

  private static final int READINGS = 5;

  private MySqlAccessReader() {}

  /**
   * @throws Refusal {@code access.unread} when the account does not see everything; {@code
   *     access.off} when the server looks at no grants; {@code access.moving} when they change all
   *     the time
   */
  @Override
  public EffectiveAccess read(Connection connection) throws SQLException {
    return PinnedPrinting.of(connection, MySqlAccessReader::settled);
  }

  private static EffectiveAccess settled(Connection connection) throws SQLException {
    Product product = Products.of(connection);
    refuseWithoutGrants(connection);
    refuseUnread(connection, product);
    String words = product.name() + " " + product.version();
    String database = Queries.one(connection, "SELECT DATABASE()");
    GrantTables before = GrantReading.read(connection, product);
    for (int reading = 0; reading < READINGS; reading++) {
      try {
        Snapshot snapshot = new ObjectReading(connection).read(database, words, before);
        GrantTables after = GrantReading.read(connection, product);
        if (after.equals(before)) {
          return new MySqlAccess(snapshot);
        }
        before = after;
      } catch (SQLException e) {
        if (!ErrorCodes.isGone(e)) {
          throw e;
        }
      }
    }
    throw new Refusal(
        Finding.of("access.moving", "grants change faster than they can be read")
            .withExpected("two readings one after the other that are equal")
            .withFound(READINGS + " readings, each unlike the one before")
            .withFix("ask again when nobody grants, revokes, creates or drops"));
  }

  private static void refuseWithoutGrants(Connection connection) throws SQLException {
    if (Queries.one(connection, "SELECT CURRENT_USER()").startsWith("skip-grants user@")) {
      throw new Refusal(
          Finding.of("access.off", "the server looks at no grants: everybody may do everything")
              .withExpected("a server that was started without skip-grant-tables")
              .withFound("logins are taken for 'skip-grants user'")
              .withFix("start the server without skip-grant-tables"));
    }
  }

  private static void refuseUnread(Connection connection, Product product) throws SQLException {
    OwnRights rights = OwnRights.of(connection);
    List<String> missing = new ArrayList<>();
    for (String right : List.of("SELECT", "SHOW VIEW", "TRIGGER")) {
      if (!rights.hold(right + " ON *.*")) {
        missing.add(right);
      }
    }
    if (product.routineReaders().stream().noneMatch(rights::hold) && missing.isEmpty()) {
      missing.add(product.routineReaders().get(0).split(" ON ")[0]);
    }
    if (!missing.isEmpty()) {
      String all = String.join(", ", missing);
      throw new Refusal(
          Finding.of("access.unread", "the account does not see all that privileges are about")
              .withExpected(
                  "SELECT, SHOW VIEW and TRIGGER on *.*, none of it taken back on a database: what"
                      + " is not seen would be taken for what is not there")
              .withFound("no " + all + " on *.*, by its own SHOW GRANTS")
              .withFix("GRANT " + all + " ON *.* TO " + Accounts.current(connection)));
    }
  }
}
