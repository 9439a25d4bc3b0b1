package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.outcome.Lasting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code lock_wait_timeout} for tables, {@code innodb_lock_wait_timeout} for rows, both in whole
 * seconds; and how long a statement may take, by the server where it can, by KILL QUERY where it
 * cannot. They stay until the session ends, which is with its step.
 */
public record SessionLimits(Product product) implements TimeLimits {
  /** The longest that lock_wait_timeout takes, in seconds. */
  private static final long LONGEST = 31_536_000;

  @Override
  public List<String> preview(Limits limits) {
    List<String> lines = new ArrayList<>(settings(limits));
    limits
        .lock()
        .filter(limit -> !Duration.ofSeconds(seconds(limit)).equals(limit))
        .ifPresent(
            limit -> lines.add(0, "-- locks are limited in whole seconds: " + Lasting.of(limit)));
    limits
        .statement()
        .filter(limit -> product.statementLimit(limit).isEmpty())
        .ifPresent(
            limit ->
                lines.add(
                    "-- each statement is given up after "
                        + Lasting.of(limit)
                        + ": KILL QUERY, by a second connection of the account"));
    return lines;
  }

  @Override
  public void impose(Connection connection, Limits limits) throws SQLException {
    for (String setting : settings(limits)) {
      Queries.run(connection, setting);
    }
    if (limits.statement().isPresent()) {
      Duration limit = limits.statement().get();
      TimeLimits.outwait(connection, limit);
      if (product.statementLimit(limit).isEmpty()) {
        SessionConnection.of(connection).limit(limit);
      }
    }
  }

  private List<String> settings(Limits limits) {
    List<String> settings = new ArrayList<>();
    limits
        .lock()
        .ifPresent(
            limit ->
                settings.add(
                    "SET SESSION lock_wait_timeout = %1$d, innodb_lock_wait_timeout = %1$d"
                        .formatted(seconds(limit))));
    Optional<String> statement = limits.statement().flatMap(product::statementLimit);
    statement.ifPresent(settings::add);
    return settings;
  }

  private static long seconds(Duration limit) {
    return Math.min(LONGEST, limit.plusNanos(999_999_999).toSeconds());
  }
}
