package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.dialect.RoleProbes.Command.DELETE;
import static dev.gatehouse.core.dialect.RoleProbes.Command.INSERT;
import static dev.gatehouse.core.dialect.RoleProbes.Command.SELECT;
import static dev.gatehouse.core.dialect.RoleProbes.Command.TRUNCATE;
import static dev.gatehouse.core.dialect.RoleProbes.Command.UPDATE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Row security as the catalogue has it. */
class RowSecurityFlagsTest {
  private final TestDatabase database =
      EngineUnderTest.onePostgres(RowSecurityFlagsTest.class).database();
  private final RowSecurity rowSecurity = Postgres.rowSecurity();

  @BeforeEach
  void a_green_world() throws SQLException {
    execute(
        "CREATE SCHEMA eng",
        "CREATE SCHEMA vh",
        "CREATE TABLE eng.sensitive_plans (id int)",
        "CREATE TABLE vh.sensitive_deals (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE vh.part PARTITION OF vh.sensitive_deals DEFAULT",
        "CREATE TABLE vh.open (id int)");
    for (String table : new String[] {"eng.sensitive_plans", "vh.sensitive_deals", "vh.part"}) {
      execute(
          "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY",
          "ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY",
          "CREATE POLICY all_of_it ON " + table + " USING (id > 0)");
    }
  }

  @AfterEach
  void drop() {
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
    return At.ask(Targets.of(database), check);
  }

  private static final String SENSITIVE = "{eng,vh}.*sensitive*";

  @Test
  void tables_with_flags_and_policies_pass_with_their_partitions_counted() throws Exception {
    for (Check check :
        new Check[] {
          rowSecurity.enabledOn(SENSITIVE),
          rowSecurity.forcedOn(SENSITIVE),
          rowSecurity.policyFor(SELECT, INSERT, UPDATE, DELETE).on(SENSITIVE)
        }) {
      Outcome outcome = ask(check);
      assertThat(outcome.status()).as(outcome.toString()).isEqualTo(PASSED);
      assertThat(outcome.proof().orElseThrow().facts()).containsEntry("tables", "3");
    }
  }

  @Test
  void policies_of_a_table_whose_row_security_is_off_are_told_to_be_idle() throws Exception {
    execute("ALTER TABLE eng.sensitive_plans DISABLE ROW LEVEL SECURITY");
    String message =
        """
        row security is off for eng.sensitive_plans
          expected  on
          found     off, and none of its 1 policies applies
          fix       ALTER TABLE "eng"."sensitive_plans" ENABLE ROW LEVEL SECURITY
          code      rowsecurity.disabled\
        """;
    assertThat(At.said(ask(rowSecurity.enabledOn(SENSITIVE)))).isEqualTo(message);
    assertThat(At.said(ask(rowSecurity.forcedOn(SENSITIVE)))).isEqualTo(message);
    assertThat(At.said(ask(rowSecurity.policyFor(SELECT).on(SENSITIVE)))).isEqualTo(message);
  }

  @Test
  void a_partition_has_a_flag_of_its_own() throws Exception {
    execute("ALTER TABLE vh.part DISABLE ROW LEVEL SECURITY");
    assertThat(At.said(ask(rowSecurity.enabledOn("vh.sensitive*"))))
        .startsWith("row security is off for vh.part");
  }

  @Test
  void one_that_is_not_forced_leaves_the_owner_out() throws Exception {
    execute("ALTER TABLE vh.part NO FORCE ROW LEVEL SECURITY");
    assertThat(ask(rowSecurity.enabledOn(SENSITIVE)).status()).isEqualTo(PASSED);
    assertThat(At.said(ask(rowSecurity.forcedOn(SENSITIVE))))
        .isEqualTo(
            """
            the owner of vh.part is not subject to its policies
              expected  forced
              found     enabled, but not forced: policies do not apply to the owner and its members
              fix       ALTER TABLE "vh"."part" FORCE ROW LEVEL SECURITY
              code      rowsecurity.not-forced\
            """);
  }

  @Test
  void restrictive_policies_alone_let_nothing_pass() throws Exception {
    execute(
        "DROP POLICY all_of_it ON eng.sensitive_plans",
        "CREATE POLICY reading ON eng.sensitive_plans FOR SELECT USING (true)",
        "CREATE POLICY narrow ON eng.sensitive_plans AS RESTRICTIVE FOR UPDATE USING (true)");
    assertThat(ask(rowSecurity.policyFor(SELECT).on("eng.*")).status()).isEqualTo(PASSED);
    assertThat(At.said(ask(rowSecurity.policyFor(UPDATE, DELETE).on("eng.*"))))
        .contains("UPDATE: restrictive ones only\n            DELETE: none");
  }

  @Test
  void what_matches_nothing_has_not_been_checked() {
    for (String nothing : new String[] {"eng.sensitiv", "nowhere.*", "*.sens_tive*"}) {
      assertThatThrownBy(() -> ask(rowSecurity.enabledOn(SENSITIVE, nothing)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no table is named like '" + nothing + "'");
    }
    assertThatThrownBy(() -> rowSecurity.policyFor(TRUNCATE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rowSecurity.enabledOn("{eng,vh.*"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
