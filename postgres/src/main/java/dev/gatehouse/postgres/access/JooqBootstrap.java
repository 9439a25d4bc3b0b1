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
 * again. What it thinks of versions has a threshold of its own, kept from when its property is
 * first seen.
 */
final class JooqBootstrap {
  private static final AtomicBoolean GREETED = new AtomicBoolean();

  private static final String VERSIONS =
      "org.jooq.log.org.jooq.impl.DefaultExecuteContext.logVersionSupport";

  private JooqBootstrap() {}

  static DSLContext dsl(Connection connection) {
    DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
    if (GREETED.compareAndSet(false, true)) {
      String ofHost = System.getProperty(VERSIONS);
      System.setProperty(VERSIONS, ofHost == null ? Log.Level.ERROR.name() : ofHost);
      JooqLogger.globalThreshold(Log.Level.ERROR);
      try {
        sql.selectOne().execute();
      } finally {
        JooqLogger.globalThreshold(Log.Level.TRACE);
        if (ofHost == null) {
          System.clearProperty(VERSIONS);
        }
      }
    }
    return sql;
  }
}
