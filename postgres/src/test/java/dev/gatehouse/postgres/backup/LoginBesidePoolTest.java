package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A service's pool, and the address at which its tools log in. */
class LoginBesidePoolTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(LoginBesidePoolTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private Target target(String url, String account, Secret secret) {
    return target(database.jdbcUrl(), url, account, secret);
  }

  private Target target(String own, String url, String account, Secret secret) {
    PGSimpleDataSource pool = new PGSimpleDataSource();
    pool.setUrl(own);
    pool.setUser(database.account());
    pool.setPassword(database.secret().reveal(String::new));
    return Target.of("shop", pool, Postgres.dialectWith(Dumps.tools(engine)))
        .withLogin(url, account, secret);
  }

  private Runbook undone() {
    BackUp dump = backUp(into(work.resolve("vault")));
    return runbook(
        "Undone",
        gate("Backup", dump),
        gate("Proved", restoreDrill(dump).intoScratchDatabase()),
        gate("Change", inOneTransaction(sql("DELETE FROM orders")).undoneBy(restore(dump))),
        gate("Judged", noRows("select 1 where (select count(*) from orders) = 0").named("there")));
  }

  @Test
  void a_pool_with_a_login_is_backed_up_drilled_and_restored() throws Exception {
    database.run("CREATE TABLE orders AS SELECT generate_series(1, 2) AS id");
    Target shop = target(database.jdbcUrl(), database.account(), database.secret());
    Path journals = work.resolve("journals");
    var record = Runner.journalingTo(journals).run(Plan.of(undone(), shop));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(database.one("SELECT count(*) FROM orders")).isEqualTo("2");
    try (Stream<Path> written = Files.walk(journals).filter(Files::isRegularFile)) {
      assertThat(written)
          .isNotEmpty()
          .noneMatch(file -> contains(file, database.secret().reveal(String::new)));
    }
  }

  private static boolean contains(Path file, String secret) {
    try {
      return Files.readString(file).contains(secret);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_login_that_is_not_the_pools_is_refused_while_planning() throws Exception {
    database.run("CREATE TABLE orders AS SELECT generate_series(1, 2) AS id");
    try (TestDatabase other = engine.database()) {
      refused(
          target(other.jdbcUrl(), database.account(), database.secret()),
          "is of another database than its pool");
      Account account = database.newAccount("other");
      refused(
          target(database.jdbcUrl(), account.name(), account.secret()),
          "is of another account than its pool");
      String role = "&options=-c%20role%3D" + account.name();
      database.run("GRANT ALL ON orders TO " + account.name());
      refused(
          target(
              database.jdbcUrl() + role, database.jdbcUrl(), database.account(), database.secret()),
          "is of another role or search path than its pool");
      Secret wrong = Secret.of("wrong", "not the password".toCharArray());
      refused(target(database.jdbcUrl(), database.account(), wrong), "cannot read target 'shop'");
    }
  }

  private void refused(Target target, String why) {
    assertThatThrownBy(() -> Plan.of(undone(), target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(why);
    assertThat(work).isEmptyDirectory();
  }
}
