package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;
import static dev.gatehouse.dsl.GatehouseCredentials.standardInputOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.credential.RotationContract;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Passwords rotated on PostgreSQL, where a role has one. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class PasswordRotationTest extends RotationContract {
  @Parameter EngineUnderTest engine = EngineUnderTest.postgres().get(0);

  static List<EngineUnderTest> servers() {
    return EngineUnderTest.postgres(PasswordRotationTest.class);
  }

  @Override
  protected EngineUnderTest engine() {
    return engine;
  }

  @Override
  protected RotationSubject subject() {
    return new Verifier();
  }

  @Override
  protected Check nobody() {
    return noRows("clients", "select 1");
  }

  @Override
  protected Runbook of(String account, Path sink) {
    return runbook("r", gate("g", rotatePassword(account).into(secretFile(sink))));
  }

  @Test
  void a_program_is_handed_it_on_standard_input() throws Exception {
    String old = scene().current();
    Path vault = work.resolve("vault");
    succeeded(
        runbook(
            "rotation",
            gate(
                "rotate",
                rotatePassword(scene().account())
                    .into(standardInputOf("sh", "-c", "cat > " + vault))
                    .confirmedBy(noRows("clients", "select 1 where false"))
                    .replacing(Secret.of("old", old.toCharArray()))
                    .keptMeanwhileIn(work.resolve("meanwhile")))));
    assertThat(scene().logsIn(Files.readString(vault))).isTrue();
    assertThat(scene().logsIn(old)).isFalse();
  }

  @Test
  void what_it_could_not_do_well_is_refused_while_planning() throws Exception {
    String name = scene().account();
    refused(of(database().account(), scene().sink()), "password.own-account");
    database().run("ALTER ROLE " + name + " NOLOGIN");
    refused(scene().book(), "password.no-login");
    database().run("ALTER ROLE " + name + " LOGIN VALID UNTIL '2020-01-01'");
    refused(scene().book(), "password.expired");
  }
}
