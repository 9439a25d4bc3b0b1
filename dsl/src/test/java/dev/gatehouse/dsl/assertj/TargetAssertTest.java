package dev.gatehouse.dsl.assertj;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.assertj.GatehouseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.dsl.access.GrantedAccess;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetAssertTest {
  private static final Check MAY = grantee("app").may(SELECT).on("shop.*");

  private final GrantedAccess granted = new GrantedAccess(List.of("app"), List.of("shop.orders"));
  private final Target shop = granted.target();

  @Test
  void a_check_a_gate_and_a_runbook_pass_when_they_hold() {
    granted.grant("app", "SELECT", "shop.orders");
    assertThat(shop)
        .passes(MAY)
        .passes(gate("Access", MAY, note("n")))
        .passes(runbook("All", gate("Access", MAY)));
  }

  @Test
  void what_does_not_hold_is_the_text_of_a_run_under_its_description() {
    assertThatThrownBy(() -> assertThat(shop).as("before the release").passes(gate("Access", MAY)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            [before the release] gate 'Access' did not open: app may do less than it should with shop.orders
              target    world (Fake 1)
              expected  app may SELECT on shop.*
              found     SELECT: DENIED: app has no SELECT on shop.orders
              fix       GRANT SELECT ON shop.orders TO app
              code      privileges.missing""");
    assertThatThrownBy(() -> assertThat(shop).passes(MAY)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertThat(shop).passes(runbook("r", gate("Access", MAY))))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void a_change_and_what_matches_nothing_fail() {
    assertThatThrownBy(
            () ->
                assertThat(shop)
                    .passes(gate("G", inOneTransaction(sql("x")).cannotBeUndone("why"))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("is no check");
    assertThatThrownBy(() -> assertThat(shop).passes(grantee("ap").may(SELECT).on("shop.*")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there is no role 'ap'");
  }

  @Test
  void soft_assertions_tell_all_of_it_at_the_end() {
    GatehouseSoftAssertions softly = new GatehouseSoftAssertions();
    softly.assertThat(shop).passes(MAY).passes(gate("Access", MAY)).passes(note("n"));
    assertThat(softly.errorsCollected()).hasSize(2);
  }
}
