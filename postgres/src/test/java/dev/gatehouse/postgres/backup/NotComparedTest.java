package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside "equal" stands what was not compared, and nothing where all was. */
class NotComparedTest {
  private static final String OWN_SETTINGS = "not in a dump: the database itself";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(NotComparedTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private RunRecord run() throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
    Runner runner =
        Runner.journalingTo(work.resolve("journals"))
            .withPoints(
                point -> {
                  if (point.equals("Restore:lease.verified")) {
                    changed();
                  }
                });
    RunRecord record =
        runner.run(
            Plan.of(
                runbook(
                    "All",
                    gate("Backup", dump),
                    gate("Proved", restoreDrill(dump).intoScratchDatabase().named("Drill")),
                    gate("Back", restore(dump).named("Restore"))),
                dumps().target));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    return record;
  }

  private void changed() {
    try {
      database.run("ALTER DATABASE " + database.name() + " SET work_mem = '7MB'");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<String> fact(RunRecord record, String step, String name) {
    return record.step(step).orElseThrow().evidence().orElseThrow().fact(name);
  }

  @Test
  void what_is_left_out_is_named_by_backup_drill_and_restore() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item (id int)",
            "CREATE TABLE part (more int) INHERITS (item)",
            "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM item",
            "CREATE FOREIGN DATA WRAPPER elsewhere",
            "CREATE SERVER far FOREIGN DATA WRAPPER elsewhere",
            "CREATE FOREIGN TABLE theirs (a int) SERVER far",
            "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'hidden')",
            "REVOKE TEMPORARY ON DATABASE " + database.name() + " FROM PUBLIC",
            "COMMENT ON DATABASE " + database.name() + " IS E'shop\\nrm -rf'",
            "ALTER DATABASE " + database.name() + " SET work_mem = '5MB'");
    RunRecord record = run();
    for (String step : new String[] {"Dump", "Drill", "Restore"}) {
      assertThat(fact(record, step, "not compared"))
          .as(step)
          .hasValue(
              "options of user mappings: for PUBLIC on far; order of columns of tables that"
                  + " inherit, of which a dump puts the parent's first: public.part; rows of"
                  + " foreign tables: public.theirs; rows of materialized views, which a restore"
                  + " computes anew: public.counted");
    }
    assertThat(fact(record, "Dump", OWN_SETTINGS))
        .hasValue("privileges CONNECT TO PUBLIC; comment shop?rm -rf; settings work_mem=5MB");
    assertThat(fact(record, "Restore", "not restored: the database itself"))
        .hasValue(
            "recorded: privileges CONNECT TO PUBLIC; comment shop?rm -rf; settings work_mem=5MB,"
                + " is: privileges CONNECT TO PUBLIC; comment shop?rm -rf; settings work_mem=7MB");
    Path guide = dumps().vault.artifacts().get(0).directory().resolve("RESTORE.md");
    assertThat(Files.readString(guide))
        .contains("\n# not compared: options of user mappings: ")
        .contains("\n# " + OWN_SETTINGS + ": privileges CONNECT TO PUBLIC; comment shop?rm -rf;");
  }

  @Test
  void nothing_is_said_where_all_was_compared() throws Exception {
    dumps().execute("CREATE TABLE item (id int)");
    RunRecord record = run();
    for (String step : new String[] {"Dump", "Drill", "Restore"}) {
      assertThat(fact(record, step, "not compared")).as(step).isEmpty();
    }
    assertThat(fact(record, "Dump", OWN_SETTINGS)).isEmpty();
  }
}
