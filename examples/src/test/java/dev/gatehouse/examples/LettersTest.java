package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static java.time.Duration.ofHours;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.sqlite.Sqlite;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people type beside a run that another process drives. */
@Timeout(120)
class LettersTest {
  private static final String STEP = "restore approved";

  @TempDir Path work;
  private Target shop;

  @BeforeEach
  void make_a_shop() throws Exception {
    Path file = work.resolve("shop.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.createStatement().execute("create table done(what text)");
    }
    shop = Sqlite.file("shop", file);
  }

  private Runbook book() {
    return runbook(
            "Restore",
            gate(
                "Authorised",
                approval("restore production?")
                    .by(atLeast(2, "senior engineer"), one("product owner"))
                    .validFor(ofHours(12))
                    .typing("RESTORE")
                    .named(STEP)),
            gate(
                "Restored",
                inOneTransaction(sql("insert into done values ('it')"))
                    .named("restore")
                    .cannotBeUndone("test")))
        .decidedBy(
            Team.startedHere(work)
                .with("ada", "senior engineer", "product owner")
                .with("bob", "senior engineer")
                .with("carol", "product owner")
                .people());
  }

  private Run start() {
    return Runner.journalingTo(work.resolve("journals")).start(Plan.of(book(), shop));
  }

  private static String said(Callable<Integer> command, int exit) throws Exception {
    PrintStream out = System.out;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      assertThat(command.call()).isEqualTo(exit);
    } finally {
      System.setOut(out);
    }
    return heard.toString(StandardCharsets.UTF_8).strip();
  }

  private List<String> yes(Run run, String who, String role, String text) {
    List<String> words = new ArrayList<>(List.of(run.journal().toString(), "--as", who));
    words.addAll(List.of("--key", Team.keys(work, who).toString()));
    words.addAll(List.of("--step", STEP, "--role", role, "--yes", "--text", text));
    return words;
  }

  @Test
  void status_says_what_is_awaited_and_the_command_for_it() throws Exception {
    try (Run run = start()) {
      run.advance();
      String journal = run.journal().toString();
      String typed = "RESTORE main on " + work.resolve("shop.db").toRealPath();
      assertThat(said(() -> Letters.status(List.of(journal)), RunState.WAITING.exitCode()))
          .startsWith("'Restore' is waiting")
          .contains("  waits     'restore approved' since ")
          .contains(": 2 more senior engineer, 1 more product owner\n")
          .contains("  may say   senior engineer: ada, bob\n")
          .contains("  may say   product owner: ada, carol\n")
          .contains(
              "  say       examples/run say "
                  + journal
                  + " --step 'restore approved' --as 'NAME' --key 'DIRECTORY OF THE KEY' --role"
                  + " 'senior engineer' --yes --text '"
                  + typed
                  + "'\n")
          .contains("  stop      examples/run abort " + journal + " --as 'NAME' --key ");
      assertThat(said(() -> Letters.people(List.of(journal)), 0))
          .contains("starter: ; account [")
          .contains("ada: senior engineer, product owner; key ");
      assertThat(run.packet())
          .startsWith("# To be agreed to: `Restore`\n")
          .contains(run.head())
          .contains(run.record().plan())
          .contains("## What it changes\n\n- `restore`: the target; **cannot be undone**\n")
          .contains("## Who and what is there now\n")
          .contains("sessions: not told by this product\n", "objects of kind table: 1\n")
          .contains(" --no --text 'REASON'\n")
          .contains("## What was seen so far\n\nNothing yet.\n")
          .contains("insert into done values ('it')")
          .contains("--step 'restore approved'");
    }
  }

  @Test
  void a_run_goes_on_by_what_is_typed_beside_it() throws Exception {
    String typed = "RESTORE main on " + work.resolve("shop.db").toRealPath();
    try (Run run = start()) {
      run.advance();
      Thread driver = new Thread(run::toEnd);
      driver.setDaemon(true);
      driver.start();
      assertThat(said(() -> Letters.run("say", yes(run, "ada", "senior engineer", "RESTORE")), 3))
          .contains("what must be typed was not typed")
          .contains("expected  " + typed);
      assertThat(said(() -> Letters.run("say", yes(run, "ada", "senior engineer", typed)), 0))
          .isEqualTo("noted: the run goes by it");
      assertThat(said(() -> Letters.status(List.of(run.journal().toString())), 5))
          .contains("  may say   senior engineer: bob; said yes: ada\n")
          .contains("--step 'restore approved' --as bob --key ");
      List<String> both = yes(run, "bob", "senior engineer", typed);
      both.add("--no");
      assertThatThrownBy(() -> Letters.run("say", both))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--yes and --no");
      said(() -> Letters.run("say", yes(run, "bob", "senior engineer", typed)), 0);
      said(() -> Letters.run("say", yes(run, "carol", "product owner", typed)), 0);
      driver.join(SECONDS.toMillis(60));
      assertThat(driver.isAlive()).as("the run is still driven").isFalse();
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThatThrownBy(
              () -> Letters.run("abort", List.of(run.journal().toString(), "--why", "late")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("run.ended");
    }
  }

  /** Whoever means to have a new key must not go on with the old one. */
  @Test
  void a_new_key_is_not_the_old_one() throws Exception {
    List<String> words = List.of("--new-key", work.resolve("key").toString());
    assertThat(said(() -> Letters.people(words), 0)).startsWith("person(\"NAME\").withKey(\"");
    assertThatThrownBy(() -> Letters.people(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a key already");
  }

  /** A journal is not invalid because what was given is no key. */
  @Test
  void what_is_no_key_is_told_to_be_none() throws Exception {
    Run run = start();
    run.advance();
    run.close();
    String journal = run.journal().toString();
    assertThatThrownBy(() -> VerifyJournal.run(List.of(journal, "--key", "nonsense")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Ed25519 public key");
    Path file = run.journal().resolveSibling("keys").resolve("signing.pub");
    assertThat(said(() -> VerifyJournal.run(List.of(journal, "--key", file.toString())), 0))
        .contains(": VALID: ");
  }

  @Test
  void nobody_drives_the_run() throws Exception {
    Run run = start();
    run.advance();
    run.close();
    List<String> words =
        List.of(
            run.journal().toString(),
            "--as",
            "bob",
            "--key",
            Team.keys(work, "bob").toString(),
            "--why",
            "enough");
    assertThat(said(() -> Letters.run("abort", words), 5))
        .startsWith("nobody drives this run")
        .contains("is read when the run is resumed");
    List<String> stranger = new ArrayList<>(words);
    stranger.set(2, "zoe");
    assertThat(said(() -> Letters.run("abort", stranger), 3))
        .startsWith("it is not read yet, and by the people the run has now it does not count")
        .contains("word.who");
    try (Run next =
        Runner.journalingTo(work.resolve("journals")).resume(book(), shop, run.journal())) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.FAILED_CLEAN);
    }
  }
}
