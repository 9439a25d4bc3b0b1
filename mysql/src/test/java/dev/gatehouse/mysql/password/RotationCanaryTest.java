package dev.gatehouse.mysql.password;

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
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** With general, slow and binary log on. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class RotationCanaryTest extends RotationCanaryContract {
  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.share(RotationCanaryTest.class);
  }

  @Override
  protected EngineUnderTest engine() {
    return served.engine();
  }

  @Override
  protected RotationSubject subject() {
    return new Overlapping();
  }

  @Override
  protected String[] settings() {
    return new String[] {
      "general-log=1",
      "general-log-file=general.log",
      "slow-query-log=1",
      "long-query-time=0",
      "log-bin=changes",
      "server-id=7"
    };
  }

  @Override
  protected void set(TestDatabase database, String account, Secret password) throws SQLException {
    Form form;
    try (Connection connection = database.connect()) {
      form = Form.of(connection);
    }
    database.run(form.revert("'" + account + "'@'%'", form.verifier(password)).get(0));
  }

  @Override
  protected Runbook toProgram(String account, Secret old, Path vault) {
    return runbook(
        "rotation",
        gate(
            "rotate",
            rotatePassword(account + "@%")
                .into(standardInputOf("sh", keeping(vault)))
                .confirmedBy(noRows("clients", "select 1 from dual where 1 = 0"))
                .replacing(old)
                .keptMeanwhileIn(vault.resolveSibling("meanwhile"))));
  }

  @Override
  protected String logged() {
    return "ALTER USER";
  }
}
