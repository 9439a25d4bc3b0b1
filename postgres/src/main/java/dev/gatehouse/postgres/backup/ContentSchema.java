package dev.gatehouse.postgres.backup;

import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * One digest over the definitions of all objects, their owners and privileges: equal for a database
 * and its restored copy.
 */
final class ContentSchema {
  private ContentSchema() {}

  /** Without what no dump holds, such as settings of the database as a whole. */
  static String digest(Connection session) throws SQLException {
    return PostgresCatalogue.dumped(PostgresCatalogue.INSTANCE.read(session)).digest();
  }
}
