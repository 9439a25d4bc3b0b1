package dev.gatehouse.dsl;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseOperations.maintenanceWindow;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.testkit.FakeDialect;
import dev.gatehouse.dsl.access.GrantedAccess;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A check without a run: an answer for a service, an error for a test. */
class VerifyTest {
  private final FakeDialect dialect = new FakeDialect();
  private final Target target = dialect.target();

  private static NamedCheck failing(String name) {
    return NamedCheck.of(
        name,
        reading -> List.of(),
        reading ->
            Outcome.failed(
                Finding.of("test.wrong", "it is wrong")
                    .withExpected("right")
                    .withFound("wrong")
                    .withFix("fix it"),
                reading.evidence()));
  }

  private static NamedCheck broken(String name) {
    return NamedCheck.of(
        name,
        reading -> List.of(),
        reading -> {
          throw new SQLException("gone away");
        });
  }

  @Test
  void what_holds_is_passed_and_throws_nothing() {
    assertThat(evaluate(note("n"), target).status()).isEqualTo(Status.PASSED);
    assertThatCode(() -> verify(note("n"), target)).doesNotThrowAnyException();
    assertThat(dialect.effects).isEmpty();
  }

  @Test
  void what_does_not_hold_is_the_message_of_a_run() {
    assertThat(evaluate(failing("orders"), target).status()).isEqualTo(Status.FAILED);
    assertThatThrownBy(() -> verify(failing("orders"), target))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            'orders' does not hold: it is wrong
              target    world (Fake 1)
              expected  right
              found     wrong
              fix       fix it
              code      test.wrong""");
  }

  @Test
  void all_gates_are_asked_so_that_everything_can_be_mended_in_one_go() {
    assertThatThrownBy(
            () ->
                verify(
                    runbook("r", gate("A", failing("a"), note("n")), gate("B", broken("b"))),
                    target))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            gate 'A' did not open: it is wrong
              target    world (Fake 1)
              expected  right
              found     wrong
              fix       fix it
              code      test.wrong

            gate 'B' did not open: could not tell whether 'b' holds
              target    world (Fake 1)
              found     SQLException: gone away
              fix       fix the cause, then ask again
              code      check.broke""");
    assertThatThrownBy(() -> verify(gate("A", failing("a")), target))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("gate 'A' did not open: it is wrong");
  }

  @Test
  void what_could_not_be_told_and_what_is_awaited_is_no_success() {
    assertThat(evaluate(broken("b"), target).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThatThrownBy(() -> verify(broken("b"), target))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("'b' is not known to hold: could not tell whether 'b' holds");
    Inspection.Answer answer =
        Inspection.of(
                maintenanceWindow("02:00", "04:00", ZoneOffset.UTC),
                target,
                InstantSource.fixed(Instant.parse("2026-11-21T01:00:00Z")))
            .answers()
            .get(0);
    assertThat(answer.outcome().status()).isEqualTo(Status.WAITING);
    assertThat(answer.text())
        .contains("not yet: ")
        .contains("ask again at 2026-11-21 02:00:00 UTC");
  }

  @Test
  void a_change_is_refused_before_anything_is_looked_at() {
    AtomicInteger sessions = new AtomicInteger();
    dialect.at = point -> sessions.incrementAndGet();
    assertThatThrownBy(
            () ->
                verify(
                    gate("G", note("n"), inOneTransaction(sql("x")).named("m").cannotBeUndone("w")),
                    target))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            step 'm' of gate 'G' is no check
              expected  steps that only look: nothing is executed here
              found     a change
              fix       take 'm' out, or execute it: Runner.run(plan)
              code      inspection.change""");
    assertThat(sessions).hasValue(0);
  }

  @Test
  void what_could_never_be_answered_there_is_refused() {
    GrantedAccess access = new GrantedAccess(List.of("app"), List.of("shop.orders"));
    assertThatThrownBy(() -> verify(grantee("ap").may(SELECT).on("shop.*"), access.target()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no role 'ap'");
    assertThatThrownBy(() -> evaluate(grantee("app").may(SELECT).on("shop.*"), target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("Fake has none");
    dialect.at =
        point -> {
          throw new IllegalStateException("no route");
        };
    assertThatThrownBy(() -> evaluate(note("n"), target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot read target 'world'");
  }

  @Test
  void a_check_sees_what_those_before_it_have_reported() {
    Step earlier = note("n");
    assertThatCode(
            () -> verify(gate("G", earlier, noOlderThan(Duration.ofMinutes(1), earlier)), target))
        .doesNotThrowAnyException();
  }

  @Test
  void a_secret_is_in_no_answer() {
    Secret secret = Secret.of("password", "hunter22".toCharArray());
    Check leaking =
        new Check() {
          @Override
          public String name() {
            return "leaking";
          }

          @Override
          public List<Secret> secrets() {
            return List.of(secret);
          }

          @Override
          public List<String> plan(dev.gatehouse.core.model.CheckContext reading) {
            return List.of();
          }

          @Override
          public Outcome evaluate(dev.gatehouse.core.model.CheckContext reading) {
            return Outcome.failed(
                Finding.of("x", "it was hunter22").withFix("hunter22"),
                reading.evidence().with("hunter22", "hunter22"));
          }
        };
    Inspection.Answer answer = Inspection.of(leaking, target).answers().get(0);
    assertThat(answer.text()).contains("it was [password]").doesNotContain("hunter22");
    assertThat(answer.outcome().toString()).doesNotContain("hunter22");
  }
}
