package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.mysql.monitor.SessionList.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sessions of one state; needs PROCESS. */
record SessionStates(String state) implements Question {
  private static final String IN_TRANSACTION = "idle in transaction";
  static final Set<String> STATES = Set.of("active", "idle", IN_TRANSACTION);

  @Override
  public List<String> preview(Connection connection) {
    return SessionList.preview();
  }

  private boolean holds(Session session) {
    return state.equals(
        !session.sleeps() ? "active" : session.inTransaction() ? IN_TRANSACTION : "idle");
  }

  @Override
  public Answer ask(Connection connection) throws SQLException {
    return SessionList.ask(connection, "the sessions of others are hidden", this::counted);
  }

  private Answer counted(List<Session> sessions) {
    List<Session> found = sessions.stream().filter(this::holds).toList();
    if (found.isEmpty()) {
      return new Counted(0, "", "", Optional.empty());
    }
    Session oldest = found.get(0);
    return new Counted(
        found.size(),
        "the oldest: connection %s of %s, for %s s"
            .formatted(oldest.id(), oldest.user(), oldest.seconds()),
        "KILL " + oldest.id(),
        Optional.empty());
  }
}
