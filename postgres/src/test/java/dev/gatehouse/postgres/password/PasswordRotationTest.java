package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;
import static dev.gatehouse.dsl.GatehouseCredentials.standardInputOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.credential.RotationContract;
import dev.gatehouse.core.testkit.credential.RotationScene;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.GatehouseCredentials;
import dev.gatehouse.postgres.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
  protected Check logsIn(String account, Path sink) {
    return GatehouseCredentials.logsIn(account, secretFile(sink));
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
    refused(of(database().account()), "password.own-account");
    database().run("ALTER ROLE " + name + " NOLOGIN");
    refused(scene().book(), "password.no-login");
    database().run("ALTER ROLE " + name + " LOGIN VALID UNTIL '2020-01-01'");
    refused(scene().book(), "password.expired");
  }

  @Test
  void a_sink_that_nobody_can_read_back_needs_somebody_who_confirms() {
    refused(
        runbook(
            "rotation",
            gate(
                "rotate",
                rotatePassword(scene().account())
                    .into(standardInputOf("cat"))
                    .replacing(Secret.of("old", "some-old-password".toCharArray()))
                    .keptMeanwhileIn(work.resolve("meanwhile")))),
        "rotation.unconfirmed");
    assertThatThrownBy(
            () ->
                At.ask(
                    scene().target(),
                    GatehouseCredentials.logsIn(scene().account(), standardInputOf("cat"))))
        .hasMessageContaining("rotation.sink");
  }

  @Test
  void where_any_password_logs_in_none_is_confirmed() throws Exception {
    try (OwnServer asking = engine.another(PasswordRotationTest::trustApp);
        TestDatabase database = asking.database()) {
      database.run("CREATE ROLE app LOGIN PASSWORD 'the-right-one'");
      Path sink = Files.writeString(work.resolve("kept"), "the-right-one");
      Files.setPosixFilePermissions(sink, PosixFilePermissions.fromString("rw-------"));
      Target target = Targets.of(database);
      Outcome unknown = At.ask(target, logsIn("app", sink));
      assertThat(unknown.status()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(At.said(unknown)).contains("a random wrong password is not refused as such");
    }
  }

  private static void trustApp(Path data) {
    Path rules = data.resolve("pg_hba.conf");
    try {
      Files.writeString(rules, "host all app all trust\n" + Files.readString(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void what_is_missing_to_end_sessions_is_refused_with_its_grant() throws Exception {
    Account runner = database().newAccount("runner");
    database().run("ALTER ROLE " + runner.name() + " CREATEROLE");
    database().run("GRANT CREATE ON DATABASE " + database().name() + " TO " + runner.name());
    Target target = Targets.of(database(), runner);
    assertThat(Plan.of(scene().book(), target).full())
        .contains("sessions that are open go on")
        .contains("UNKNOWN what lines of pg_hba.conf");
    assertThatThrownBy(() -> Plan.of(subject().ending(scene().accounts(), scene().sink()), target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("GRANT pg_signal_backend TO")
        .hasMessageContaining("password.sessions");
  }

  @Override
  protected RotationSubject own() {
    return new OwnRole();
  }

  @Test
  @Timeout(120)
  void the_runs_own_account_is_rotated_by_a_target_that_asks_for_its_password() throws Exception {
    killedBehindTheServer(own());
    RotationScene own = scene(own());
    assertThatThrownBy(() -> Plan.of(own().ending(own.accounts(), own.sink()), own.target()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("password.sessions");
  }

  /** At its points a hand-over dies in each build. */
  @Override
  @Tag("nightly")
  @Test
  @Timeout(120)
  protected void a_runner_that_dies_at_a_point_is_gone_on_for() throws Exception {
    super.a_runner_that_dies_at_a_point_is_gone_on_for();
  }
}
