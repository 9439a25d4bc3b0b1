package dev.gatehouse.dsl.access;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessMatrixTest {
  private static final AccessMatrix MATRIX =
      accessTo("shop.*")
          .is(
              grantee("app").may(SELECT, INSERT).on("shop.orders"),
              grantee("app").may(SELECT).on("shop.*"),
              grantee("report").may(SELECT).on("shop.items"));

  private static GrantedAccess asItShouldBe() {
    return new GrantedAccess(
            List.of("app", "report", "batch"), List.of("shop.items", "shop.orders", "eng.x"))
        .grant("app", "SELECT", "shop.items")
        .grant("app", "SELECT", "shop.orders")
        .grant("app", "INSERT", "shop.orders")
        .grant("report", "SELECT", "shop.items");
  }

  private static Outcome ask(AccessMatrix matrix, GrantedAccess access) {
    return evaluate(matrix, access.target());
  }

  @Test
  void a_matrix_passes_only_when_every_cell_is_exactly_as_said() {
    Outcome outcome = ask(MATRIX, asItShouldBe());
    assertThat(outcome.status()).isEqualTo(Status.PASSED);
    assertThat(outcome.proof().orElseThrow().facts())
        .containsEntry("roles", "2")
        .containsEntry("tables", "2");
    for (GrantedAccess broken :
        List.of(
            asItShouldBe().revoke("app", "SELECT", "shop.items"),
            asItShouldBe().revoke("report", "SELECT", "shop.items"),
            asItShouldBe().grant("report", "SELECT", "shop.orders"),
            asItShouldBe().grant("report", "INSERT", "shop.items"),
            asItShouldBe().grant("app", "DELETE", "shop.orders"),
            asItShouldBe().create("shop.new").grant("report", "SELECT", "shop.new"),
            asItShouldBe().create("shop.new"),
            asItShouldBe().later("report", "SELECT", "shop"),
            asItShouldBe().later("app", "INSERT", "shop"))) {
      assertThat(ask(MATRIX, broken).status()).isEqualTo(Status.FAILED);
    }
    for (GrantedAccess sound :
        List.of(
            asItShouldBe().grant("batch", "SELECT", "shop.orders"),
            asItShouldBe().grant("report", "SELECT", "eng.x"),
            asItShouldBe().later("app", "SELECT", "shop"),
            asItShouldBe().later("report", "SELECT", "eng"))) {
      assertThat(ask(MATRIX, sound).status()).isEqualTo(Status.PASSED);
    }
  }

  @Test
  void surplus_and_missing_are_told_with_cell_path_and_fix_and_listed_in_the_evidence() {
    GrantedAccess broken =
        asItShouldBe()
            .grant("report", "DELETE", "shop.orders")
            .revoke("app", "INSERT", "shop.orders");
    assertThatThrownBy(() -> verify(gate("Access", MATRIX), broken.target()))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            gate 'Access' did not open: app may do less than it should with shop.orders
              target    world (Fake 1)
              expected  app may do exactly INSERT, SELECT on shop.orders
              found     INSERT: DENIED: app has no INSERT on shop.orders
              fix       GRANT INSERT ON shop.orders TO app
              code      privileges.missing

            gate 'Access' did not open: report may do more than it should with shop.orders
              target    world (Fake 1)
              expected  report may do nothing on shop.orders
              found     DELETE: report has DELETE on shop.orders
              fix       REVOKE DELETE ON shop.orders FROM report
              code      privileges.excess""");
    assertThat(ask(MATRIX, broken).proof().orElseThrow().facts())
        .containsEntry("missing", "app INSERT shop.orders")
        .containsEntry("surplus", "report DELETE shop.orders");
  }

  @Test
  void roles_it_is_closed_to_have_nothing_there() {
    AccessMatrix closed = MATRIX.closedTo(grantee("*").except("app", "report"));
    assertThat(ask(closed, asItShouldBe()).status()).isEqualTo(Status.PASSED);
    assertThat(ask(closed, asItShouldBe().grant("batch", "SELECT", "shop.orders")).findings())
        .extracting(Finding::expected)
        .containsExactly("batch may do nothing on shop.orders");
    assertThat(ask(MATRIX.closedTo(grantee("*")), asItShouldBe()).status())
        .isEqualTo(Status.PASSED);
  }

  @Test
  void a_superuser_among_them_is_told_once_and_may_be_left_out() {
    GrantedAccess access = asItShouldBe().above("batch");
    AccessMatrix closed = MATRIX.closedTo(grantee("*").except("app", "report"));
    assertThat(ask(closed, access).findings())
        .extracting(Finding::text)
        .containsExactly(
            """
            batch may do everything with shop.*
              expected  access to shop.*
              found     batch is a superuser
              fix       leave it out, if it is meant to be one: grantee(...).except("batch")
                        -- or: ALTER ROLE batch NOSUPERUSER
              code      privileges.excess""");
    assertThat(closed.cells(access))
        .filteredOn(cell -> cell.role().equals("batch"))
        .extracting(AccessMatrix.Cell::object)
        .containsExactly("shop.*");
    assertThat(ask(MATRIX.closedTo(grantee("*").except("report", "batch")), access).status())
        .isEqualTo(Status.PASSED);
  }

  @Test
  void each_row_that_matches_nothing_is_refused_and_all_of_them_at_once() {
    AccessMatrix vacuous =
        accessTo("shop.*")
            .is(
                grantee("nobody").may(SELECT).on("shop.*"),
                grantee("app").may(SELECT).on("shop.x*"),
                grantee("app").may(SELECT).on("eng.x"))
            .closedTo(grantee("ghost"));
    assertThatThrownBy(() -> Plan.of(runbook("r", gate("g", vacuous)), asItShouldBe().target()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no role 'nobody'")
        .hasMessageContaining("there is no role 'ghost'")
        .hasMessageContaining("no table is named like 'shop.x*'")
        .hasMessageContaining("'app may SELECT on eng.x' names tables that the matrix leaves out");
    assertThatThrownBy(
            () -> ask(accessTo("no.*").is(grantee("app").may(SELECT).on("shop.*")), asItShouldBe()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no table is named like 'no.*'");
  }

  @Test
  void what_a_matrix_says_of_everything_is_no_row_of_it() {
    AccessTo shop = accessTo("shop.*");
    assertThatThrownBy(() -> shop.is(grantee("app").mayNot(INSERT).on("shop.*")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shop.is(grantee("app").mayOnly(INSERT).on("shop.*")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> shop.is(grantee("app").may(INSERT).on("shop.*").acceptingUnknown("why")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_plan_says_every_row_and_what_was_accepted() throws Exception {
    Plan plan =
        Plan.of(
            runbook("r", gate("g", MATRIX.acceptingReachable("only the DBA sets roles"))),
            asItShouldBe().target());
    assertThat(plan.outline().steps().get(0).preview())
        .containsExactly(
            "access to shop.* is exactly:",
            "app may INSERT, SELECT on shop.orders",
            "app may SELECT on shop.*",
            "report may SELECT on shop.items",
            "accepted: what is reachable only, because only the DBA sets roles");
  }
}
