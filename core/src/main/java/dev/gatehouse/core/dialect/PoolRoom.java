package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a pool lends as many connections at once as are needed. The account needs no more than to
 * log in; a pool that is busy at that moment is told as one that is too small.
 *
 * @since 0.1
 */
public final class PoolRoom {
  /** Code of that refusal. */
  public static final String TOO_SMALL = "pool.too-small";

  private static final Logger LOG = LoggerFactory.getLogger(PoolRoom.class);

  private PoolRoom() {}

  /**
   * Borrows that many at once, where the target's sessions come from a pool, and gives them back as
   * they were lent.
   *
   * @param sessions with the one that plans, which is lent already
   * @throws Refusal when the pool lends fewer
   */
  public static void require(Target target, int sessions) throws SQLException {
    List<Connection> borrowed = new ArrayList<>();
    try {
      while (target.isPooled() && borrowed.size() + 1 < sessions) {
        try {
          borrowed.add(target.connect(Map.of()));
        } catch (SQLException e) {
          throw tooSmall(target, borrowed.size() + 1, sessions, e);
        }
      }
    } finally {
      borrowed.forEach(PoolRoom::giveBack);
    }
  }

  /** One that cannot be given back must not keep the others, nor hide what was found. */
  private static void giveBack(Connection borrowed) {
    try {
      borrowed.close();
    } catch (SQLException e) {
      LOG.debug("a connection could not be given back to its pool", e);
    }
  }

  /** That a pool lent so many at once, and no more. */
  public static Refusal tooSmall(Target target, int lent, int needed, SQLException e) {
    return new Refusal(
        Finding.of(TOO_SMALL, "the pool of '" + target + "' lends too few connections")
            .withExpected(needed + " at once, beside those that the service itself uses")
            .withFound(lent + ", then: " + e.getMessage())
            .withFix("give the pool room for " + needed + " more: maximumPoolSize of HikariCP"),
        e);
  }
}
