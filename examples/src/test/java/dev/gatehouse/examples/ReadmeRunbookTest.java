package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's runbook, executed. */
class ReadmeRunbookTest {

  @Test
  void the_runbook_of_the_readme_passes(@TempDir Path work) throws Exception {
    Path database = work.resolve("shop.db");
    Path vault = work.resolve("vault");
    Path scratch = work.resolve("scratch");
    Path journals = work.resolve("journals");
    Path migrations = Workspace.examples().resolve("migrations/shop");
    SampleShop.create(database, 1_000);

    var dump = backUp(into(vault)).compressed().named("backup");

    Runbook invoices =
        runbook(
            "Shop: invoices",
            gate(
                "Preflight",
                Sqlite.integrity(),
                noRows("select 1 from orders where total_cents < 0")),
            gate("Backup taken", dump),
            gate("Restore proved", restoreDrill(dump).into(scratch)),
            gate(
                "Migrated, all or nothing",
                noOlderThan(ofMinutes(15), dump),
                inOneTransaction(scripts(migrations), tableExists("invoices"))
                    .named("migrate")
                    .undoneBy(restore(dump))),
            gate("Smoke", rowCount("invoices").isAtLeast(1)));

    Runner runner = Runner.journalingTo(journals);
    Plan plan =
        runner.plan(invoices, Sqlite.file("shop", database)); // reads only; prints exact SQL
    RunRecord record = runner.run(plan);

    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
  }
}
