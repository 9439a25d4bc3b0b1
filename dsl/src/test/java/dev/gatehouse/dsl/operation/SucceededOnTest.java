package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.GatehouseOperations.succeededOn;
import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.SettableClock;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SucceededOnTest {
  private static final Instant THEN = Instant.parse("2026-11-20T12:00:00Z");

  private record Elsewhere(Path journal, String head, String early) {}

  private Path directory;
  private Path script;
  private Target staging;

  @BeforeEach
  void a_staging(@TempDir Path temporary) throws Exception {
    directory = temporary;
    script = Files.writeString(directory.resolve("one.sql"), "create table invoices(id integer);");
    staging = Desk.shop(directory.resolve("staging.db"));
  }

  private Change migrate() {
    return inOneTransaction(scripts(script)).named("migrate").cannotBeUndone("test");
  }

  private Elsewhere run(Target target, boolean fails) throws Exception {
    Runbook book =
        runbook(
            "Migration",
            gate("Migrated", migrate()),
            gate("Seen", noRows(fails ? "select 1" : "select 1 where 1 = 0")));
    SettableClock clock = SettableClock.at(THEN.toString());
    try (Run run =
        Runner.journalingTo(directory.resolve("journals"))
            .withClock(clock)
            .start(Plan.of(book, target, clock))) {
      String early = run.head();
      run.toEnd();
      return new Elsewhere(run.journal(), run.head(), early);
    }
  }

  private Outcome ask(Elsewhere elsewhere, String head, Change step, Instant now) throws Exception {
    try (Desk production = Desk.at(directory).at(now)) {
      return production.ask(
          succeededOn("staging", elsewhere.journal(), head).of(step).within(ofDays(7)));
    }
  }

  private Outcome ask(Elsewhere elsewhere) throws Exception {
    return ask(elsewhere, elsewhere.head(), migrate(), THEN.plus(ofDays(1)));
  }

  private static String told(Outcome outcome) {
    return outcome.findings().get(0).headline();
  }

  @Test
  void the_same_step_on_another_database_passes() throws Exception {
    assertThat(ask(run(staging, false)).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void another_script_fails_with_both_lines() throws Exception {
    Elsewhere before = run(staging, false);
    Files.writeString(script, "create table invoices(id integer, more text);");

    Outcome outcome = ask(before);

    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(told(outcome)).isEqualTo("staging: it went through another 'migrate'");
  }

  @Test
  void a_run_that_failed_or_lacks_the_step_fails() throws Exception {
    Elsewhere good = run(staging, false);
    assertThat(
            told(
                ask(
                    good,
                    good.head(),
                    inOneTransaction(scripts(script)).named("other").cannotBeUndone("test"),
                    THEN)))
        .isEqualTo("staging: it did not go through 'other'");
    Target second = Desk.shop(directory.resolve("second.db"));
    Outcome failed = ask(run(second, true));
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(told(failed)).isEqualTo("staging: its run did not succeed");
  }

  @Test
  void an_old_run_fails_and_one_of_the_future_cannot_tell() throws Exception {
    Elsewhere one = run(staging, false);
    assertThat(ask(one, one.head(), migrate(), THEN.plus(ofDays(8))).status())
        .isEqualTo(Status.FAILED);
    assertThat(ask(one, one.head(), migrate(), THEN.minus(ofDays(1))).status())
        .isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void a_run_on_this_very_database_is_no_proof() throws Exception {
    Target here = Desk.shop(directory.resolve("shop.db"));
    assertThat(told(ask(run(here, false)))).isEqualTo("staging: its run was on this database");
  }

  @Test
  void a_journal_that_was_changed_or_not_whole_proves_nothing() throws Exception {
    Elsewhere one = run(staging, false);
    assertThat(ask(one, one.early(), migrate(), THEN.plus(ofDays(1))).status())
        .as("a head of before the end")
        .isEqualTo(Status.INCONCLUSIVE);
    String whole = Files.readString(one.journal());
    Files.writeString(one.journal(), whole.replaceFirst("invoices", "Invoices"));
    assertThat(ask(one).status()).isEqualTo(Status.INCONCLUSIVE);
    Files.delete(one.journal());
    assertThat(ask(one).status()).isEqualTo(Status.INCONCLUSIVE);
  }
}
