package shop;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopTest {
  @TempDir Path work;

  @Test
  void a_migration_is_backed_up_proved_and_run() throws Exception {
    Path file = work.resolve("shop.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("create table orders (id integer primary key, cents integer)");
      statement.execute("insert into orders (cents) values (100), (300)");
    }
    Target shop = Sqlite.file("shop", file);
    assertEquals(
        Status.FAILED,
        evaluate(noRows("select 1 from orders where cents > 200"), shop).status());

    var dump = backUp(into(work.resolve("vault")));
    Runbook migration =
        runbook(
            "Cheaper",
            gate("Backup", dump, restoreDrill(dump).into(work.resolve("scratch"))),
            gate(
                "Migrated",
                inOneTransaction(sql("update orders set cents = cents - 100 where cents > 200"))
                    .undoneBy(restore(dump))),
            gate("Verified", rows("select 1 from orders where cents = 200").are(1)));
    RunRecord record =
        Runner.journalingTo(work.resolve("journals")).run(Plan.of(migration, shop));
    assertEquals(RunState.SUCCEEDED, record.state());
  }

  @Test
  void the_other_dialects_are_there_without_a_driver() {
    assertNotNull(Postgres.dialect());
    assertNotNull(MySql.dialect());
  }
}
