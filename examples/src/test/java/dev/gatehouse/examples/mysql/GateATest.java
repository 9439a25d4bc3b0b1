package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The runbook on real servers: once as it should go, once in each way that it must not. */
class GateATest {
  private static final ExampleRun EXAMPLE = GateA::run;

  @Test
  void the_gate_opens_on_mariadb() throws Exception {
    assertThat(EXAMPLE.said(0))
        .contains(
            "computed from the effective access",
            "REVOKE ",
            "RECAP  Gate A: safety preflight  SUCCEEDED");
  }

  @Test
  void a_broad_legacy_grant_keeps_it_closed_on_mysql() throws Exception {
    assertThat(EXAMPLE.said(4, "--mysql", "--broken", "legacy"))
        .contains("keystone_app@% has SELECT on *.*", "taken back", "privileges.excess");
  }

  /** As with a legacy grant; {@code .ci/run} runs it as well. */
  @Test
  @Tag("nightly")
  void a_grant_on_a_table_outside_keeps_it_closed() throws Exception {
    assertThat(EXAMPLE.said(4, "--broken", "outside"))
        .contains("letters", "privileges.excess", "ended NOT_UNDONE");
  }

  @Test
  void a_wrong_password_in_the_file_is_found_while_planning() {
    assertThatThrownBy(() -> GateA.run(List.of("--broken", "password")))
        .hasMessageContaining("rotation.login")
        .hasMessageContaining("the password in use does not log in");
  }

  @Test
  void a_drill_that_finds_orphans_keeps_it_closed() throws Exception {
    assertThat(EXAMPLE.said(4, "--broken", "drill"))
        .contains("no term belongs to nothing", "drill.proving");
  }
}
