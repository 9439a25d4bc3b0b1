package dev.gatehouse.postgres.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.CatalogueReader.Rows;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.sql.Connection;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What nobody has counted is unknown, and not nothing. */
class EstimatedRowsTest {

  @Test
  void rows_are_what_analyze_has_left() throws Exception {
    try (TestDatabase database = EngineUnderTest.onePostgres(EstimatedRowsTest.class).database()) {
      database.run("CREATE SCHEMA app");
      database.run("CREATE TABLE app.counted AS SELECT generate_series(1, 1000) AS a");
      database.run("ANALYZE app.counted");
      database.run("CREATE TABLE app.uncounted (a int)");
      Target target = Targets.of(database);
      try (Connection reading = target.dialect().openReading(target)) {
        assertThat(target.dialect().catalogue().orElseThrow().estimatedRows(reading))
            .containsExactly(
                new Rows("app.counted", Optional.of(1000L)),
                new Rows("app.uncounted", Optional.empty()));
      }
    }
  }
}
