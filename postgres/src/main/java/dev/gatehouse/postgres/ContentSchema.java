package dev.gatehouse.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One digest over the definitions of all objects, their owners and privileges: equal for a database
 * and its restored copy.
 */
final class ContentSchema {
  private ContentSchema() {}

  /** What is said of the database as a whole is no part of a dump, and not of its content. */
  static String digest(Connection session) throws SQLException {
    return PostgresCatalogue.INSTANCE
        .read(session)
        .where(object -> !object.kind().equals("database"))
        .digest();
  }
}
