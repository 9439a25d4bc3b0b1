package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors;
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
}
