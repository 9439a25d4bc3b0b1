package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.backup.PgTools;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

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

  /** Of which one connection can be led through a proxy. Unencrypted. */
  public static Detour detour(TestDatabase database, int socketTimeoutSeconds) throws IOException {
    return new Detour(
        database,
        Postgres.dialect(),
        "postgresql",
        Map.of("sslmode", "disable", "socketTimeout", "" + socketTimeoutSeconds));
  }
}
