package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A backup never keeps others waiting for long. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class WaitingBehindTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  @Timeout(120)
  void who_waits_for_a_table_that_is_read_ends_the_backup_and_is_named() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute("CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)");
      CompletableFuture<Void> altered;
      try (Connection reading = backups.database.connect()) {
        Sql.run(reading, "START TRANSACTION");
        Sql.one(reading, "SELECT a FROM t");
        altered =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    backups.execute("ALTER TABLE t ADD COLUMN b INT");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
        assertThatThrownBy(() -> new WaitingBehind(backups.target).watch(Progress.SILENT))
            .isInstanceOf(StepFailed.class)
            .hasMessageContaining("backup.keeps-waiting")
            .hasMessageContaining("ALTER TABLE t ADD COLUMN b INT");
      }
      altered.get(60, TimeUnit.SECONDS);
      WaitingBehind ended = new WaitingBehind(backups.target);
      ended.end();
      assertThat(ended.watch(Progress.SILENT)).isTrue();
    }
  }
}
