package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.session.Accounts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** What the lists of sessions, of transactions and of replicas tell. */
public final class MySqlMonitors implements Monitors {
  public static final Monitors INSTANCE = new MySqlMonitors();

  private MySqlMonitors() {}

  @Override
  public Set<String> sessionStates() {
    return SessionStates.STATES;
  }

  @Override
  public Question sessions(String state) {
    return new SessionStates(state);
  }

  @Override
  public Question lockWaits() {
    return new LockWaits();
  }

  @Override
  public Question deadlocks() {
    return new Deadlocks();
  }

  @Override
  public Replication replication() {
    return new Replicas();
  }

  /** The server does not tell this account. */
  static Unknown hidden(Connection connection, String what, String right) throws SQLException {
    String account = Accounts.current(connection);
    return new Unknown(
        Finding.of("mysql.hidden", what)
            .withExpected("an account with " + right)
            .withFound(account + " has it not")
            .withFix("GRANT " + right + " TO " + account));
  }
}
