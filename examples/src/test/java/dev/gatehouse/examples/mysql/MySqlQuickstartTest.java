package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The runbook on a real server: once as it should go, once as it must not. */
class MySqlQuickstartTest {
  private static final ExampleRun EXAMPLE = MySqlQuickstart::run;

  @Test
  void rows_and_schema_are_changed() throws Exception {
    assertThat(EXAMPLE.said(0)).contains("2 of 2 applied", "RECAP  Shop: invoices  SUCCEEDED");
  }

  @Test
  void a_table_that_somebody_changed_by_hand_keeps_the_gate_closed() throws Exception {
    assertThat(EXAMPLE.said(3, "--broken")).contains("orders", "note", "ended FAILED_CLEAN");
  }
}
