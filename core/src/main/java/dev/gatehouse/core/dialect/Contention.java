package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Errors that say nothing about the statement and all about who else was there: a lock that did not
 * come free, a deadlock, a transaction that cannot be put into an order with another.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface Contention {

  /**
   * One such error, in words.
   *
   * @param code begins with {@link #CODE}
   * @param headline what happened
   * @param remedy what to do beside running it again
   */
  record Clash(String code, String headline, String remedy) {}

  /** How the codes of findings begin that come from others, so that the same may succeed later. */
  String CODE = "contention.";

  /**
   * The code of a statement that was given up while it ran. The error does not tell whether it
   * waited for others, was slow by itself, or somebody cancelled it; who watched may know.
   */
  String STATEMENT_LIMIT = CODE + "statement-timeout";

  /** What the error tells of others; empty when it is about the statement itself. */
  Optional<Clash> clash(SQLException error);

  /**
   * Watches, from a session of its own, who stands in the way of this one, until it is closed.
   * Costs nothing while the session does not take long, and never fails: what it could not see, it
   * says.
   */
  Witness watch(Target target, Connection session);

  /** Who stood in the way. Closed by the thread that made it. */
  interface Witness extends AutoCloseable {
    /** One line for each session seen in the way at last; a line that says why when none was. */
    String inTheWay();

    /** Whether anybody was seen. */
    boolean sawAny();

    @Override
    void close();
  }
}
