package dev.gatehouse.core.testkit.credential;

import static dev.gatehouse.core.testkit.Steps.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Verdict;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What each way to rotate a password shows: whole, taken back, refused, and what {@link
 * RotationKills} shows.
 */
public abstract class RotationContract extends RotationKills {
  /** That the account logs in by what the sink keeps. */
  protected abstract Check logsIn(String account, Path sink);

  /** A rotation of that account, in the place of the first, into the scene's sink. */
  protected final Runbook of(String account) {
    List<String> accounts = new ArrayList<>(scene().accounts());
    accounts.set(0, account);
    return subject().book(accounts, scene().sink(), Optional.empty());
  }

  protected final RunRecord succeeded(Runbook book) {
    RunRecord record = scene().run(book);
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    return record;
  }

  protected final void refused(Runbook book, String code) {
    assertThatThrownBy(() -> Plan.of(book, scene().target()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(code);
  }

  @Test
  void the_new_one_logs_in_and_the_old_one_does_not() throws Exception {
    RotationScene scene = scene();
    String old = scene.current();
    succeeded(scene.book());
    String fresh = scene.current();
    assertThat(fresh).hasSize(40).isNotEqualTo(old);
    assertThat(scene.logsIn(fresh)).isTrue();
    assertThat(scene.logsIn(old)).isFalse();
    assertThat(Files.getPosixFilePermissions(scene.sink()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(scene.meanwhile()).doesNotExist();
    assertThat(scene.sink().resolveSibling("sink.new")).doesNotExist();
  }

  @Test
  void clients_that_do_not_confirm_have_it_taken_back() throws Exception {
    RotationScene scene = scene();
    String before = Files.readString(scene.sink());
    RunRecord record =
        scene.run(subject().book(scene.accounts(), scene.sink(), Optional.of(failing("clients"))));
    assertThat(record.state()).as(RunText.failure(record)).isNotEqualTo(RunState.SUCCEEDED);
    assertThat(Files.readString(scene.sink())).isEqualTo(before);
    assertThat(scene.logsIn(scene.current())).isTrue();
    scene.requireSound("taken back");
    assertThat(scene.meanwhile()).doesNotExist();
  }

  @Test
  void a_file_that_is_not_private_and_a_password_that_is_not_in_use_are_refused() throws Exception {
    RotationScene scene = scene();
    String before = Files.readString(scene.sink());
    refused(of("nobody_at_all"), "password.no-account");
    Files.writeString(scene.sink(), before.replace(scene.current(), "another-password"));
    refused(scene.book(), "rotation.login");
    Path link = Files.createSymbolicLink(work.resolve("link"), scene.sink());
    refused(subject().book(scene.accounts(), link, Optional.empty()), "rotation.file");
    Files.setPosixFilePermissions(scene.sink(), PosixFilePermissions.fromString("rw-r-----"));
    refused(scene.book(), "rotation.file");
  }

  @Test
  void a_login_by_what_the_sink_keeps_confirms_and_fails_on_the_retired_one() throws Exception {
    RotationScene scene = scene();
    String retired = Files.readString(scene.sink());
    List<String> accounts = scene.accounts();
    Check login = logsIn(accounts.get(accounts.size() - 1), scene.sink());
    succeeded(subject().book(accounts, scene.sink(), Optional.of(login)));
    String fresh = Files.readString(scene.sink());
    assertThat(At.ask(scene.target(), login).status()).isEqualTo(Status.PASSED);
    Files.writeString(scene.sink(), retired);
    Outcome failed = At.ask(scene.target(), login);
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(At.said(failed))
        .contains("rotation.login")
        .doesNotContain(subject().password(retired));
    Files.writeString(scene.sink(), fresh);
    try (Connection reading = database().connect()) {
      Outcome unknown = login.evaluate(new At(deaf(), reading));
      assertThat(unknown.status()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(At.said(unknown)).contains("UNCLEAR").doesNotContain(subject().password(fresh));
    }
    Check missing = logsIn("nobody_at_all", scene.sink());
    assertThatThrownBy(() -> At.ask(scene.target(), missing))
        .hasMessageContaining("password.no-account");
  }

  private Connection opened() throws Exception {
    String password = scene().current();
    return database()
        .connect(new Account(scene().account(), Secret.of("password", password.toCharArray())));
  }

  @Test
  void sessions_that_are_open_go_on_and_the_journal_tells_how_many() throws Exception {
    try (Connection open = opened()) {
      assertThat(Plan.of(scene().book(), scene().target()).full())
          .contains("sessions that are open go on");
      succeeded(scene().book());
      assertThat(open.isValid(5)).isTrue();
      assertThat(Files.readString(scene().journal().orElseThrow()))
          .contains("\"sessions that go on\":\"1\"");
    }
  }

  @Test
  void sessions_are_ended_behind_the_old_password_where_that_is_said() throws Exception {
    Runbook book = subject().ending(scene().accounts(), scene().sink());
    try (Connection open = opened()) {
      succeeded(book);
      assertThat(open.isValid(5)).isFalse();
      assertThat(Files.readString(scene().journal().orElseThrow()))
          .contains("\"sessions ended\":\"1\"");
    }
    assertThat(scene().logsIn(scene().current())).isTrue();
  }

  private Target deaf() {
    String url = database().jdbcUrl().replace(":" + database().port(), ":1");
    assertThat(url).isNotEqualTo(database().jdbcUrl());
    return Target.at("deaf", url, database().account(), database().secret(), subject().dialect());
  }

  /** As a password that is refused: no, and neither does it count as one that is accepted. */
  @Test
  void a_server_that_does_not_answer_refuses_no_password() throws Exception {
    PasswordMethod method = subject().dialect().passwords().orElseThrow();
    try (Connection reading = database().connect()) {
      PasswordMethod.Account account = method.account(reading, scene().account());
      Secret wrong = Secret.of("wrong", "not-the-password".toCharArray());
      assertThat(method.login(deaf(), account, wrong).verdict()).isEqualTo(Verdict.UNCLEAR);
      assertThat(method.login(scene().target(), account, wrong).verdict())
          .isEqualTo(Verdict.REFUSED);
    }
  }
}
