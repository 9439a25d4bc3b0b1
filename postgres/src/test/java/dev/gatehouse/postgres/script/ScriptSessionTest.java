package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.ScriptReader.SessionState;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.backup.Dumps;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script leaves changed in its session ends with it. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class ScriptSessionTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ScriptSessionTest.class);
  }

  private final EngineUnderTest engine;
  private TestDatabase database;
  private Target target;
  private Path work;

  ScriptSessionTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void two_tables_of_one_name(@TempDir Path directory) throws SQLException {
    work = directory;
    database = engine.database();
    target = Targets.of(database);
    database.run("CREATE SCHEMA app");
    database.run("CREATE TABLE public.orders (id int)");
    database.run("INSERT INTO public.orders VALUES (-1)");
    database.run("CREATE TABLE app.orders (id int)");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RunRecord run(TransactionPart... parts) {
    return Runner.journalingTo(work.resolve("journals"))
        .run(
            Plan.of(
                runbook(
                    "Scripts",
                    gate("g", inOneTransaction(parts[0], rest(parts)).cannotBeUndone("test"))),
                target));
  }

  private static TransactionPart[] rest(TransactionPart... parts) {
    return List.of(parts).subList(1, parts.length).toArray(TransactionPart[]::new);
  }

  @ParameterizedTest
  @Sampled(
      few = 2,
      of = {
        "SET search_path TO app",
        "SET LOCAL search_path = app",
        "SELECT pg_catalog.set_config('search_path', 'app', false)",
        "DO $$ BEGIN PERFORM set_config('search_path', 'app', true); END $$",
      })
  void a_check_is_asked_where_it_was_planned(String set) {
    RunRecord record =
        run(
            sql(set + "; ALTER TABLE orders ADD COLUMN x int"),
            noRows("bad", "select 1 from orders where id < 0"));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.steps().get(0).findings().toString()).contains("'bad'");
  }

  /** What new sessions of the account begin with is for those behind the run. */
  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {
        "ALTER ROLE %1$I IN DATABASE %2$I SET search_path = app",
        "ALTER DATABASE %2$I SET search_path = app",
      })
  void sessions_of_later_steps_are_as_planned(String alter) throws SQLException {
    String block =
        "DO $do$ BEGIN EXECUTE format('" + alter + "', session_user, current_database()); END $do$";
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(
                Plan.of(
                    runbook(
                        "Scripts",
                        gate(
                            "g",
                            inOneTransaction(sql(block)).named("alter").cannotBeUndone("test"),
                            inOneTransaction(sql("ALTER TABLE orders ADD COLUMN x int"))
                                .named("add")
                                .cannotBeUndone("test"),
                            noRows("bad", "select x from orders where id < -1"))),
                    target));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(
            database.one(
                "SELECT string_agg(table_schema, ' ') FROM information_schema.columns"
                    + " WHERE column_name = 'x' AND table_name = 'orders'"))
        .isEqualTo("public");
  }

  @ParameterizedTest
  @Sampled(
      few = 2,
      of = {
        "CREATE TEMP TABLE orders (id int)",
        "CREATE TEMP VIEW orders AS SELECT 1 AS id",
        "SELECT 1 AS id INTO TEMP orders",
        "CREATE TEMP TABLE orders ON COMMIT DROP AS SELECT 1 AS id",
        "DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', current_user);"
            + " EXECUTE format('CREATE TABLE %I.orders (id int)', current_user); END $$",
      })
  void a_relation_that_hides_another_from_a_check_stops_it(String hiding) {
    RunRecord record = run(sql(hiding), noRows("bad", "select 1 from orders where id < 0"));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.steps().get(0).findings().get(0).text())
        .containsAnyOf("orders hides public.orders", "pg_temp.orders")
        .containsPattern("code      script(s.temporary|.hides)");
  }

  @Test
  void one_that_hides_nothing_or_is_gone_does_not() {
    RunRecord record =
        run(
            sql("CREATE TEMP TABLE heap (id int); CREATE TABLE app.heap (id int)"),
            sql("INSERT INTO heap VALUES (1)"),
            sql("CREATE TEMP TABLE orders (id int); DROP TABLE orders"),
            value("select count(*) from orders").is(1));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @ParameterizedTest
  @Sampled(
      few = 2,
      of = {
        "SELECT login('a')",
        "SELECT set_config('app.' || 'tenant', 'a', false)",
        "SELECT set_config(n, v, false) FROM (VALUES ('app.tenant', 'x')) q(n, v)",
        "SET \"app\".\"tenant\" = 'a'",
      })
  void a_setting_of_nobody_ends_with_the_script_however_it_is_set(String set) throws SQLException {
    database.run(
        "CREATE FUNCTION login(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            + " PERFORM set_config('app.tenant', t, false); END $$");
    RunRecord record =
        run(sql(set), value("select coalesce(current_setting('app.tenant', true), '')").is(""));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_constraint_that_waits_for_the_commit_is_told_as_one() throws SQLException {
    database.run("CREATE TABLE p (id int PRIMARY KEY)");
    database.run("CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
    RunRecord record = run(sql("INSERT INTO c VALUES (9)"), value("select count(*) from c").is(1));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.steps().get(0).findings().get(0).text())
        .contains("the change could not have been committed", "Key (p)=(9) is not present")
        .contains("code      statement.failed");
  }

  @Test
  void what_ended_with_a_script_is_told_with_the_line_that_changed_it() throws Exception {
    Files.writeString(
        work.resolve("003.sql"),
        "SELECT 1;\nSET work_mem = '7MB';\n\nSET"
            + " search_path = app;\nALTER TABLE orders ADD COLUMN x int;\nSET app.tenant = 'a';\n");
    RunRecord record = run(scripts(work.resolve("003.sql").toString()));
    assertThat(record.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry(
            "ended with its script",
            "work_mem was changed by 003.sql:2; app.tenant was changed by 003.sql:6; search_path"
                + " was changed by 003.sql:4");
    assertThat(run(sql("SELECT 1")).steps().get(0).evidence().orElseThrow().facts())
        .doesNotContainKey("ended with its script");
  }

  /** What names it means other tables from then on, also the checks of the transaction. */
  @Test
  void a_schema_that_takes_the_name_of_another_is_told() throws SQLException {
    RunRecord record =
        run(
            sql(
                "ALTER SCHEMA public RENAME TO old; ALTER SCHEMA app RENAME TO public;"
                    + " CREATE SCHEMA app"),
            noRows("bad", "select 1 from orders where id < 0"));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry(
            "besides",
            "sql: schema public is now what was app; sql: what was app is now public;"
                + " sql: what was public is now old");
  }

  /** Backups and clients of the undo would take it: such a run ended NOT_UNDONE. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER ROLE %1$I IN DATABASE %2$I SET role = %3$I",
        "ALTER DATABASE %2$I SET role = %3$I",
      })
  void a_role_that_new_sessions_take_does_not_keep_the_run_from_being_undone(String alter)
      throws Exception {
    Dumps dumps = new Dumps(engine, database, work);
    Account other = database.newAccount("other");
    String block =
        "DO $do$ BEGIN EXECUTE format('"
            + alter
            + "', session_user, current_database(), '"
            + other.name()
            + "'); END $do$";
    BackUp dump = backUp(into(work.resolve("vault"))).named("dump");
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(
                Plan.of(
                    runbook(
                        "Scripts",
                        gate(
                            "g",
                            dump,
                            inOneTransaction(sql("ALTER TABLE orders ADD COLUMN y int"))
                                .named("y")
                                .undoneBy(restore(dump)),
                            inOneTransaction(sql(block)).named("alter").cannotBeUndone("test"),
                            inOneTransaction(sql("ALTER TABLE orders ADD COLUMN x int"))
                                .named("add")
                                .undoneBy(
                                    inOneTransaction(sql("ALTER TABLE orders DROP COLUMN x"))),
                            noRows("bad", "select x from orders where id < 0"))),
                    dumps.target));
    assertThat(record.step("alter").orElseThrow().findings().toString())
        .contains("a script gives new sessions another role", "role=" + other.name())
        .contains("script.role-of-sessions");
    assertThat(record.step("y").orElseThrow().state())
        .as(RunText.recap(record) + record.step("y").orElseThrow().findings())
        .isEqualTo(StepState.UNDONE);
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
  }

  @Test
  void a_temporary_table_does_not_answer_a_check_for_another() throws SQLException {
    RunRecord record =
        run(
            sql("CREATE TEMP TABLE orders AS SELECT 1 AS id; CREATE TEMP TABLE beside (a int)"),
            noRows("bad", "select 1 from orders where id < 0"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(RunText.failure(record))
        .contains("a script left temporary tables in the way of the checks")
        .contains("found     pg_temp.orders\n")
        .contains("end the script with DROP TABLE pg_temp.orders; or give");
    RunRecord dropped =
        run(
            sql(
                "CREATE TEMP TABLE orders AS SELECT 1 AS id; CREATE TEMP TABLE beside (a int);"
                    + " DROP TABLE pg_temp.orders"),
            value("select count(*) from orders where id < 0").is(1));
    assertThat(dropped.state()).as(RunText.recap(dropped)).isEqualTo(RunState.SUCCEEDED);
    assertThat(run(sql("CREATE TEMP TABLE orders AS SELECT 1 AS id")).state())
        .isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void the_first_lines_of_a_dump_do_not_reach_the_next_script() throws SQLException {
    RunRecord record =
        run(
            sql(
                """
                SET statement_timeout = 0; SET lock_timeout = 0; SET client_encoding = 'UTF8';
                SELECT pg_catalog.set_config('search_path', '', false);
                SET check_function_bodies = false; SET row_security = off;
                CREATE TABLE public.t1 (a int)\
                """),
            sql("CREATE TABLE t2 (a int); INSERT INTO orders VALUES (1)"),
            value("select count(*) from orders").is(2),
            value("select current_setting('lock_timeout')").is("10s"));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(database.one("SELECT 'public.t2'::regclass::text")).isEqualTo("t2");
  }

  @Test
  void a_script_sees_its_own_settings_and_its_limits_stay_those_of_the_step() throws Exception {
    database.run("GRANT ALL ON SCHEMA app TO PUBLIC");
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(
                Plan.of(
                    runbook(
                        "Scripts",
                        gate(
                            "g",
                            inOneTransaction(
                                    sql(
                                        "SET app.tenant = 'a'; SET work_mem = '7MB'; SET"
                                            + " lock_timeout = 1; SET ROLE pg_monitor; CREATE TABLE"
                                            + " app.made AS SELECT current_setting('app.tenant') AS"
                                            + " tenant, current_setting('work_mem') AS mem,"
                                            + " current_user AS who"),
                                    value(
                                            "select current_setting('app.tenant', true) || '|'"
                                                + " || current_user || '|'"
                                                + " || current_setting('lock_timeout')")
                                        .is("|" + database.account() + "|3s"))
                                .withLockTimeout(Duration.ofSeconds(3))
                                .cannotBeUndone("test"))),
                    target));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(database.one("SELECT tenant, mem, who FROM app.made")).isEqualTo("a|7MB|pg_monitor");
  }

  /** Whatever a script sets, however: afterwards every setting is what it was. */
  @Test
  void any_setting_is_as_it_was_before() throws Exception {
    Random random = new Random(20261129);
    ScriptReader reader = Postgres.dialect().scripts().orElseThrow();
    try (Connection connection = Postgres.dialect().openWriting(target)) {
      Postgres.dialect().concurrency().begin(connection);
      List<List<String>> before = everything(connection);
      for (int round = 0; round < 40; round++) {
        List<ScriptStatement> script =
            reader.read(
                Script.of(
                    "s",
                    String.join(
                        ";",
                        IntStream.range(0, 1 + random.nextInt(5))
                            .mapToObj(n -> setting(random))
                            .toList())));
        SessionState state = reader.remember(connection, script);
        for (ScriptStatement statement : script) {
          reader.execute(connection, statement);
        }
        state.restore();
        List<List<String>> after = everything(connection);
        after.removeAll(before);
        assertThat(after).as(script.toString()).isEmpty();
      }
      Postgres.dialect().concurrency().rollback(connection);
    }
  }

  private static List<List<String>> everything(Connection connection) throws SQLException {
    List<List<String>> all =
        new ArrayList<>(
            Queries.rows(
                connection,
                "SELECT 'who', current_user || session_user || current_setting('role')"
                    + " || coalesce(current_setting('app.tenant', true), '')"
                    + " UNION ALL (SELECT name, setting FROM pg_catalog.pg_settings"
                    + " WHERE name NOT LIKE 'plpgsql.%' ORDER BY name)",
                Row::texts));
    all.add(List.of("path", Queries.path(connection)));
    return all;
  }

  private String setting(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "SET search_path TO app, public";
      case 1 -> "SET LOCAL work_mem = '" + (1 + random.nextInt(9)) + "MB'";
      case 2 -> "SET row_security = on";
      case 3 -> "RESET ALL";
      case 4 -> "SET ROLE pg_monitor";
      case 5 -> "SET SESSION AUTHORIZATION pg_monitor; SET SESSION AUTHORIZATION DEFAULT";
      case 6 -> "SET TimeZone = 'Asia/Tokyo'";
      case 7 -> "SELECT set_config('statement_timeout', '3s', " + random.nextBoolean() + ")";
      case 8 -> "SET SESSION app.tenant TO 'x" + random.nextInt(5) + "'";
      case 9 -> "RESET lock_timeout";
      case 10 -> "DO $$ BEGIN SET IntervalStyle = 'iso_8601'; END $$";
      default -> "SET SESSION AUTHORIZATION DEFAULT; SET synchronous_commit = off";
    };
  }

  @Test
  void another_account_of_the_session_ends_with_the_script() throws Exception {
    RunRecord record =
        run(
            sql("SET SESSION AUTHORIZATION pg_monitor"),
            value("select session_user::text").is(database.account()));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void what_fails_by_our_own_settings_says_so() throws Exception {
    database.run("ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY");
    database.run("GRANT USAGE ON SCHEMA app TO pg_monitor");
    database.run("GRANT ALL ON app.orders TO pg_monitor");
    RunRecord hidden = run(sql("SET ROLE pg_monitor; UPDATE app.orders SET id = 2"));
    assertThat(hidden.steps().get(0).findings().get(0).text())
        .contains("our sessions have row_security = off")
        .contains("SET row_security = on");
    RunRecord seen =
        run(sql("SET row_security = on; SET ROLE pg_monitor; UPDATE app.orders SET id = 2"));
    assertThat(seen.state()).as(RunText.recap(seen)).isEqualTo(RunState.SUCCEEDED);
    RunRecord absent = run(sql("SELECT * FROM nowhere"));
    assertThat(absent.steps().get(0).findings().get(0).text())
        .contains("search_path where the script began: \"$user\", public");
  }
}
