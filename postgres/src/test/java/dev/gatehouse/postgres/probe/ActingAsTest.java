package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.outcome.Status.FAILED;
import static dev.gatehouse.core.outcome.Status.INCONCLUSIVE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.REFERENCES;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a role can do is tried; what only looks like an answer is none. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class ActingAsTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ActingAsTest.class);
  }

  private final EngineUnderTest engine;
  private TestDatabase database;
  private Target target;
  private String role;

  ActingAsTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void a_world_in_which_the_analyst_reads_a_view_and_nothing_else() throws SQLException {
    database = engine.database();
    target = Targets.of(database);
    role = database.newAccount("analyst").name();
    execute(
        "CREATE SCHEMA eng",
        "CREATE SCHEMA views",
        "CREATE TABLE eng.orders (id serial PRIMARY KEY, total int NOT NULL, note text,"
            + " twice int GENERATED ALWAYS AS (total * 2) STORED)",
        "INSERT INTO eng.orders (total) VALUES (1), (2)",
        "CREATE VIEW views.summary AS SELECT sum(total) AS all FROM eng.orders",
        "GRANT USAGE ON SCHEMA eng, views TO " + role,
        "GRANT SELECT ON views.summary TO " + role);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = database.connect()) {
      for (String sql : statements) {
        Queries.run(connection, sql);
      }
    }
  }

  private Outcome ask(Check check) throws Exception {
    return At.ask(target, check);
  }

  private String said(Outcome outcome) {
    return At.said(outcome).replace(role, "analyst");
  }

  private Check deniedAll() {
    return actingAs(role).isDenied(SELECT, INSERT, UPDATE, DELETE, TRUNCATE).on("eng.*");
  }

  @Test
  void who_was_granted_nothing_is_denied_everything() throws Exception {
    assertThat(ask(deniedAll()).status()).isEqualTo(PASSED);
    assertThat(ask(deniedAll()).proof().orElseThrow().facts()).containsEntry("attempts", "5");
    assertThat(ask(actingAs(role).can(SELECT).on("views.*")).status()).isEqualTo(PASSED);
  }

  @Test
  void a_privilege_that_should_not_be_there_is_found_by_using_it() throws Exception {
    execute("GRANT DELETE ON eng.orders TO PUBLIC");
    assertThat(said(ask(deniedAll())))
        .isEqualTo(
            """
            analyst can do what it should not
              expected  analyst is denied SELECT, INSERT, UPDATE, DELETE, TRUNCATE on eng.*
              found     DELETE on eng.orders: allowed
              fix       REVOKE DELETE on eng.orders FROM analyst, and from what it is a member of, and PUBLIC
              code      probe.allowed\
            """);
  }

  @Test
  void one_column_is_enough_not_to_be_denied_and_too_few_to_be_able() throws Exception {
    execute("GRANT SELECT (id), INSERT (note), UPDATE (note) ON eng.orders TO " + role);
    assertThat(ask(actingAs(role).isDenied(SELECT).on("eng.orders")).status()).isEqualTo(FAILED);
    assertThat(ask(actingAs(role).isDenied(INSERT).on("eng.orders")).status()).isEqualTo(FAILED);
    assertThat(ask(actingAs(role).isDenied(UPDATE).on("eng.orders")).status()).isEqualTo(FAILED);
    assertThat(ask(actingAs(role).isDenied(DELETE, TRUNCATE).on("eng.orders")).status())
        .isEqualTo(PASSED);
    assertThat(ask(actingAs(role).can(SELECT).on("eng.orders")).status()).isEqualTo(FAILED);
    assertThat(ask(actingAs(role).can(UPDATE).on("eng.orders")).status()).isEqualTo(FAILED);
  }

  @Test
  void nothing_that_was_tried_stays() throws Exception {
    execute(
        "GRANT ALL ON eng.orders TO " + role, "GRANT ALL ON SEQUENCE eng.orders_id_seq TO " + role);
    assertThat(
            ask(actingAs(role).can(SELECT, INSERT, UPDATE, DELETE, TRUNCATE).on("eng.orders"))
                .status())
        .isEqualTo(PASSED);
    assertThat(ask(actingAs(role).can(sql("delete from eng.orders"))).status()).isEqualTo(PASSED);
    try (Connection connection = database.connect()) {
      assertThat(Queries.pinned(connection, "SELECT count(*) FROM eng.orders")).isEqualTo("2");
    }
  }

  @Test
  void what_only_happens_while_executing_is_met() throws Exception {
    execute("GRANT INSERT ON eng.orders TO " + role);
    assertThat(said(ask(actingAs(role).can(INSERT).on("eng.orders"))))
        .as("the default needs a sequence")
        .contains("INSERT on eng.orders: rejected: ")
        .contains("orders_id_seq");
  }

  @Test
  void a_view_whose_owner_may_not_read_what_lies_behind_it_does_not_compile() throws Exception {
    String owner = database.newAccount("owner").name();
    execute(
        "GRANT USAGE, CREATE ON SCHEMA views TO " + owner,
        "ALTER VIEW views.summary OWNER TO " + owner,
        "GRANT SELECT ON views.summary TO " + role);
    Check compiles = actingAs(role).can(SELECT).on("views.*");
    assertThat(said(ask(compiles))).contains("SELECT on views.summary: rejected: ");
    execute("GRANT USAGE ON SCHEMA eng TO " + owner, "GRANT SELECT ON eng.orders TO " + owner);
    assertThat(ask(compiles).status()).isEqualTo(PASSED);
  }

  @Test
  void a_view_that_calls_a_function_that_fails_does_not_compile() throws Exception {
    execute(
        "CREATE FUNCTION views.f() RETURNS int LANGUAGE plpgsql AS"
            + " 'BEGIN RETURN (SELECT count(gone) FROM eng.orders); END'",
        "CREATE VIEW views.broken AS SELECT views.f()",
        "GRANT SELECT ON views.broken TO " + role,
        "GRANT SELECT ON eng.orders TO " + role);
    Outcome outcome = ask(actingAs(role).can(SELECT).on("views.*"));
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(said(outcome)).contains("SELECT on views.broken: SQLSTATE 42703");
  }

  @Test
  void a_table_or_role_that_is_not_there_is_refused_and_not_denied() {
    assertThatThrownBy(() -> ask(actingAs(role).isDenied(SELECT).on("eng.ordres")))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            nothing named like 'eng.ordres' is there for SELECT
              expected  at least one table or view that takes SELECT
              found     none
              fix       correct on("eng.ordres"), or take SELECT out
              code      probe.no-table\
            """);
    assertThatThrownBy(() -> ask(actingAs("nobody_at_all").isDenied(SELECT).on("eng.*")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no role 'nobody_at_all'");
    assertThatThrownBy(() -> ask(actingAs(role).isDenied(INSERT).on("views.summary")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("takes INSERT");
  }

  @Test
  void a_mistyped_statement_is_refused_and_not_denied() throws Exception {
    Outcome outcome = ask(actingAs(role).isDenied(sql("select * from eng.ordres")));
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).code()).isEqualTo("probe.statement-rejected");
  }

  @Test
  void a_role_that_may_not_be_assumed_proves_nothing() throws Exception {
    Account plain = database.newAccount("plain");
    Target weak = Targets.of(database, plain);
    Check check = actingAs(role).isDenied(SELECT).on("eng.orders");
    Outcome outcome = At.ask(weak, check);
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).code()).isEqualTo("probe.role-not-assumed");
    execute("GRANT " + role + " TO " + plain.name());
    assertThat(At.ask(weak, check).status()).isEqualTo(PASSED);
  }

  @Test
  void a_superuser_proves_nothing() throws Exception {
    execute("ALTER ROLE " + role + " SUPERUSER");
    for (Check check :
        List.of(
            actingAs(role).isDenied(SELECT).on("eng.orders"),
            actingAs(role).can(SELECT).on("eng.orders"))) {
      assertThat(ask(check).status()).isEqualTo(INCONCLUSIVE);
      assertThat(ask(check).findings().get(0).code()).isEqualTo("probe.superuser");
    }
  }

  @Test
  void a_login_that_becomes_another_role_is_told() throws Exception {
    String other = database.newAccount("other").name();
    execute("GRANT " + other + " TO " + role, "ALTER ROLE " + role + " SET role = " + other);
    Outcome outcome = ask(actingAs(role).isDenied(SELECT).on("eng.orders"));
    assertThat(outcome.findings().get(0).code()).isEqualTo("probe.becomes-another");
  }

  /** M11: the words of a rejection are no rejection. */
  @Test
  void words_that_say_denied_are_not_read() throws Exception {
    execute(
        "CREATE FUNCTION eng.pretend() RETURNS int LANGUAGE plpgsql AS"
            + " $f$ BEGIN RAISE 'permission denied for table orders'"
            + " USING ERRCODE = 'insufficient_privilege'; END $f$");
    Outcome outcome = ask(actingAs(role).isDenied(sql("select eng.pretend()")));
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(said(outcome)).contains("SQLSTATE 42501 of exec_stmt_raise");
  }

  @Test
  void rejected_and_silently_no_row_and_allowed_are_three_answers() throws Exception {
    execute(
        "GRANT SELECT, INSERT, DELETE ON eng.orders TO " + role,
        "ALTER TABLE eng.orders ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY reading ON eng.orders FOR SELECT USING (true)",
        "CREATE POLICY writing ON eng.orders FOR INSERT WITH CHECK (total > 100)");
    Check insert = actingAs(role).isDenied(sql("insert into eng.orders (id, total) values (7, 7)"));
    Check delete = actingAs(role).isDenied(sql("delete from eng.orders"));
    Check select = actingAs(role).isDenied(sql("select * from eng.orders"));
    assertThat(ask(insert).status()).as("rejected by the policy").isEqualTo(PASSED);
    assertThat(said(ask(delete)))
        .contains("found     no error, and no row: row security hides rows in silence");
    assertThat(said(ask(select))).contains("found     allowed");
    assertThat(ask(actingAs(role).can(sql("delete from eng.orders"))).status())
        .isEqualTo(INCONCLUSIVE);
  }

  @Test
  void a_lock_in_the_way_is_no_denial() throws Exception {
    execute("GRANT SELECT ON eng.orders TO " + role);
    try (Connection holder = database.connect()) {
      holder.setAutoCommit(false);
      Queries.run(holder, "LOCK TABLE eng.orders");
      Outcome outcome = ask(actingAs(role).isDenied(SELECT).on("eng.orders"));
      assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
      assertThat(said(outcome)).contains("55P03");
      holder.rollback();
    }
  }

  @Test
  void what_would_end_the_transaction_is_not_tried() throws Exception {
    for (String bad :
        List.of("commit", "reset role", "select 1; select 2", "prepare transaction 'x'")) {
      Outcome outcome = ask(actingAs(role).isDenied(sql(bad)));
      assertThat(outcome.findings().get(0).code()).as(bad).isEqualTo("probe.statement");
    }
    assertThatThrownBy(() -> actingAs(role).isDenied(REFERENCES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("REFERENCES cannot be tried");
  }

  private RunRecord run(Path work, Check check) {
    Plan plan =
        Plan.of(
            runbook(
                "grants",
                gate(
                    "apply",
                    inOneTransaction(
                            sql(
                                "create table eng.fresh (id int);"
                                    + " grant select on eng.fresh to "
                                    + role),
                            check)
                        .cannotBeUndone("a test"))),
            target);
    return Runner.journalingTo(work).run(plan);
  }

  @Test
  void inside_a_transaction_what_it_is_about_to_commit_is_tried(@TempDir Path work)
      throws Exception {
    RunRecord red = run(work.resolve("red"), actingAs(role).isDenied(SELECT).on("eng.fresh"));
    assertThat(red.state()).isNotEqualTo(RunState.SUCCEEDED);
    assertThat(red.steps().get(0).findings().toString()).contains("SELECT on eng.fresh: allowed");
    RunRecord green = run(work.resolve("green"), actingAs(role).can(SELECT).on("eng.fresh"));
    assertThat(green.state()).as(green.steps().toString()).isEqualTo(RunState.SUCCEEDED);
    try (Connection connection = database.connect()) {
      assertThat(
              Queries.pinned(
                  connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'fresh'"))
          .as("the role did not stick to the transaction")
          .isEqualTo(database.account());
    }
  }

  @Test
  void after_the_attempts_the_session_is_who_it_was() throws Exception {
    try (Connection session = Postgres.dialect().openWriting(target)) {
      session.setAutoCommit(false);
      Queries.run(session, "SET LOCAL search_path = eng");
      Queries.run(session, "SET LOCAL lock_timeout = '7s'");
      String before = who(session);
      assertThat(deniedAll().evaluate(new At(target, session)).status()).isEqualTo(PASSED);
      assertThat(
              actingAs(role)
                  .isDenied(sql("select from eng.orders"))
                  .evaluate(new At(target, session))
                  .status())
          .isEqualTo(PASSED);
      assertThat(who(session)).isEqualTo(before);
      session.rollback();
    }
  }

  private static String who(Connection session) throws SQLException {
    try (var rows =
        session
            .createStatement()
            .executeQuery(
                "SELECT concat_ws('/', current_user, current_setting('role'),"
                    + " current_setting('search_path'), current_setting('lock_timeout'),"
                    + " current_setting('statement_timeout'), current_setting('row_security'))")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
