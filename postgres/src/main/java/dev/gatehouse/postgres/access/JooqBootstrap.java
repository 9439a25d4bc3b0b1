package dev.gatehouse.postgres.access;

import java.sql.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.DSLContext;
import org.jooq.Log;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.tools.JooqLogger;

/**
 * jOOQ without a word in the host's log.
 *
 * <p>With its first statement in a JVM it logs a greeting, a tip, and what it thinks of the
 * server's version. Only system properties turn those off, and they are the host's. So a first
 * statement is spent here with jOOQ's threshold above them; afterwards that is at its default
 * again.
 */
final class JooqBootstrap {
  private static final AtomicBoolean GREETED = new AtomicBoolean();

  private JooqBootstrap() {}

  static DSLContext dsl(Connection connection) {
    DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
    if (GREETED.compareAndSet(false, true)) {
      JooqLogger.globalThreshold(Log.Level.ERROR);
      try {
        sql.selectOne().execute();
      } finally {
        JooqLogger.globalThreshold(Log.Level.TRACE);
      }
    }
    return sql;
  }
}
