package dev.gatehouse.dsl.access;

import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.access.Privilege.REFERENCES;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be told of attempts without a product that has roles; the rest is PostgreSQL's. */
class ActingAsTest {

  @Test
  void a_product_without_roles_is_refused_while_planning_naming_step_and_dialect(
      @TempDir Path directory) throws Exception {
    try (Desk desk = Desk.at(directory)) {
      assertThatThrownBy(() -> actingAs("app").isDenied(SELECT).on("shop.*").plan(desk))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              'app is denied SELECT on shop.*' needs to become a role
                expected  a product whose sessions can act as a role
                found     SQLite cannot
                fix       take 'app is denied SELECT on shop.*' out of this runbook
                code      dialect.no-roles""");
      assertThatThrownBy(() -> actingAs("app").can(sql("select 1")).plan(desk))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("SQLite cannot");
    }
  }

  @Test
  void what_no_target_could_make_right_is_thrown_at_once() {
    for (Runnable bad :
        List.<Runnable>of(
            () -> actingAs(" "),
            () -> actingAs("app").can(REFERENCES),
            () -> actingAs("app").can(SELECT).on(" "),
            () -> actingAs("app").can(scripts("db")))) {
      assertThatThrownBy(bad::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
