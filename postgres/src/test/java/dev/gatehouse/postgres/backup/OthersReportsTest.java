package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Situations in which users of other tools reported a success that was none, each named after the
 * report: here it is done, or told.
 */
class OthersReportsTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(OthersReportsTest.class);
  private final TestDatabase database = engine.database();

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private RunRecord run(Step step, Step... more) {
    return Runner.journalingTo(work.resolve("journals"))
        .run(Plan.of(runbook("r", gate("g", step, more)), dumps().target));
  }

  private Step applied(String script) throws Exception {
    Path file = work.resolve("001.sql");
    Files.writeString(file, script);
    return inOneTransaction(scripts(file.toString())).cannotBeUndone("test");
  }

  /** flyway/flyway#1476: nothing behind the COPY of a large table was executed. */
  @Test
  void what_follows_a_large_copy_is_executed() throws Exception {
    String rows =
        IntStream.rangeClosed(1, 255_000)
            .mapToObj(i -> i + "\tv" + i)
            .collect(Collectors.joining("\n"));
    RunRecord record =
        run(
            applied(
                "CREATE TABLE large (id int, v text);\nCOPY large (id, v) FROM stdin;\n"
                    + rows
                    + "\n\\.\nCREATE INDEX large_id ON large (id);\nCREATE TABLE after (a int);\n"
                    + "INSERT INTO after VALUES (1);\n"));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(
            database.one(
                "SELECT (SELECT count(*) FROM large), to_regclass('large_id')::text,"
                    + " (SELECT count(*) FROM after)"))
        .isEqualTo("255000|large_id|1");
  }

  /** flyway/flyway#3990: an END too many committed what was said to be rolled back. */
  @Test
  void an_end_too_many_is_refused_while_planning() throws Exception {
    database.run("CREATE TABLE test (txt text)");
    Step step = applied("DO $$\nBEGIN\n  INSERT INTO test VALUES ('a');\nEND; $$;\nEND; $$;\n");
    assertThatThrownBy(() -> run(step))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("001.sql:5");
    assertThat(database.one("SELECT count(*) FROM test")).isEqualTo("0");
  }

  /** liquibase/liquibase#1675 and #1919: a changeset whose head was mistyped was skipped. */
  @Test
  void a_mistyped_head_of_a_changeset_is_no_reason_to_skip_it() throws Exception {
    Step dashed = applied("-changeset a:1\nCREATE TABLE contacts (id int);\n");
    assertThatThrownBy(() -> run(dashed))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("001.sql:1");
    Step without = applied("-changeset a\nCREATE TABLE contacts (id int);\n");
    assertThatThrownBy(() -> run(without))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("001.sql:1  -changeset a");
    assertThat(run(applied("--changeset a: 1\nCREATE TABLE actor (id int);\n")).state())
        .isEqualTo(RunState.SUCCEEDED);
    assertThat(database.one("SELECT to_regclass('actor')::text")).isEqualTo("actor");
  }

  /** research-software-directory/RSD-as-a-service#1499: no dump of it could be restored. */
  @Test
  void a_dump_that_cannot_be_restored_is_found_by_the_drill() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE mention (software int)",
            "CREATE FUNCTION mentions() RETURNS TABLE (software int) STABLE LANGUAGE plpgsql AS"
                + " 'BEGIN RETURN QUERY SELECT m.software FROM mention m; END'",
            "CREATE FUNCTION counted() RETURNS bigint STABLE LANGUAGE sql AS"
                + " 'SELECT count(*) FROM public.mentions()'",
            "CREATE MATERIALIZED VIEW counts AS SELECT 1 AS n WITH NO DATA",
            "CREATE VIEW used AS SELECT counted() AS n",
            "CREATE TABLE checked (a int CHECK (counted() >= 0))",
            "INSERT INTO checked VALUES (1)");
    BackUp dump = backUp(into(work.resolve("vault")));
    RunRecord record = run(dump, restoreDrill(dump).intoScratchDatabase().named("Drill"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(RunText.failure(record))
        .contains("relation \"mention\" does not exist")
        .contains("a restore has no search_path");
  }

  /** apecloud/kubeblocks-addons#3008: without the backup's file a restore was a success. */
  @Test
  void a_restore_without_its_file_is_none() throws Exception {
    database.run("CREATE TABLE item AS SELECT 1 AS id");
    Artifact artifact = dumps().backUp(1);
    try (Stream<Path> files = Files.list(artifact.directory())) {
      for (Path file : files.filter(one -> one.toString().contains(".dump")).toList()) {
        Files.delete(file);
      }
    }
    database.run("DELETE FROM item");
    Step step =
        restore(fromCatalogue(work.resolve("vault")).withId(artifact.id())).named("Restore");
    assertThatThrownBy(
            () -> {
              RunRecord record = run(step);
              throw new IllegalStateException(record.state() + ": " + RunText.failure(record));
            })
        .hasMessageNotContaining("SUCCEEDED")
        .hasMessageContaining(artifact.id());
    assertThat(database.one("SELECT count(*) FROM item")).isEqualTo("0");
  }

  /** robertjbass/spindb#320: 819 errors for want of a role and an extension were a success. */
  @Test
  void a_role_that_is_gone_is_told_before_anything_is_restored() throws Exception {
    String role = database.newName("authenticated");
    dumps()
        .execute(
            "CREATE ROLE " + role,
            "CREATE TABLE item AS SELECT 1 AS id",
            "GRANT SELECT ON item TO " + role);
    Artifact artifact = dumps().backUp(1);
    dumps().execute("DROP OWNED BY " + role, "DROP ROLE " + role);
    assertThatThrownBy(() -> dumps().drill(artifact))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("role " + role)
        .hasMessageContaining("CREATE ROLE");
  }

  /**
   * mydumper/mydumper#1267: an account that may not see all dumps less, and is told nothing. What
   * pg_dump leaves out for an ordinary account, with a warning only, are subscriptions.
   */
  @Test
  void what_a_dump_of_an_ordinary_account_leaves_out_is_named() throws Exception {
    Account account = Deployer.of(database);
    String name = "of_" + account.name();
    dumps()
        .execute(
            "SET ROLE " + account.name(),
            "CREATE TABLE item AS SELECT 1 AS id",
            "RESET ROLE",
            "CREATE SUBSCRIPTION "
                + name
                + " CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p"
                + " WITH (connect = false, slot_name = NONE)");
    try {
      BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
      RunRecord record =
          Runner.journalingTo(work.resolve("journals"))
              .run(
                  Plan.of(
                      runbook("r", gate("g", dump)), Deployer.target(engine, database, account)));
      assertThat(record.step("Dump").orElseThrow().evidence().orElseThrow().facts())
          .containsEntry(
              "not compared", "subscriptions, which only a superuser's dump holds: " + name)
          .containsEntry(
              "not without warnings of pg_dump",
              "pg_dump: warning: subscriptions not dumped because current user is not a"
                  + " superuser");
    } finally {
      database.run("DROP SUBSCRIPTION " + name);
    }
  }
}
