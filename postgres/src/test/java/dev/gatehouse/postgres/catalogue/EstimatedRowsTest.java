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
      database.run("CREATE TABLE app.events (a int) PARTITION BY RANGE (a)");
      database.run("CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM (0) TO (9)");
      database.run("CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM (9) TO (99)");
      database.run("INSERT INTO app.events SELECT generate_series(1, 40)");
      // as autovacuum does, which never looks at the whole
      database.run("ANALYZE app.events_1");
      database.run("ANALYZE app.events_2");
      database.run("CREATE TABLE app.half (a int) PARTITION BY RANGE (a)");
      database.run("CREATE TABLE app.half_1 PARTITION OF app.half FOR VALUES FROM (0) TO (9)");
      Target target = Targets.of(database);
      try (Connection reading = target.dialect().openReading(target)) {
        assertThat(target.dialect().catalogue().orElseThrow().estimatedRows(reading))
            .containsExactly(
                new Rows("app.counted", Optional.of(1000L), false),
                new Rows("app.events", Optional.of(40L), true),
                new Rows("app.events_1", Optional.of(8L), false),
                new Rows("app.events_2", Optional.of(32L), false),
                new Rows("app.half", Optional.empty(), true),
                new Rows("app.half_1", Optional.empty(), false),
                new Rows("app.uncounted", Optional.empty(), false));
      }
    }
  }
}
