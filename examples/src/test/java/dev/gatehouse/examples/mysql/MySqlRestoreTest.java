package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.dsl.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runbook on a real server: once as it should go, once as it must not. */
class MySqlRestoreTest {

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
      ended = MySqlRestore.run(List.of(arguments));
    } finally {
      System.setOut(before);
    }
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertThat(ended).as(said).isEqualTo(exit);
    return said;
  }

  @Test
  void service_is_restored_to_the_moment_before_the_accident() throws Exception {
    assertThat(said(0))
        .contains(
            "5 transactions, rows: 4 inserted, 1 updated, 0 deleted",
            "what is lost: 2 transactions of these files",
            "RECAP  Restore service after data loss  SUCCEEDED");
  }

  @Test
  void a_missing_file_is_found_before_anything_is_stopped() {
    assertThatThrownBy(() -> MySqlRestore.run(List.of("--broken")))
        .hasMessageContaining("changes.gap")
        .hasMessageContaining("it is missing");
  }
}
