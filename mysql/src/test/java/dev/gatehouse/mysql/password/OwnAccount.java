package dev.gatehouse.mysql.password;

import static dev.gatehouse.dsl.GatehouseCredentials.passwordsIn;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The run logs in as the account that it rotates. */
final class OwnAccount extends Overlapping {
  @Override
  public List<Account> accounts(TestDatabase database) throws SQLException {
    Account own = database.newAccount("own");
    database.run("GRANT ALL PRIVILEGES ON *.* TO '" + own.name() + "'@'%'");
    return List.of(own);
  }

  @Override
  public Target target(String url, Account admin, List<String> accounts, Path sink) {
    return Target.at("own", url, accounts.get(0), passwordsIn(secretFile(sink)), dialect());
  }
}
