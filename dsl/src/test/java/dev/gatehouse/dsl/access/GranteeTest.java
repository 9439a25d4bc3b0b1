package dev.gatehouse.dsl.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.SHOW_VIEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.FakeDialect;
import dev.gatehouse.core.testkit.ListedAccess;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.dsl.GatehouseAccess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GranteeTest {

  @Test
  void a_product_without_privileges_is_refused_while_planning_naming_step_and_dialect(
      @TempDir Path directory) throws Exception {
    try (Desk desk = Desk.at(directory)) {
      assertThatThrownBy(() -> grantee("app").mayOnly(SELECT, INSERT).on("shop.*").plan(desk))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              'app may only INSERT, SELECT on shop.*' needs privileges
                expected  a product with roles and privileges
                found     SQLite has none
                fix       take 'app may only INSERT, SELECT on shop.*' out of this runbook
                code      dialect.no-privileges""");
    }
  }

  @Test
  void grants_are_refused_while_planning_where_no_transaction_holds_them(@TempDir Path directory)
      throws Exception {
    try (Desk desk = Desk.at(directory)) {
      assertThatThrownBy(
              () ->
                  grantLeastPrivilege(grantee("app").mayOnly(SELECT).on("shop.*"))
                      .named("Grants")
                      .bind(desk))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              'Grants' needs grants
                expected  a product with GRANT and REVOKE
                found     SQLite has none
                fix       take 'Grants' out of this runbook
                code      dialect.no-grants""");
    }
  }

  private static AccessReader catalogue(List<String> tables) {
    return connection -> new ListedAccess(List.of("app"), List.copyOf(tables), Set.of("SELECT"));
  }

  private record On(FakeDialect dialect, boolean targetIsFinal) implements CheckContext {
    @Override
    public Target target() {
      return dialect.target();
    }

    @Override
    public Connection connection() throws SQLException {
      return dialect.openReading(target());
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public Optional<Evidence> evidenceOf(Step step) {
      return Optional.empty();
    }
  }

  @Test
  void which_tables_there_are_now_is_no_part_of_the_plan_that_a_resume_must_find_again()
      throws Exception {
    FakeDialect dialect = new FakeDialect();
    List<String> tables = new ArrayList<>(List.of("orders"));
    dialect.privileges = catalogue(tables);
    PrivilegeCheck claim = grantee("app").mayOnly(SELECT).on("*");
    assertThat(claim.plan(new On(dialect, true)))
        .containsExactly(
            "app may only SELECT on *",
            "UNKNOWN until it is asked; tables now [orders], roles now [app]");
    tables.add("invoices");
    assertThat(claim.plan(new On(dialect, true)).stream().filter(line -> !Outline.unknown(line)))
        .containsExactly("app may only SELECT on *");
    assertThat(claim.evaluate(new On(dialect, true)).status()).isEqualTo(Status.PASSED);
    assertThat(grantee("app").mayNot(SELECT).on("*").evaluate(new On(dialect, true)).status())
        .isEqualTo(Status.FAILED);
  }

  @Test
  void what_an_earlier_step_may_yet_make_is_refused_only_when_nothing_can_make_it()
      throws Exception {
    FakeDialect dialect = new FakeDialect();
    dialect.privileges = catalogue(List.of());
    PrivilegeCheck claim = grantee("app").may(SELECT).on("new*");
    assertThat(claim.plan(new On(dialect, false)))
        .containsExactly(
            "app may SELECT on new*",
            "UNKNOWN until an earlier step has run: no table is named like 'new*'");
    assertThatThrownBy(() -> claim.plan(new On(dialect, true)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no table is named like 'new*'");
    assertThatThrownBy(() -> claim.evaluate(new On(dialect, false))).isInstanceOf(Refusal.class);
  }

  @Test
  void a_claim_reads_as_it_is_written() {
    assertThat(grantee("app").may(SELECT).on("a*")).hasToString("app may SELECT on a*");
    assertThat(grantee("app").mayNot(SHOW_VIEW)).hasToString("app may not SHOW VIEW");
  }

  @Test
  void what_is_no_pattern_is_refused_where_it_is_written() {
    PrivilegeCheck claim = grantee("app").may(SELECT).on("shop.*");
    for (Consumer<String> writing :
        List.<Consumer<String>>of(
            grantee("app").may(SELECT)::on,
            GatehouseAccess::accessTo,
            grantLeastPrivilege(claim)::revokingLegacyWithin,
            pattern -> grantLeastPrivilege(claim).acceptingGainsOf(pattern, "why"),
            pattern -> claim.acceptingThrough(pattern, "why"))) {
      assertThatThrownBy(() -> writing.accept("{shop"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writing.accept(" ")).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> GatehouseAccess.grantsFrom("app.sql").with("role", "app\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_statement_that_is_longer_than_the_report_has_room_for_is_cut() {
    String cut = GrantEffect.cut(List.of("GRANT SELECT ON " + "shop.t, ".repeat(2_000), "second"));
    assertThat(cut).startsWith("GRANT SELECT ON shop.t, ").endsWith("\n... of 2");
  }
}
