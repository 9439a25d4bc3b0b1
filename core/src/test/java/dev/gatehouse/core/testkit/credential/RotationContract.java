package dev.gatehouse.core.testkit.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Verdict;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.engine.Account;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What each way to rotate a password shows: whole, taken back, refused, and what {@link
 * RotationKills} shows.
 */
public abstract class RotationContract extends RotationKills {
  /** A check that fails on every server. */
  protected abstract Check nobody();

  /** A rotation of that account into the scene's sink. */
  protected abstract Runbook of(String account, Path sink);

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
        scene.run(subject().book(scene.accounts(), scene.sink(), Optional.of(nobody())));
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
    refused(of("nobody_at_all", scene.sink()), "password.no-account");
    Files.writeString(scene.sink(), before.replace(scene.current(), "another-password"));
    refused(scene.book(), "rotation.login");
    Path link = Files.createSymbolicLink(work.resolve("link"), scene.sink());
    refused(subject().book(scene.accounts(), link, Optional.empty()), "rotation.file");
    Files.setPosixFilePermissions(scene.sink(), PosixFilePermissions.fromString("rw-r-----"));
    refused(scene.book(), "rotation.file");
  }

  private Connection opened() throws Exception {
    String password = scene().current();
    return database()
        .connect(new Account(scene().account(), Secret.of("password", password.toCharArray())));
  }

  @Test
  void sessions_that_are_open_go_on_and_the_journal_tells_how_many() throws Exception {
    try (Connection open = opened()) {
      assertThat(Plan.of(scene().book(), scene().target()).toString())
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

  /** As a password that is refused: no, and neither does it count as one that is accepted. */
  @Test
  void a_server_that_does_not_answer_refuses_no_password() throws Exception {
    PasswordMethod method = subject().dialect().passwords().orElseThrow();
    String deaf = database().jdbcUrl().replace(":" + database().port(), ":1");
    assertThat(deaf).isNotEqualTo(database().jdbcUrl());
    Target target =
        Target.at("deaf", deaf, database().account(), database().secret(), subject().dialect());
    try (Connection reading = database().connect()) {
      PasswordMethod.Account account = method.account(reading, scene().account());
      Secret wrong = Secret.of("wrong", "not-the-password".toCharArray());
      assertThat(method.login(target, account, wrong).verdict()).isEqualTo(Verdict.UNCLEAR);
      assertThat(method.login(scene().target(), account, wrong).verdict())
          .isEqualTo(Verdict.REFUSED);
    }
  }
}
