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

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** What an ordinary owner of a database can do where a superuser was before. */
class DeployerTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DeployerTest.class);
  private final TestDatabase database = engine.database();
  private final Account account = account();

  private Account account() {
    try {
      return Deployer.of(database);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private void bySuperuser(String... sql) throws Exception {
    new Dumps(engine, database, work).execute(sql);
  }

  @BeforeEach
  void byDeployer() throws Exception {
    bySuperuser(
        "SET ROLE " + account.name(),
        "CREATE TABLE orders (id int PRIMARY KEY)",
        "INSERT INTO orders VALUES (1), (2)");
  }

  private Plan plan(Runbook runbook) {
    return Plan.of(runbook, Deployer.target(engine, database, account));
  }

  /** A backup, a drill, then a change that is undone by the backup. */
  private Runbook undone() {
    BackUp dump = backUp(into(work.resolve("vault")));
    return runbook(
        "Undone",
        gate("Backup", dump),
        gate("Proved", restoreDrill(dump).intoScratchDatabase().named("Drill")),
        gate(
            "Change",
            inOneTransaction(sql("DELETE FROM orders"), sql("CREATE TABLE later (a int)"))
                .named("Change")
                .undoneBy(restore(dump))),
        gate("Judged", noRows("select 1 where (select count(*) from orders) = 0").named("there")));
  }

  private Runbook undoOnly() {
    BackUp dump = backUp(into(work.resolve("vault")));
    return runbook(
        "Undone",
        gate("Backup", dump),
        gate(
            "Change",
            inOneTransaction(sql("DELETE FROM orders")).named("Change").undoneBy(restore(dump))),
        gate("Judged", noRows("select 1 where (select count(*) from orders) = 0").named("there")));
  }

  private void goesBack() throws Exception {
    goesBack(undone());
  }

  private RunRecord goesBack(Runbook runbook) throws Exception {
    RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan(runbook));
    List<String> findings = new ArrayList<>();
    record.steps().forEach(step -> step.findings().forEach(one -> findings.add(one.text())));
    assertThat(record.state()).as(String.join("\n", findings)).isEqualTo(RunState.UNDONE);
    assertThat(database.one("SELECT count(*) FROM orders")).isEqualTo("2");
    assertThat(database.one("SELECT count(*) FROM pg_class WHERE relname = 'later'"))
        .isEqualTo("0");
    return record;
  }

  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {
        "CREATE EXTENSION hstore; ALTER TABLE orders ADD h hstore DEFAULT 'a=>1';"
            + " CREATE EXTENSION pg_trgm; COMMENT ON EXTENSION pg_trgm IS 'of the superuser';"
            + " COMMENT ON EXTENSION plpgsql IS 'of the superuser'",
        "CREATE EXTENSION pg_trgm; COMMENT ON EXTENSION pg_trgm IS NULL"
      })
  void an_extension_that_a_superuser_made_stays(String sql) throws Exception {
    bySuperuser(sql);
    goesBack();
  }

  /** A new database has no such schema, and an ordinary account cannot make it a superuser's. */
  @Test
  void a_schema_that_a_superuser_made_for_extensions_stays_and_is_the_drills_own_in_a_copy()
      throws Exception {
    bySuperuser(
        "CREATE SCHEMA extensions",
        "CREATE EXTENSION pgcrypto SCHEMA extensions",
        "GRANT USAGE ON SCHEMA extensions TO PUBLIC",
        "COMMENT ON SCHEMA extensions IS 'kept'");
    RunRecord record = goesBack(undone());
    assertThat(record.step("Drill").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry(
            "not rehearsed",
            "schema extensions of "
                + database.account()
                + ": kept by a restore in place; owner, privileges and comment are not the"
                + " copy's");
    goesBack(undoOnly());
  }

  /** The generator found it: its own extension, dropped by the change itself. */
  @Test
  void its_own_extension_in_a_superusers_schema_is_made_there_again() throws Exception {
    bySuperuser(
        "CREATE SCHEMA extensions",
        "GRANT USAGE, CREATE ON SCHEMA extensions TO " + account.name(),
        "SET ROLE " + account.name(),
        "CREATE EXTENSION pgcrypto SCHEMA extensions");
    BackUp dump = backUp(into(work.resolve("vault")));
    goesBack(
        runbook(
            "Undone",
            gate("Backup", dump),
            gate(
                "Change",
                inOneTransaction(sql("DELETE FROM orders; DROP EXTENSION pgcrypto"))
                    .named("Change")
                    .undoneBy(restore(dump))),
            gate("Judged", noRows("select 1 where (select count(*) from orders) = 0"))));
    assertThat(
            database.one(
                "SELECT extnamespace::regnamespace::text FROM pg_extension"
                    + " WHERE extname = 'pgcrypto'"))
        .isEqualTo("extensions");
  }

  /** Each gives what this account may act for, and could not once. */
  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {
        "COMMENT ON SCHEMA public IS 'ours'; GRANT SELECT ON item TO @ WITH GRANT OPTION;"
            + " SET ROLE @; GRANT SELECT ON item TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO @; ALTER TABLE item OWNER TO @;"
            + " CREATE EXTENSION pgcrypto; REVOKE EXECUTE ON FUNCTION digest(text, text) FROM PUBLIC;"
            + " GRANT EXECUTE ON FUNCTION digest(text, text) TO @;"
            + " REVOKE EXECUTE ON FUNCTION pg_sleep(float8) FROM PUBLIC;"
            + " GRANT EXECUTE ON FUNCTION pg_sleep(float8) TO @"
      })
  void what_others_gave_comes_back(String sql) throws Exception {
    String mine = database.newName("mine");
    bySuperuser(
        "CREATE ROLE " + mine,
        "GRANT " + mine + " TO " + account.name(),
        "SET ROLE " + account.name(),
        "CREATE TABLE item (a int)",
        "RESET ROLE",
        sql.replace("@", mine));
    goesBack();
  }

  @ParameterizedTest
  @Sampled(
      few = 2,
      of = {
        "CREATE FUNCTION f() RETURNS int LEAKPROOF LANGUAGE sql AS 'SELECT 1';"
            + " ALTER FUNCTION f() OWNER TO @",
        "CREATE FUNCTION f() RETURNS int SET log_min_duration_statement = 5 LANGUAGE sql AS"
            + " 'SELECT 1'; ALTER FUNCTION f() OWNER TO @",
        "CREATE AGGREGATE f(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC ="
            + " numeric_avg); ALTER AGGREGATE f(numeric) OWNER TO @",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO @",
        "SELECT lo_create(0)"
      })
  void what_only_a_superuser_can_make_is_refused_while_planning(String sql) throws Exception {
    bySuperuser(sql.replace("@", account.name()));
    refused(undone(), "only a superuser may drop or make some of this");
    refused(undoOnly(), "only a superuser may drop or make some of this");
  }

  /** Its copies are its own; the target is somebody else's. */
  @Test
  void who_may_not_create_in_the_database_is_told_while_planning() throws Exception {
    bySuperuser(
        "ALTER DATABASE " + database.name() + " OWNER TO " + database.account(),
        "CREATE SCHEMA shop AUTHORIZATION " + account.name(),
        "CREATE SCHEMA gatehouse AUTHORIZATION " + account.name(),
        "ALTER TABLE orders SET SCHEMA shop");
    assertThatThrownBy(() -> plan(undoOnly()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("none, and it would make schema shop")
        .hasMessageContaining(
            "GRANT CREATE ON DATABASE " + database.name() + " TO " + account.name());
    bySuperuser(
        "GRANT CREATE ON DATABASE " + database.name() + " TO " + account.name(),
        "ALTER TABLE shop.orders SET SCHEMA public");
    assertThatThrownBy(() -> plan(undoOnly()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("none for " + account.name() + " on schema public");
    bySuperuser("GRANT CREATE ON SCHEMA public TO " + account.name());
    goesBack();
  }

  @Test
  void a_drill_says_that_a_restore_in_place_is_refused() throws Exception {
    String subscription = "of_" + account.name();
    bySuperuser(
        "CREATE SUBSCRIPTION "
            + subscription
            + " CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p"
            + " WITH (connect = false, slot_name = NONE)");
    try {
      BackUp dump = backUp(into(work.resolve("vault")));
      Plan plan =
          plan(
              runbook(
                  "Drilled",
                  gate("Backup", dump),
                  gate("Proved", restoreDrill(dump).intoScratchDatabase().named("Drill"))));
      assertThat(plan.full())
          .contains(
              "not rehearsed: a restore in place of shop is refused: the database receives what"
                  + " others publish, subscription "
                  + subscription);
      RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.step("Drill").orElseThrow().findings())
          .extracting(Finding::code)
          .containsExactly("drill.not-in-place");
    } finally {
      bySuperuser("DROP SUBSCRIPTION " + subscription);
    }
  }

  @Test
  void an_extension_in_a_schema_of_its_own_stays() throws Exception {
    bySuperuser(
        "SET ROLE " + account.name(),
        "CREATE SCHEMA extensions",
        "CREATE EXTENSION pgcrypto SCHEMA extensions",
        "CREATE TABLE extensions.beside (a int)");
    goesBack();
  }

  /** No message ever recommends to make an account a member of a superuser. */
  private void refused(Runbook runbook, String... words) {
    assertThatThrownBy(() -> plan(runbook))
        .isInstanceOf(Refusal.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("GRANT");
  }

  @Test
  void an_extension_that_only_a_superuser_may_create_keeps_a_drill_from_being_planned()
      throws Exception {
    bySuperuser("CREATE EXTENSION pg_stat_statements");
    refused(
        undone(),
        "only a superuser may drop or make some of this",
        account.name() + " may not: extension pg_stat_statements ",
        "restoreDrill(...).into(a target of such a server whose account is a superuser)");
    plan(undoOnly());
  }

  @Test
  void a_subscription_keeps_an_undo_from_being_planned() throws Exception {
    bySuperuser(
        "CREATE SUBSCRIPTION sub1 CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p"
            + " WITH (connect = false, slot_name = NONE)");
    try {
      refused(undoOnly(), "found     subscription sub1", "DROP SUBSCRIPTION \"sub1\"");
    } finally {
      bySuperuser("DROP SUBSCRIPTION sub1");
    }
    plan(undoOnly());
  }

  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {
        "CREATE SCHEMA theirs; CREATE TYPE theirs.mood AS ENUM ('ok')",
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
            + " CREATE EVENT TRIGGER gate ON ddl_command_end EXECUTE FUNCTION f()",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'"
      })
  void what_a_superuser_owns_keeps_an_undo_from_being_planned(String sql) throws Exception {
    bySuperuser(sql);
    refused(
        undoOnly(),
        "only a superuser may drop or make some of this",
        " of " + database.account(),
        "have a superuser drop these, or give them to an ordinary role");
  }

  @Test
  void what_another_role_owns_is_told_with_the_grant() throws Exception {
    String other = database.newName("other");
    bySuperuser(
        "CREATE ROLE " + other,
        "CREATE TABLE item (a int)",
        "ALTER TABLE item OWNER TO " + other,
        "GRANT SELECT ON item TO " + account.name());
    assertThatThrownBy(() -> plan(undoOnly()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(other + ": table public.item")
        .hasMessageContaining("GRANT " + other + " TO " + account.name());
    bySuperuser("GRANT " + other + " TO " + account.name());
    plan(undone());
  }

  @Test
  void what_only_the_change_can_alter_is_told_as_unknown() {
    assertThat(plan(undoOnly()).full()).contains("UNKNOWN until then: what changes before");
  }
}
