package dev.gatehouse.mysql.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.credential.RotationContract;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.credential.SecretSink;
import dev.gatehouse.mysql.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Passwords rotated on MySQL and MariaDB. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class PasswordRotationTest extends RotationContract {
  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.all();
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
  protected Check nobody() {
    return noRows("clients", "select 1");
  }

  @Override
  protected Runbook of(String account, Path sink) {
    return runbook("r", gate("g", rotatePassword(account).into(secretFile(sink))));
  }

  /** Looks at the server while it is given what it keeps. */
  private final class Watching implements SecretSink {
    private final SecretSink real = secretFile(scene().sink());
    private final List<Boolean> valid = new ArrayList<>();

    @Override
    public List<String> plan() throws Exception {
      return real.plan();
    }

    @Override
    public void store(Secret secret) throws Exception {
      valid.add(scene().logsIn(Files.readString(scene().sink())));
      valid.add(secret.reveal(fresh -> scene().logsIn(new String(fresh))));
      real.store(secret);
    }

    @Override
    public Optional<Secret> current() throws Exception {
      return real.current();
    }

    @Override
    public Optional<Path> meanwhile() {
      return real.meanwhile();
    }
  }

  @Test
  void both_are_valid_while_clients_change_over() {
    Watching watching = new Watching();
    succeeded(runbook("r", gate("g", rotatePassword(scene().account() + "@%").into(watching))));
    assertThat(watching.valid).containsExactly(true, true);
  }

  @Test
  void what_it_could_not_do_well_is_refused_while_planning() throws Exception {
    String name = scene().account();
    Path sink = scene().sink();
    refused(of(name + "@localhost", sink), "password.no-account");
    refused(of(database().account(), sink), "password.own-account");
    database().run("ALTER USER '" + name + "'@'%' ACCOUNT LOCK");
    refused(scene().book(), "password.no-login");
    database().run("ALTER USER '" + name + "'@'%' ACCOUNT UNLOCK");
    database().run("CREATE USER '" + name + "'@'10.0.0.1' IDENTIFIED BY 'x1y2z3'");
    refused(of(name, sink), "password.several-accounts");
    assertThat(Plan.of(scene().book(), scene().target()).toString())
        .contains("not closed by it: " + name + "@10.0.0.1 keeps its own password");
  }
}
