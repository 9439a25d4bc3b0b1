package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backup could not hold whole is refused by name while planning. */
class UnknownKindsTest {
  @TempDir Path directory = Path.of("");

  @Test
  void history_and_what_mariadb_prints_wrongly_are_refused() throws Exception {
    Served served = new Served(EngineUnderTest.mariadb().get(0), "mariadb");
    for (List<String> unfit :
        List.of(
            List.of("CREATE TABLE h (a INT) WITH SYSTEM VERSIONING", "system versioned: h"),
            // The server prints this name without doubling its quote.
            List.of(
                "CREATE TABLE q (id INT PRIMARY KEY, up INT, CONSTRAINT `a``b` FOREIGN KEY (up)"
                    + " REFERENCES q (id))",
                "backup.uncut"))) {
      try (Backups backups = new Backups(served, directory)) {
        backups.execute(unfit.get(0));
        assertThatThrownBy(() -> backups.method.preflight(backups.target, Options.DEFAULT))
            .as(unfit.get(0))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining(unfit.get(1));
      }
    }
  }
}
