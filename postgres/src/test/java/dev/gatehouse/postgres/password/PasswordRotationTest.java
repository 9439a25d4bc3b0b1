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
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Passwords rotated on PostgreSQL: whole, killed, taken back, refused. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class PasswordRotationTest {
  @Parameter EngineUnderTest engine = EngineUnderTest.postgres().get(0);
  @TempDir Path work = Path.of("");

  private TestDatabase database = engine.database();
  private Account app = new Account("", Secret.of("none", new char[] {'x'}));
  private Path sink = Path.of("");

  static List<EngineUnderTest> servers() {
    return EngineUnderTest.postgres(PasswordRotationTest.class);
  }

  @BeforeEach
  void an_account() throws IOException {
    database.close();
    database = engine.database();
    app = database.newAccount("app");
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

  private Runbook book() {
    return runbook("rotation", gate("rotate", rotatePassword(app.name()).into(secretFile(sink))));
  }

  private boolean logsIn(String password) {
    Account is = new Account(app.name(), Secret.of("password", password.toCharArray()));
    try (Connection fresh = database.connect(is)) {
      return fresh.isValid(5);
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).isEqualTo("28P01");
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
    assertThat(sink.resolveSibling(sink.getFileName() + ".rotation")).doesNotExist();
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

  private DyingRotation rotation() throws IOException {
    an_account();
    Path meanwhile = sink.resolveSibling(sink.getFileName() + ".rotation");
    return new DyingRotation(
        book(), target(), work.resolve(app.name() + ".runs"), sink, meanwhile, this::logsIn);
  }

  private void dying(int every) throws IOException {
    List<String> points = rotation().points();
    for (int point = points.size() / 7 % every; point < points.size() - 1; point += every) {
      // Those of the run itself lie before there is one, and after its end.
      if (points.get(point).startsWith("rotate password")) {
        rotation().dieAt(point, point + " " + points.get(point), point % 2 == 1);
      }
    }
  }

  @Test
  void clients_that_do_not_confirm_have_it_taken_back() throws Exception {
    String old = Files.readString(sink);
    RunRecord record =
        run(
            runbook(
                "rotation",
                gate(
                    "rotate",
                    rotatePassword(app.name())
                        .into(secretFile(sink))
                        .confirmedBy(noRows("clients", "select 1")))));
    assertThat(record.state()).as(RunText.failure(record)).isNotEqualTo(RunState.SUCCEEDED);
    assertThat(Files.readString(sink)).isEqualTo(old);
    assertThat(logsIn(old)).isTrue();
    assertThat(sink.resolveSibling(sink.getFileName() + ".rotation")).doesNotExist();
  }

  @Test
  void a_program_is_handed_it_on_standard_input() throws Exception {
    String old = Files.readString(sink);
    Path vault = work.resolve("vault");
    RunRecord record =
        run(
            runbook(
                "rotation",
                gate(
                    "rotate",
                    rotatePassword(app.name())
                        .into(standardInputOf("sh", "-c", "cat > " + vault))
                        .replacing(app.secret())
                        .keptMeanwhileIn(work.resolve("meanwhile")))));
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(logsIn(Files.readString(vault))).isTrue();
    assertThat(logsIn(old)).isFalse();
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
    refused(of("nobody"), "password.no-account");
    refused(of(database.account()), "password.own-account");
    database.run("ALTER ROLE " + app.name() + " NOLOGIN");
    refused(book(), "password.no-login");
    database.run("ALTER ROLE " + app.name() + " LOGIN VALID UNTIL '2020-01-01'");
    refused(book(), "password.expired");
    database.run("ALTER ROLE " + app.name() + " VALID UNTIL 'infinity'");
    Files.writeString(sink, "another-password");
    refused(book(), "rotation.login");
  }
}
