package dev.gatehouse.postgres.access;

import java.sql.Connection;
import org.jooq.DSLContext;
import org.jooq.Log;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.tools.JooqLogger;

/**
 * jOOQ without a word in the host's log.
 *
 * <p>When it renders for the first time it logs a greeting and a tip. Only system properties turn
 * those off, and they are the host's. So that one moment is spent here with jOOQ's threshold above
 * them; afterwards it is at its default again.
 */
final class Quiet {
  static {
    JooqLogger.globalThreshold(Log.Level.WARN);
    try {
      DSL.using(SQLDialect.POSTGRES).render(DSL.one());
    } finally {
      JooqLogger.globalThreshold(Log.Level.TRACE);
    }
  }

  private Quiet() {}

  static DSLContext dsl(Connection connection) {
    return DSL.using(connection, SQLDialect.POSTGRES);
  }
}
