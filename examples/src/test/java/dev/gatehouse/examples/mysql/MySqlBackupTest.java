package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dsl.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runbooks on a real server: once as it should go, once as it must not. */
class MySqlBackupTest {

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
      ended = MySqlBackup.run(List.of(arguments));
    } finally {
      System.setOut(before);
    }
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertThat(ended).as(said).isEqualTo(exit);
    return said;
  }

  @Test
  void what_was_lost_comes_back() throws Exception {
    assertThat(said(0)).contains("RENAME TABLE", "RECAP  Recovery of the shop  SUCCEEDED");
  }

  @Test
  void a_view_whose_definer_is_gone_is_found_by_the_drill() throws Exception {
    assertThat(said(3, "--broken")).contains("restore.definers", "left_last_year");
  }
}
