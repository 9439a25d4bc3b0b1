package dev.gatehouse.dsl.assertj;

import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static dev.gatehouse.dsl.assertj.GatehouseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.dsl.access.GrantedAccess;
import dev.gatehouse.dsl.access.KnownFindings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside AssertJ's own {@code assertThat}, by both static imports. */
class AccessAssertTest {
  private final GrantedAccess granted =
      new GrantedAccess(List.of("app", "report"), List.of("shop.orders", "views.sales"))
          .grant("app", "SELECT", "shop.orders")
          .grant("app", "INSERT", "shop.orders")
          .grant("report", "SELECT", "views.sales");

  @Test
  void what_is_so_passes_in_one_chain() {
    assertThat(granted)
        .grantee("app")
        .may(SELECT, INSERT)
        .on("shop.orders")
        .mayOnly(SELECT, INSERT)
        .on("shop.*", "views.*")
        .hasNoEscalation()
        .grantee("report")
        .mayOnly(SELECT)
        .on("views.*")
        .mayNot(SELECT, INSERT, UPDATE, DELETE)
        .on("shop.*")
        .hasNoEscalation();
    assertThat("AssertJ's own").isNotEmpty();
  }

  @Test
  void what_is_not_so_is_told_with_path_and_fix_under_its_description() {
    granted.grant("report", "DELETE", "shop.orders");
    assertThatThrownBy(
            () -> assertThat(granted).as("the shop").grantee("report").mayNot(DELETE).on("shop.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            [the shop] report may do more than it should with shop.orders
              expected  report may not DELETE on shop.*
              found     DELETE: report has DELETE on shop.orders
              fix       REVOKE DELETE ON shop.orders FROM report
              code      privileges.excess""");
  }

  @Test
  void each_way_to_be_wrong_is_red() {
    granted.superuser("app").later("report", "UPDATE", "shop");
    assertThatThrownBy(() -> assertThat(granted).grantee("app").hasNoEscalation())
        .hasMessageContaining("app can make itself or others more than they are");
    assertThatThrownBy(() -> assertThat(granted).grantee("report").mayNot(UPDATE).on("shop.*"))
        .hasMessageContaining("report will have more than it should on future tables");
    assertThatThrownBy(() -> assertThat(granted).grantee("report").may(SELECT).on("shop.*"))
        .hasMessageContaining("fix       GRANT SELECT ON shop.orders TO report");
    assertThatThrownBy(() -> assertThat(granted).grantee("app").mayOnly(SELECT).on("shop.*"))
        .hasMessageContaining("fix       REVOKE INSERT ON shop.orders FROM app");
    assertThatThrownBy(() -> assertThat(granted).grantee("app").may(SELECT).on("shop.*", "views.*"))
        .hasMessageContaining("app may do less than it should with views.sales");
  }

  @Test
  void what_matches_nothing_fails_and_so_does_nothing_at_all() {
    assertThatThrownBy(() -> assertThat(granted).grantee("ap").mayNot(DELETE).on("shop.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there is no role 'ap'");
    assertThatThrownBy(() -> assertThat(granted).grantee("app").mayNot(DELETE).on("shp.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no table is named like 'shp.*'");
    EffectiveAccess none = nothing();
    assertThatThrownBy(() -> assertThat(none).grantee("app").mayNot(DELETE).on("shop.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not to be null");
  }

  @SuppressWarnings("NullAway") // a mistake that a test may make
  private static EffectiveAccess nothing() {
    return null;
  }

  @Test
  void a_check_that_stands_in_a_runbook_is_asserted_as_it_is() {
    assertThat(granted)
        .holds(grantee("app").mayNot(DELETE).on("shop.*").acceptingReachable("only the DBA"))
        .holds(
            accessTo("views.*")
                .is(grantee("report").may(SELECT).on("views.*"))
                .closedTo(grantee("app")));
    granted.grant("app", "UPDATE", "views.sales");
    assertThatThrownBy(
            () ->
                assertThat(granted)
                    .holds(
                        accessTo("views.*")
                            .is(grantee("report").may(SELECT).on("views.*"))
                            .closedTo(grantee("app"))))
        .hasMessageContaining("expected  app may do nothing on views.sales");
  }

  @Test
  void soft_assertions_tell_all_of_it_at_the_end() {
    granted.grant("report", "DELETE", "shop.orders").superuser("app");
    GatehouseSoftAssertions softly = new GatehouseSoftAssertions();
    softly
        .assertThat(granted)
        .as("the shop")
        .grantee("report")
        .mayNot(DELETE)
        .on("shop.*")
        .mayOnly(SELECT)
        .on("views.*")
        .grantee("app")
        .hasNoEscalation()
        .grantee("nobody")
        .mayNot(DELETE)
        .on("shop.*");
    softly.assertThat(1).isEqualTo(2);
    assertThat(softly.errorsCollected()).hasSize(4);
    assertThatThrownBy(softly::assertAll)
        .hasMessageContaining("[the shop] report may do more than it should with shop.orders")
        .hasMessageContaining("app can make itself or others more than they are")
        .hasMessageContaining("there is no role 'nobody'");
  }

  @Test
  void known_findings_fail_no_more_and_new_ones_do(@TempDir Path directory) throws Exception {
    granted.grant("report", "DELETE", "shop.orders");
    KnownFindings known = knownFindings(directory.resolve("known.txt"));
    assertThatThrownBy(
            () ->
                assertThat(granted).exceptKnown(known).grantee("app").mayOnly(SELECT).on("shop.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there is no file of known findings");
    known.record(granted.target(), grantee("report").mayNot(DELETE, UPDATE).on("shop.*"));
    assertThat(access(granted.target()))
        .exceptKnown(known)
        .grantee("report")
        .mayNot(DELETE, UPDATE)
        .on("shop.*");
    granted.grant("report", "UPDATE", "shop.orders");
    assertThatThrownBy(
            () ->
                assertThat(granted)
                    .exceptKnown(known)
                    .grantee("report")
                    .mayNot(DELETE, UPDATE)
                    .on("shop.*"))
        .hasMessageContaining("UPDATE: report has UPDATE on shop.orders")
        .hasMessageContaining("of these known: report DELETE shop.orders");
    granted.revoke("report", "UPDATE", "shop.orders").revoke("report", "DELETE", "shop.orders");
    assertThatCode(
            () ->
                assertThat(granted)
                    .exceptKnown(known)
                    .grantee("report")
                    .mayNot(DELETE, UPDATE)
                    .on("shop.*"))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () ->
                assertThat(granted)
                    .exceptKnown(known.strictly())
                    .grantee("report")
                    .mayNot(DELETE, UPDATE)
                    .on("shop.*"))
        .hasMessageContaining("are gone");
  }
}
