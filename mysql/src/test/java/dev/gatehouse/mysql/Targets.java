package dev.gatehouse.mysql;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.time.Duration;

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
}
