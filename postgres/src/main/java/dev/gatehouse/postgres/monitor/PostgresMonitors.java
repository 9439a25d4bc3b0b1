package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.outcome.Finding;
import java.util.Set;

/** What the views pg_stat_* tell (PostgreSQL manual, "The Cumulative Statistics System"). */
public final class PostgresMonitors implements Monitors {
  public static final Monitors INSTANCE = new PostgresMonitors();

  private PostgresMonitors() {}

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
    return new Standbys();
  }

  static Unknown hidden(String what) {
    return new Unknown(
        Finding.of("postgres.hidden", what)
            .withExpected("an account that is a member of pg_read_all_stats")
            .withFound("'<insufficient privilege>'")
            .withFix("GRANT pg_read_all_stats TO <the account of the target>"));
  }
}
