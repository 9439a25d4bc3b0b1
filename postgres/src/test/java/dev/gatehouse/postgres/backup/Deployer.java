package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import java.sql.SQLException;

/** An ordinary account that owns its database and may make others, as README has it. */
final class Deployer {
  private Deployer() {}

  static Account of(TestDatabase database) throws SQLException {
    Account account = database.newAccount("deployer");
    database.run("ALTER ROLE " + account.name() + " CREATEDB");
    database.run("ALTER DATABASE " + database.name() + " OWNER TO " + account.name());
    return account;
  }

  static Target target(EngineUnderTest engine, TestDatabase database, Account account) {
    return Target.at(
        "shop",
        database.jdbcUrl(),
        account.name(),
        account.secret(),
        Postgres.dialectWith(Dumps.tools(engine)));
  }
}
