package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drills of databases that resist being restored, or dropped afterwards. */
class DrillHostileTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DrillHostileTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private void drillIsEqual(Dumps dumps) throws Exception {
    assertThat(dumps.drillDifferences(dumps.backUp(1))).isEmpty();
    assertThat(dumps.databaseLike("gatehouse_drill_%")).isEmpty();
  }

  @Test
  void a_subscription_does_not_keep_the_scratch_database_alive() throws Exception {
    Dumps dumps = new Dumps(engine, database, work);
    dumps.execute(
        "CREATE TABLE item (id int)",
        "CREATE SUBSCRIPTION \"a \"\"b\" CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p"
            + " WITH (connect = false, slot_name = 'elsewhere')");
    try {
      drillIsEqual(dumps);
    } finally {
      dumps.execute(
          "ALTER SUBSCRIPTION \"a \"\"b\" SET (slot_name = NONE)", "DROP SUBSCRIPTION \"a \"\"b\"");
    }
  }

  @Test
  void an_account_that_is_read_only_by_default_restores_all_the_same() throws Exception {
    Account account = database.newAccount("careful");
    Dumps admin = new Dumps(engine, database, work);
    admin.execute(
        "CREATE TABLE item AS SELECT 1 AS id",
        "ALTER ROLE " + account.name() + " SUPERUSER",
        "ALTER ROLE " + account.name() + " SET default_transaction_read_only = on");
    Target target =
        Target.at(
            "shop",
            database.jdbcUrl(),
            account.name(),
            account.secret(),
            Postgres.dialectWith(Dumps.tools(engine)));
    drillIsEqual(new Dumps(admin, target));
  }
}
