package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Dialect;

/**
 * PostgreSQL 14 to 18 for runbooks.
 *
 * <p>Needs the driver {@code org.postgresql:postgresql} on the class path. The account needs CREATE
 * on the database once: the first run creates the schema {@code gatehouse}, which holds the lease
 * and the markers; after that USAGE on it and SELECT, INSERT, UPDATE on its tables are enough.
 *
 * @since 0.1
 */
public final class Postgres {
  private Postgres() {}

  /** The dialect. Thread-safe; holds no connection. */
  public static Dialect dialect() {
    return PostgresDialect.INSTANCE;
  }

  /** The dialect with pg_dump and pg_restore of that place, for backups, drills and restores. */
  public static Dialect dialectWith(PgTools tools) {
    return new PostgresDialect(tools);
  }
}
