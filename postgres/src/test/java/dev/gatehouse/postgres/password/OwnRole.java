package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.GatehouseCredentials.passwordsIn;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The run logs in as the role that it rotates. */
final class OwnRole extends Verifier {
  @Override
  public List<Account> accounts(TestDatabase database) throws SQLException {
    Account own = database.newAccount("own");
    database.run("ALTER ROLE " + own.name() + " SUPERUSER");
    return List.of(own);
  }

  @Override
  public Target target(String url, Account admin, List<String> accounts, Path sink) {
    return Target.at("own", url, accounts.get(0), passwordsIn(secretFile(sink)), dialect());
  }
}
