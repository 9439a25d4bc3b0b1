package dev.gatehouse.mysql.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.DyingRotation;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.credential.SecretSink;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Passwords rotated on MySQL and MariaDB: whole, killed, refused. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class PasswordRotationTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  private TestDatabase database = served.engine().database();
  private Account app = new Account("", Secret.of("none", new char[] {'x'}));
  private Path sink = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void an_account() throws IOException, SQLException {
    database.close();
    database = served.engine().database();
    app = database.newAccount("app");
    database.run("GRANT SELECT ON " + database.name() + ".* TO '" + app.name() + "'@'%'");
    sink = work.resolve(app.name());
    Files.createFile(
        sink, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(sink, app.secret().reveal(String::new));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Target target() {
    return Targets.of(database);
  }

  private String account() {
    return app.name() + "@%";
  }

  private Runbook book() {
    return runbook("rotation", gate("rotate", rotatePassword(account()).into(secretFile(sink))));
  }

  private boolean logsIn(String password) {
    Account is = new Account(app.name(), Secret.of("password", password.toCharArray()));
    try (Connection fresh = database.connect(is)) {
      return fresh.isValid(5);
    } catch (SQLException refused) {
      assertThat(refused.getErrorCode()).isEqualTo(1045);
      return false;
    }
  }

  private RunRecord run(Runbook book) {
    return Runner.journalingTo(work.resolve("journals")).run(Plan.of(book, target()));
  }

  @Test
  void the_new_one_logs_in_and_the_old_one_does_not() throws Exception {
    String old = Files.readString(sink);
    RunRecord record = run(book());
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    String fresh = Files.readString(sink);
    assertThat(fresh).hasSize(40).isNotEqualTo(old);
    assertThat(logsIn(fresh)).isTrue();
    assertThat(logsIn(old)).isFalse();
    assertThat(Files.getPosixFilePermissions(sink))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(sink.resolveSibling(sink.getFileName() + ".rotation")).doesNotExist();
    assertThat(sink.resolveSibling(sink.getFileName() + ".new")).doesNotExist();
  }

  /** Looks at the server while it is given what it keeps. */
  private final class Watching implements SecretSink {
    private final SecretSink real = secretFile(sink);
    private final List<Boolean> valid = new ArrayList<>();

    @Override
    public List<String> plan() throws Exception {
      return real.plan();
    }

    @Override
    public void store(Secret secret) throws Exception {
      valid.add(logsIn(Files.readString(sink)));
      valid.add(secret.reveal(fresh -> logsIn(new String(fresh))));
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
    RunRecord record = run(runbook("r", gate("g", rotatePassword(account()).into(watching))));
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(watching.valid).containsExactly(true, true);
  }

  @Test
  void killed_at_a_point_it_goes_on_without_a_lock_out_or_a_third_password() throws Exception {
    dying(Integer.getInteger("rotation.every", 11));
  }

  @Tag("nightly")
  @Test
  void killed_at_every_point() throws Exception {
    dying(1);
  }

  private DyingRotation rotation() throws IOException, SQLException {
    an_account();
    Path meanwhile = sink.resolveSibling(sink.getFileName() + ".rotation");
    return new DyingRotation(
        book(), target(), work.resolve(app.name() + ".runs"), sink, meanwhile, this::logsIn);
  }

  private void dying(int every) throws IOException, SQLException {
    List<String> points = rotation().points();
    for (int point = points.size() / 7 % every; point < points.size() - 1; point += every) {
      // Those of the run itself lie before there is one, and after its end.
      if (points.get(point).startsWith("rotate password")) {
        rotation().dieAt(point, point + " " + points.get(point), point % 2 == 1);
      }
    }
  }

  private void refused(Runbook book, String code) {
    assertThatThrownBy(() -> Plan.of(book, target()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(code);
  }

  private Runbook of(String account) {
    return runbook("r", gate("g", rotatePassword(account).into(secretFile(sink))));
  }

  @Test
  void what_it_could_not_do_well_is_refused_while_planning() throws Exception {
    refused(of("nobody@%"), "password.no-account");
    refused(of(app.name() + "@localhost"), "password.no-account");
    refused(of(database.account()), "password.own-account");
    database.run("ALTER USER '" + app.name() + "'@'%' ACCOUNT LOCK");
    refused(book(), "password.no-login");
    database.run("ALTER USER '" + app.name() + "'@'%' ACCOUNT UNLOCK");
    database.run("CREATE USER '" + app.name() + "'@'10.0.0.1' IDENTIFIED BY 'x1y2z3'");
    try {
      refused(of(app.name()), "password.several-accounts");
      assertThat(Plan.of(book(), target()).toString())
          .contains("not closed by it: " + app.name() + "@10.0.0.1 keeps its own password");
    } finally {
      database.run("DROP USER '" + app.name() + "'@'10.0.0.1'");
    }
    Files.writeString(sink, "another-password");
    refused(book(), "rotation.login");
    Path link = Files.createSymbolicLink(work.resolve("link"), sink);
    refused(
        runbook("r", gate("g", rotatePassword(account()).into(secretFile(link)))), "rotation.file");
    Files.setPosixFilePermissions(sink, PosixFilePermissions.fromString("rw-r-----"));
    refused(book(), "rotation.file");
  }
}
