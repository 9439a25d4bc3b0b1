package dev.gatehouse.mysql.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.credential.PasswordRotation;
import dev.gatehouse.mysql.MySql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Both passwords accepted for a while: retained by MySQL, as an alternative on MariaDB. */
class Overlapping implements RotationSubject {
  @Override
  public Dialect dialect() {
    return MySql.dialect();
  }

  private static PasswordRotation rotation(List<String> accounts, Path sink) {
    return rotatePassword(accounts.get(0) + "@%").into(secretFile(sink));
  }

  @Override
  public Runbook ending(List<String> accounts, Path sink) {
    return runbook("rotation", gate("rotate", rotation(accounts, sink).endingSessions()));
  }

  @Override
  public Runbook book(List<String> accounts, Path sink, Optional<Check> consumers) {
    PasswordRotation rotation = rotation(accounts, sink);
    return runbook(
        "rotation", gate("rotate", consumers.map(rotation::confirmedBy).orElse(rotation)));
  }

  @Override
  public List<Account> accounts(TestDatabase database) throws SQLException {
    Account app = database.newAccount("app");
    database.run("GRANT SELECT ON " + database.name() + ".* TO '" + app.name() + "'@'%'");
    return List.of(app);
  }

  @Override
  public String wrongPassword(SQLException refused) {
    return refused.getErrorCode() == 1045 ? "" : "error " + refused.getErrorCode();
  }
}
