package dev.gatehouse.core.testkit.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * One session of the admin on each server, in which databases and accounts of tests are made and
 * dropped: a login costs more than what is said in it.
 */
final class HomeSession {
  private static final int PATIENCE_SECONDS = 5;
  private static final Map<Server, Connection> OPEN = new HashMap<>();

  private HomeSession() {}

  interface Work {
    void in(Connection home) throws SQLException;
  }

  /** Opens it anew where the server was restarted or a test has ended it. */
  static synchronized void in(Server server, Work work) throws SQLException {
    Connection open = OPEN.get(server);
    if (open == null || !open.isValid(PATIENCE_SECONDS)) {
      open = ServerSql.of(server.product()).connect(server, server.home(), server.admin());
      OPEN.put(server, open);
    }
    work.in(open);
  }
}
