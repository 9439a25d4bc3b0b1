package dev.gatehouse.mysql;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Targets on databases of tests. */
public final class Targets {
  private Targets() {}

  /** With less patience for the latch of another than people have. */
  public static Dialect dialect(Duration patience) {
    return new MySqlDialect(patience);
  }

  /** As its admin. */
  public static Target of(TestDatabase database) {
    return at(database.jdbcUrl("mysql"), new Account(database.account(), database.secret()));
  }

  /** As that account. */
  public static Target of(TestDatabase database, Account account) {
    return at(database.jdbcUrl("mysql"), account);
  }

  /** At that address. */
  public static Target at(String url, Account account) {
    return Target.at("shop", url, account.name(), account.secret(), MySql.dialect());
  }

  /**
   * Of which one connection can be led through a proxy. Unencrypted.
   *
   * @param driver {@code mysql} or {@code mariadb}
   */
  public static Detour detour(TestDatabase database, String driver, int socketTimeoutSeconds)
      throws IOException {
    boolean connectorJ = driver.equals("mysql");
    return new Detour(
        database,
        MySql.dialect(),
        driver,
        Map.of(
            "sslMode",
            connectorJ ? "DISABLED" : "disable",
            "allowPublicKeyRetrieval",
            "true",
            connectorJ ? "allowLoadLocalInfile" : "allowLocalInfile",
            "false",
            "socketTimeout",
            "" + socketTimeoutSeconds * 1_000));
  }
}
