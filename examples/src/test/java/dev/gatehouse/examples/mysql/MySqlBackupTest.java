package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The runbooks on a real server: once as it should go, once as it must not. */
class MySqlBackupTest {
  private static final ExampleRun EXAMPLE = MySqlBackup::run;

  @Test
  void what_was_lost_comes_back() throws Exception {
    assertThat(EXAMPLE.said(0)).contains("RENAME TABLE", "RECAP  Recovery of the shop  SUCCEEDED");
  }

  @Test
  void a_view_whose_definer_is_gone_is_found_by_the_drill() throws Exception {
    assertThat(EXAMPLE.said(3, "--broken")).contains("restore.definers", "left_last_year");
  }
}
