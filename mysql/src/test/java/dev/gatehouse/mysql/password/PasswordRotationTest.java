package dev.gatehouse.mysql.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.passwordsIn;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.credential.RotationContract;
import dev.gatehouse.core.testkit.credential.RotationScene;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.dsl.GatehouseCredentials;
import dev.gatehouse.dsl.credential.SecretSink;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Passwords rotated on MySQL and MariaDB. */
@ParameterizedClass(name = "{0}")
@Alternating(
    inherited = {
      "a_runner_that_dies_at_a_point_is_gone_on_for",
      "killed_and_killed_again_it_is_gone_on_with_by_another_process"
    })
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
  protected Check logsIn(String account, Path sink) {
    return GatehouseCredentials.logsIn(account, secretFile(sink));
  }

  /** Of an account with a host or without. */
  private Runbook rotation(String account) {
    return runbook("r", gate("g", rotatePassword(account).into(secretFile(scene().sink()))));
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
  @Alternating.OnEach
  void both_are_valid_while_clients_change_over() {
    Watching watching = new Watching();
    succeeded(runbook("r", gate("g", rotatePassword(scene().account() + "@%").into(watching))));
    assertThat(watching.valid).containsExactly(true, true);
  }

  @Test
  void what_it_could_not_do_well_is_refused_while_planning() throws Exception {
    String name = scene().account();
    Path sink = scene().sink();
    refused(rotation(name + "@localhost"), "password.no-account");
    refused(rotation(database().account()), "password.own-account");
    database().run("ALTER USER '" + name + "'@'%' ACCOUNT LOCK");
    refused(scene().book(), "password.no-login");
    database().run("ALTER USER '" + name + "'@'%' ACCOUNT UNLOCK");
    database().run("CREATE USER '" + name + "'@'10.0.0.1' IDENTIFIED BY 'x1y2z3'");
    refused(rotation(name), "password.several-accounts");
    assertThat(Plan.of(scene().book(), scene().target()).full())
        .contains("not closed by it: " + name + "@10.0.0.1 keeps its own password");
    refused(subject().ending(scene().accounts(), sink), "password.sessions");
  }

  @Test
  void whoever_may_become_it_by_proxy_is_told() throws Exception {
    String other = database().newAccount("other").name();
    // Who may grant it is no account of the tests; what is asked is the table.
    database()
        .run(
            "INSERT INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user, With_grant,"
                + " Grantor) VALUES ('%', '"
                + other
                + "', '%', '"
                + scene().account()
                + "', 0, '')");
    assertThat(Plan.of(scene().book(), scene().target()).full())
        .contains("not closed by it: " + other + "@% may become it by PROXY")
        .contains("mysql_users of ProxySQL");
  }

  /** Who may rotate and not end sessions is told so before anything is done. */
  @Test
  @Alternating.OnEach
  void what_is_missing_to_end_sessions_is_refused_with_its_grant() throws Exception {
    Account runner = database().newAccount("runner");
    String it = "'" + runner.name() + "'@'%'";
    database().run("GRANT CREATE USER ON *.* TO " + it);
    database().run("GRANT SELECT ON mysql.* TO " + it);
    database().run("GRANT SELECT ON " + database().name() + ".* TO " + it);
    database().run("GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO " + it);
    Target target = Targets.of(database(), runner);
    assertThat(Plan.of(scene().book(), target).full()).contains("sessions that are open go on");
    assertThatThrownBy(() -> Plan.of(subject().ending(scene().accounts(), scene().sink()), target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("GRANT PROCESS, CONNECTION")
        .hasMessageContaining("password.sessions");
  }

  /** The proofs try wrong ones on purpose. */
  @Test
  @Alternating.OnEach
  void an_account_that_few_wrong_passwords_lock_is_refused() throws Exception {
    String locks = "ALTER USER '%s'@'%%' FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 1";
    if (engine().product() == Product.MARIADB) {
      database().run("SET GLOBAL max_password_errors = 3");
    } else if (engine().asked().startsWith("8.0.1")) {
      // It counts none.
      assertThat(Plan.of(scene().book(), scene().target()).full()).contains("RETAIN");
      return;
    } else {
      database().run(locks.formatted(scene().account()));
    }
    try {
      refused(scene().book(), "password.lock-out");
    } finally {
      if (engine().product() == Product.MARIADB) {
        database().run("SET GLOBAL max_password_errors = DEFAULT");
      }
    }
  }

  @Override
  protected RotationSubject own() {
    return new OwnAccount();
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

  /** As old and new one are found there, nothing but the new one tells that it is another file. */
  @Test
  void a_target_that_asks_another_sink_keeps_the_old_password() throws Exception {
    RotationScene own = scene(own());
    Path copy = Files.copy(own.sink(), work.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
    Target target =
        Target.at(
            "own",
            database().jdbcUrl(),
            own.account(),
            passwordsIn(secretFile(copy)),
            own.subject().dialect());
    RunRecord record = own.run(own.book(), target);
    assertThat(RunText.failure(record)).contains("rotation.own");
    assertThat(own.current()).isEqualTo(Files.readString(copy));
    own.requireSound("taken back");
  }
}
