package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
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
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup by an account that sees every row, in the run of a deployer that does not. */
class AccountOfStepTest {
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(AccountOfStepTest.class);
  private final TestDatabase database = engine.database();
  private final Account deployer;
  private final Account reader;
  private final Target shop;

  AccountOfStepTest() throws SQLException {
    deployer = Deployer.of(database);
    reader = database.newAccount("reader");
    shop = Deployer.target(engine, database, deployer);
  }

  @BeforeEach
  void a_table_whose_rows_policies_hide_from_its_owner() throws SQLException {
    database.run("CREATE TABLE orders AS SELECT generate_series(1, 7) AS id");
    database.run("ALTER TABLE orders OWNER TO " + deployer.name());
    database.run("ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
    database.run("ALTER TABLE orders FORCE ROW LEVEL SECURITY");
    database.run("ALTER ROLE " + reader.name() + " BYPASSRLS CREATEDB");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Target as(Account account) {
    return shop.as(account.name(), account.secret());
  }

  private Runbook book(BackUp dump) {
    return runbook(
        "Deploy",
        gate("Backup", dump.named("backup")),
        gate(
            "Change",
            inOneTransaction(sql("CREATE TABLE later (a int)")).undoneBy(sql("DROP TABLE later"))));
  }

  private BackUp dump() {
    return backUp(into(work.resolve("vault")));
  }

  private Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  private void refused(BackUp dump, String... words) {
    assertThatThrownBy(() -> Plan.of(book(dump), shop))
        .isInstanceOf(Refusal.class)
        .message()
        .contains(words)
        .doesNotContain("hush-hush");
  }

  @Test
  void it_takes_the_backup_and_drills_it_and_the_deployer_needs_no_bypassrls() throws Exception {
    refused(dump(), "ALTER ROLE " + deployer.name() + " BYPASSRLS");
    refused(dump().as(as(reader)), reader.name() + " lacks it on public.orders");
    database.run("GRANT SELECT ON orders TO " + reader.name());
    database.run("GRANT " + deployer.name() + " TO " + reader.name());
    BackUp dump = dump().as(as(reader)).named("backup");
    Plan plan =
        Plan.of(
            runbook(
                "Deploy",
                gate("Backup", dump),
                gate("Proved", restoreDrill(dump).into(as(reader)).named("drill"))),
            shop);
    assertThat(plan.toString()).contains("as account " + reader.name() + " of the same database");
    RunRecord record = runner().run(plan);
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.step("backup").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("account", reader.name())
        .containsEntry("rows", "7");
    try (Stream<Path> written = Files.walk(work).filter(Files::isRegularFile)) {
      String secret = reader.secret().reveal(String::new);
      assertThat(written).isNotEmpty().noneMatch(file -> contains(file, secret));
    }
  }

  private Runbook goesBackTo(String id, Check judge) {
    return runbook(
        "Emergency",
        gate(
            "Restore",
            restore(fromCatalogue(work.resolve("vault")).withId(id))
                .as(as(reader))
                .named("restore")),
        gate("Judged", judge));
  }

  private String rows() throws SQLException {
    return database.one("SELECT count(*) FROM orders");
  }

  /** The deployer sees no row of what it restores. */
  @Test
  void a_restore_and_its_undo_work_as_it_and_the_deployer_needs_no_bypassrls() throws Exception {
    database.run("GRANT SELECT ON orders TO " + reader.name());
    database.run("GRANT " + deployer.name() + " TO " + reader.name());
    RunRecord taken =
        runner()
            .run(Plan.of(runbook("Night", gate("Backup", dump().as(as(reader)).named("b"))), shop));
    String id =
        taken.step("b").orElseThrow().evidence().orElseThrow().fact("artifact").orElseThrow();
    database.run("TRUNCATE orders");
    Runbook byDeployer =
        runbook(
            "Emergency", gate("Restore", restore(fromCatalogue(work.resolve("vault")).withId(id))));
    assertThatThrownBy(() -> Plan.of(byDeployer, shop))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("ALTER ROLE " + deployer.name() + " BYPASSRLS");

    Plan undone = Plan.of(goesBackTo(id, noRows("select 1").named("no")), shop);
    assertThat(undone.full()).contains("as account " + reader.name() + " of the same database");
    RunRecord back = runner().run(undone);
    assertThat(back.state()).as(RunText.failure(back)).isEqualTo(RunState.UNDONE);
    assertThat(rows()).isEqualTo("0");

    RunRecord restored =
        runner().run(Plan.of(goesBackTo(id, noRows("select 1 where false").named("yes")), shop));
    assertThat(restored.state()).as(RunText.failure(restored)).isEqualTo(RunState.SUCCEEDED);
    assertThat(rows()).isEqualTo("7");
    Evidence evidence = restored.step("restore").orElseThrow().evidence().orElseThrow();
    assertThat(evidence.facts()).containsEntry("account", reader.name());
    String safety = evidence.fact("safety").orElseThrow();
    assertThat(RunText.recap(restored)).endsWithIgnoringCase("s").contains("safety-copy=" + safety);
    assertThat(RunText.failure(restored))
        .contains(
            "'restore': what it replaced is safety copy " + safety,
            "restore(fromCatalogue(Path.of(\"" + work.resolve("vault"),
            "\")).withId(\"" + safety + "\")) goes back to it");
    assertThat(database.one("SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"))
        .isEqualTo(deployer.name());
  }

  /** One refusal would hide the others until it is mended. */
  @Test
  void all_that_stands_in_the_way_of_a_restore_is_told_at_once() throws Exception {
    String stranger = database.newName("stranger");
    database.run("CREATE ROLE " + stranger);
    database.run("CREATE TABLE theirs (a int)");
    database.run("ALTER TABLE theirs OWNER TO " + stranger);
    Runbook lost =
        runbook(
            "Emergency",
            gate("Restore", restore(fromCatalogue(work.resolve("vault")).withId("x"))));
    assertThatThrownBy(() -> Plan.of(lost, shop))
        .isInstanceOfSatisfying(
            Refusal.class,
            refused ->
                assertThat(refused.findings())
                    .extracting(Finding::code)
                    .containsExactlyInAnyOrder(
                        "artifact.unknown",
                        "backup.unreadable",
                        "backup.row-security",
                        "restore.owners"));
  }

  private static boolean contains(Path file, String secret) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
          .contains(secret);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void another_database_or_no_login_is_refused_while_planning() throws Exception {
    try (TestDatabase other = engine.database()) {
      Target elsewhere =
          Target.at("shop", other.jdbcUrl(), reader.name(), reader.secret(), shop.dialect());
      refused(dump().as(elsewhere), "'backup' would work in another database than the target's");
    }
    Secret wrong = Secret.of("wrong", "hush-hush".toCharArray());
    refused(
        dump().as(shop.as(reader.name(), wrong)), "the account that as(...) names cannot log in");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_resumed_run_takes_it_as_the_same_account_and_no_other() throws Exception {
    database.run("GRANT SELECT ON orders TO " + reader.name());
    Account third = database.newAccount("third");
    database.run("ALTER ROLE " + third.name() + " BYPASSRLS");
    database.run("GRANT SELECT ON orders TO " + third.name());
    Run dying =
        runner()
            .withPoints(
                point -> {
                  if (point.contains("backup.dumped")) {
                    throw new Killed();
                  }
                })
            .start(Plan.of(book(dump().as(as(reader))), shop));
    assertThatThrownBy(dying::toEnd).isInstanceOf(Killed.class);
    dying.close();
    assertThatThrownBy(() -> runner().resume(book(dump().as(as(third))), shop, dying.journal()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("as account " + third.name());
    assertThatThrownBy(() -> runner().resume(book(dump()), shop, dying.journal()))
        .isInstanceOf(Refusal.class);
    try (Run resumed = runner().resume(book(dump().as(as(reader))), shop, dying.journal())) {
      RunRecord record = resumed.toEnd();
      assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.step("backup").orElseThrow().evidence().orElseThrow().facts())
          .containsEntry("account", reader.name());
    }
  }

  @Test
  void one_that_cannot_log_in_any_more_has_done_nothing() throws Exception {
    database.run("GRANT SELECT ON orders TO " + reader.name());
    Plan plan = Plan.of(book(dump().as(as(reader))), shop);
    database.run("ALTER ROLE " + reader.name() + " NOLOGIN");
    RunRecord record = runner().run(plan);
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("backup").orElseThrow().findings().toString())
        .contains("the account that as(...) names cannot log in");
    assertThat(database.one("SELECT to_regclass('later') IS NULL")).isEqualTo("t");
  }

  /** Its tools would log in elsewhere than its sessions, and nobody would look. */
  @Test
  void a_pool_is_no_account_of_a_step() {
    Target pooled =
        Target.of("shop", new org.postgresql.ds.PGSimpleDataSource(), shop.dialect())
            .withLogin(database.jdbcUrl(), reader.name(), reader.secret());
    assertThatThrownBy(() -> dump().as(pooled))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target.as(account, secret)");
  }
}
