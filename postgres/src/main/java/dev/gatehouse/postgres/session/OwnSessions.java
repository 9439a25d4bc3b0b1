package dev.gatehouse.postgres.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * The sessions that this process has opened. What a session says of itself, such as its
 * application_name or an advisory lock, anybody could say of theirs; process and start are told by
 * the server.
 *
 * <p>Thread-safe.
 */
public final class OwnSessions {
  private static final Map<Connection, SessionId> OPEN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private OwnSessions() {}

  static void add(Connection connection, SessionId session) throws SQLException {
    OPEN.put(Driver.own(connection), session);
  }

  /** Of those, the ones whose connection may still be open. */
  public static Set<SessionId> all() {
    synchronized (OPEN) {
      return OPEN.values().stream().collect(Collectors.toSet());
    }
  }
}
