package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dsl.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runbook on a real server: once as it should go, once as it must not. */
class MySqlQuickstartTest {

  @BeforeEach
  void the_run_of_another_test_keeps_no_gate_closed() {
    Session.reset("another test");
  }

  private static String said(int exit, String... arguments) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    int ended;
    try {
      ended = MySqlQuickstart.run(List.of(arguments));
    } finally {
      System.setOut(before);
    }
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertThat(ended).as(said).isEqualTo(exit);
    return said;
  }

  @Test
  void rows_and_schema_are_changed() throws Exception {
    assertThat(said(0)).contains("2 of 2 applied", "RECAP  Shop: invoices  SUCCEEDED");
  }

  @Test
  void a_table_that_somebody_changed_by_hand_keeps_the_gate_closed() throws Exception {
    assertThat(said(3, "--broken")).contains("orders", "note", "ended FAILED_CLEAN");
  }
}
