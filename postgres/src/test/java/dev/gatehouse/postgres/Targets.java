package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.backup.PgTools;
import java.time.Duration;

/** Test databases as targets. */
public final class Targets {
  private Targets() {}

  /** The dialect, whose effects wait for the latch of others for that long. */
  public static Dialect dialect(PgTools tools, Duration patience) {
    return new PostgresDialect(tools, patience);
  }

  /** As the admin. */
  public static Target of(TestDatabase database) {
    return of(database, new Account(database.account(), database.secret()));
  }

  public static Target of(TestDatabase database, Account account) {
    return at(database.jdbcUrl(), account);
  }

  public static Target at(String url, Account account) {
    return Target.at("contract", url, account.name(), account.secret(), Postgres.dialect());
  }
}
