package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.envFile;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.credential.PasswordRotation;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** One role handing over to its twin. */
final class TwoRoles implements RotationSubject {
  @Override
  public Dialect dialect() {
    return Postgres.dialect();
  }

  @Override
  public List<Account> accounts(TestDatabase database) throws SQLException {
    Account one = database.newAccount("one");
    Account two = database.newAccount("two");
    String owner = database.newName("owner");
    database.run(
        List.of(
            "CREATE ROLE " + owner,
            "GRANT " + owner + " TO " + one.name() + ", " + two.name(),
            "ALTER ROLE " + two.name() + " NOLOGIN PASSWORD NULL"));
    return List.of(one, two);
  }

  private static PasswordRotation rotation(List<String> accounts, Path sink) {
    return rotatePassword(accounts.get(0))
        .handingOverTo(accounts.get(1))
        .into(envFile(sink, "DB_USER", "DB_PASSWORD"));
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
  public String text(Account login) {
    return "A=1\nDB_USER=%s\nDB_PASSWORD=%s\n"
        .formatted(login.name(), login.secret().reveal(String::new));
  }

  @Override
  public String user(List<String> accounts, String text) {
    return text.lines().toList().get(1).replace("DB_USER=", "");
  }

  @Override
  public String password(String text) {
    return text.lines().toList().get(2).replace("DB_PASSWORD=", "");
  }

  /** As a role without LOGIN nobody gets in by any password. */
  @Override
  public String wrongPassword(SQLException refused) {
    return "28P01".equals(refused.getSQLState()) ? "" : "SQLSTATE " + refused.getSQLState();
  }
}
