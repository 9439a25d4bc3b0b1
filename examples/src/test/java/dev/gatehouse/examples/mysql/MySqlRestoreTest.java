package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The runbook on a real server: once as it should go, once as it must not. */
class MySqlRestoreTest {
  private static final ExampleRun EXAMPLE = MySqlRestore::run;

  @Test
  @Tag("nightly")
  void service_is_restored_to_the_moment_before_the_accident() throws Exception {
    assertThat(EXAMPLE.said(0))
        .contains(
            "5 transactions, rows: 4 inserted, 1 updated, 0 deleted",
            "what is lost: 2 transactions of these files",
            "both passwords of site_app@% are accepted until the old one is retired",
            "RECAP  Restore service after data loss  SUCCEEDED");
  }

  @Test
  void a_missing_file_is_found_before_anything_is_stopped() {
    assertThatThrownBy(() -> MySqlRestore.run(List.of("--broken")))
        .hasMessageContaining("changes.gap")
        .hasMessageContaining("it is missing");
  }
}
