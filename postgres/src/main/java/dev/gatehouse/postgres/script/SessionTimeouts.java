package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** {@code lock_timeout} and {@code statement_timeout}. */
public final class SessionTimeouts implements TimeLimits {
  @Override
  public List<String> preview(Limits limits) {
    return settings(limits, "SET LOCAL ");
  }

  @Override
  public void impose(Connection connection, Limits limits) throws SQLException {
    for (String setting : settings(limits, connection.getAutoCommit() ? "SET " : "SET LOCAL ")) {
      Queries.run(connection, setting);
    }
    if (limits.statement().isPresent()) {
      TimeLimits.outwait(connection, limits.statement().get());
    }
  }

  private static List<String> settings(Limits limits, String set) {
    List<String> settings = new ArrayList<>();
    limits.lock().ifPresent(limit -> settings.add(set + "lock_timeout = " + limit.toMillis()));
    limits
        .statement()
        .ifPresent(limit -> settings.add(set + "statement_timeout = " + limit.toMillis()));
    return settings;
  }
}
