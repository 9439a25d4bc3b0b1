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
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Evidence;
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
import java.util.List;
import java.util.Map;
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
    String seen = fails ? "select 1" : "select 1 where 1 = 0";
    return run(
        target, runbook("Migration", gate("Migrated", migrate()), gate("Seen", noRows(seen))));
  }

  private Elsewhere run(Target target, Change step) throws Exception {
    return run(target, runbook("Migration", gate("Migrated", step)));
  }

  private Elsewhere run(Target target, Runbook book) throws Exception {
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
  void what_stands_behind_the_head_counts_for_nothing() throws Exception {
    Elsewhere failed = run(staging, true);
    try (Journal journal =
        Journal.open(
            Storage.open(failed.journal()), Signer.in(directory.resolve("journals/keys")))) {
      journal.append(THEN.plus(ofDays(6)), 1, "CLOSED", Map.of("state", "SUCCEEDED"));
    }
    assertThat(told(ask(failed))).isEqualTo("staging: its run did not succeed");
  }

  @Test
  void what_is_known_only_when_it_is_executed_is_not_compared() throws Exception {
    ChangeWithoutUndo later =
        ChangeWithoutUndo.of("migrate", reading -> new Later(List.of(Outline.UNKNOWN + "later")));
    Change step = later.cannotBeUndone("test");
    Elsewhere one = run(staging, step);
    Outcome outcome = ask(one, one.head(), step, THEN.plus(ofDays(1)));
    assertThat(outcome.status()).isEqualTo(Status.INCONCLUSIVE);
  }

  private record Later(List<String> preview) implements Effect.InTransaction {
    @Override
    public Evidence apply(EffectContext working) {
      return working.evidence();
    }
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
