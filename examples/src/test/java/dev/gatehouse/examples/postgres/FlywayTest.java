package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.operation.JavaCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a history of migrations could be taken for more than it says. */
@Timeout(120)
class FlywayTest {

  /** As kill -9 ends it: nobody looks at the world afterwards. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path work = Path.of("");
  private ExampleDatabase database = ExampleDatabase.of(List.of());
  private Flyway flyway = Flyway.configure().load();

  @BeforeEach
  void a_database() throws Exception {
    Production.create(production());
    Path files = Files.createDirectory(work.resolve("files"));
    for (String file : List.of("V2__venture_owners.sql", "V3__names_are_unique.sql")) {
      Files.copy(Production.scripts().resolve("flyway").resolve(file), files.resolve(file));
    }
    flyway = FlywayDeployment.flyway(production(), files);
  }

  @AfterEach
  void no_database() {
    database.close();
  }

  private Target production() {
    return database.target();
  }

  private void migrateTo(String version) {
    Flyway.configure().configuration(flyway.getConfiguration()).target(version).load().migrate();
  }

  private Outcome history() {
    return evaluate(FlywayDeployment.history(flyway), production());
  }

  private boolean there(String table) throws SQLException {
    try (Connection own = production().dialect().openWriting(production());
        Statement statement = own.createStatement();
        ResultSet row = statement.executeQuery("select to_regclass('" + table + "')")) {
      row.next();
      return row.getString(1) != null;
    }
  }

  private Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  private Runbook runbookThatCalls(JavaCall.Code code) {
    return runbook(
        "Migrate",
        gate(
            "Migrated",
            call("flyway", code)
                .provenBy(FlywayDeployment.history(flyway))
                .cannotBeUndone("by hand")));
  }

  @Test
  void an_edited_file_is_another_plan() throws Exception {
    Plan before = Plan.of(runbookThatCalls(flyway::migrate), production());
    assertThat(before.outline().steps().get(0).preview().toString())
        .contains("V2__venture_owners.sql  checksum ");
    Path file = work.resolve("files").resolve("V2__venture_owners.sql");
    Files.writeString(file, Files.readString(file) + "select 1;\n");
    assertThat(Plan.of(runbookThatCalls(flyway::migrate), production()).digest())
        .isNotEqualTo(before.digest());
  }

  @Test
  void half_of_its_files_is_neither_all_nor_none() throws Exception {
    assertThat(history().status()).isEqualTo(Status.FAILED);
    migrateTo("2");
    assertThat(history().status()).isEqualTo(Status.INCONCLUSIVE);
    migrateTo("3");
    assertThat(history().status()).isEqualTo(Status.PASSED);
    Production.tamper(production(), "update vh.flyway_schema_history set checksum = 1");
    assertThat(history().status()).isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void a_killed_run_asks_a_person_what_became_of_it() throws Exception {
    Runbook dying =
        runbookThatCalls(
            () -> {
              migrateTo("2");
              throw new Killed();
            });
    Run killed = runner().start(Plan.of(dying, production()));
    Path journal = killed.journal();
    assertThatThrownBy(killed::advance).isInstanceOf(Killed.class);
    killed.close();
    try (Run resumed = runner().resume(runbookThatCalls(flyway::migrate), production(), journal)) {
      resumed.advance();
      assertThat(resumed.record().step("flyway").orElseThrow().state())
          .isEqualTo(StepState.IN_DOUBT);
      resumed.resolve("flyway", ProbeResult.Kind.NOT_APPLIED, "ada", "V2 is there: Flyway goes on");
      assertThat(resumed.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void a_server_that_is_still_at_work_is_told() throws Exception {
    try (Connection other = production().dialect().openWriting(production());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table vh.ventures in access exclusive mode");
      CompletableFuture<Void> migrating = CompletableFuture.runAsync(flyway::migrate);
      Outcome seen = history();
      for (int i = 0; i < 200 && !seen.findings().toString().contains("at work"); i++) {
        Thread.sleep(50);
        seen = history();
      }
      assertThat(seen.status()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(seen.findings().get(0).found()).contains("sessions of Flyway are at work");
      other.rollback();
      migrating.get(60, TimeUnit.SECONDS);
    }
    assertThat(history().status()).isEqualTo(Status.PASSED);
  }

  /** As flyway repair does with a file that was never executed: only the tables tell. */
  @Test
  void a_repaired_history_does_not_open_the_last_gate() throws Exception {
    Flyway.configure()
        .configuration(flyway.getConfiguration())
        .skipExecutingMigrations(true)
        .load()
        .migrate();
    assertThat(history().status()).isEqualTo(Status.PASSED);
    RunRecord run =
        runner()
            .run(Plan.of(FlywayDeployment.runbookFor(flyway, work.resolve("vault")), production()));
    assertThat(run.state()).isEqualTo(RunState.UNDONE);
    assertThat(run.step("table vh.venture_owners exists").orElseThrow().state())
        .isEqualTo(StepState.FAILED);
    assertThat(there("vh.flyway_schema_history")).isTrue();
  }
}
