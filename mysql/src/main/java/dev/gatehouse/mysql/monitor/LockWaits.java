package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.mysql.monitor.SessionList.Session;
import dev.gatehouse.mysql.session.Blockers;
import dev.gatehouse.mysql.session.MySqlContention;
import dev.gatehouse.mysql.session.Products;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who waits for whom; needs PROCESS to count, and on MySQL performance_schema to name holders. */
record LockWaits() implements Question {

  @Override
  public List<String> preview(Connection connection) throws SQLException {
    List<String> all = new ArrayList<>(SessionList.preview());
    all.add(Products.of(connection).blockersQuestion());
    return all;
  }

  @Override
  public Answer ask(Connection connection) throws SQLException {
    return SessionList.ask(
        connection, "who waits for a lock is hidden", sessions -> counted(connection, sessions));
  }

  private static Answer counted(Connection connection, List<Session> sessions) throws SQLException {
    List<Session> waits = sessions.stream().filter(Session::waits).toList();
    if (waits.isEmpty()) {
      return new Counted(0, "", "", Optional.empty());
    }
    Session first = waits.get(0);
    Blockers blockers = Blockers.of(connection, first.id());
    return new Counted(
        waits.size(),
        "such as: connection %s of %s waits for %s, held by %s"
            .formatted(first.id(), first.user(), lock(first), blockers),
        blockers.first().map(id -> "KILL " + id).orElse("SHOW FULL PROCESSLIST"),
        Optional.empty());
  }

  private static String lock(Session session) {
    if (session.waitsForRow()) {
      return "a lock on rows";
    }
    String state = session.state();
    return state.equals("User lock") ? "a lock by name" : MySqlContention.waitedFor(state);
  }
}
