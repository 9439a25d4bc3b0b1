package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;

/** Test databases as targets. */
public final class Targets {
  private Targets() {}

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
