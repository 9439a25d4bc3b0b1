package dev.gatehouse.dsl;

import static dev.gatehouse.dsl.Gatehouse.grantee;
import static dev.gatehouse.dsl.Privilege.INSERT;
import static dev.gatehouse.dsl.Privilege.SELECT;
import static dev.gatehouse.dsl.Privilege.SHOW_VIEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
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
  void a_claim_reads_as_it_is_written() {
    assertThat(grantee("app").may(SELECT).on("a*")).hasToString("app may SELECT on a*");
    assertThat(grantee("app").mayNot(SHOW_VIEW)).hasToString("app may not SHOW VIEW");
  }
}
