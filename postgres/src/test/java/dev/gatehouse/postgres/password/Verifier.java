package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.dsl.credential.PasswordRotation;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** One password in the place of the other. */
class Verifier implements RotationSubject {
  @Override
  public Dialect dialect() {
    return Postgres.dialect();
  }

  private static PasswordRotation rotation(List<String> accounts, Path sink) {
    return rotatePassword(accounts.get(0)).into(secretFile(sink));
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
  public String wrongPassword(SQLException refused) {
    return "28P01".equals(refused.getSQLState()) ? "" : "SQLSTATE " + refused.getSQLState();
  }
}
