package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.standardInputOf;

import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.credential.RotationCanaryContract;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;

/** With every statement and every login in the server's log. */
class RotationCanaryTest extends RotationCanaryContract {
  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RotationCanaryTest.class);

  @Override
  protected EngineUnderTest engine() {
    return engine;
  }

  @Override
  protected RotationSubject subject() {
    return new Verifier();
  }

  @Override
  protected String[] settings() {
    return new String[] {
      "log_statement=all",
      "log_connections=on",
      "log_min_duration_statement=0",
      "log_min_messages=debug1",
      "log_error_verbosity=verbose"
    };
  }

  @Override
  protected void set(TestDatabase database, String account, Secret password) throws SQLException {
    database.run("ALTER ROLE " + account + " PASSWORD '" + ScramVerifier.of(password) + "'");
  }

  @Override
  protected Runbook toProgram(String account, Secret old, Path vault) {
    return runbook(
        "rotation",
        gate(
            "rotate",
            rotatePassword(account)
                .into(standardInputOf("sh", keeping(vault)))
                .confirmedBy(noRows("clients", "select 1 where false"))
                .replacing(old)
                .keptMeanwhileIn(vault.resolveSibling("meanwhile"))));
  }

  @Override
  protected String logged() {
    return "ALTER ROLE";
  }
}
