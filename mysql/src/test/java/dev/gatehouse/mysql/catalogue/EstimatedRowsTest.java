package dev.gatehouse.mysql.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.CatalogueReader.Rows;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Estimates, which InnoDB takes from a sample. */
class EstimatedRowsTest {

  @Test
  void rows_are_about_what_the_statistics_say() throws Exception {
    for (EngineUnderTest engine :
        List.of(
            EngineUnderTest.mysql(EstimatedRowsTest.class).get(0),
            EngineUnderTest.mariadb(EstimatedRowsTest.class).get(0))) {
      try (TestDatabase database = engine.database()) {
        database.run("CREATE TABLE counted (a INT)");
        database.run(
            "INSERT INTO counted VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)");
        database.run("ANALYZE TABLE counted");
        database.run("CREATE VIEW seen AS SELECT a FROM counted");
        Target target = Targets.of(database);
        try (Connection reading = target.dialect().openReading(target)) {
          List<Rows> rows = target.dialect().catalogue().orElseThrow().estimatedRows(reading);
          assertThat(rows).extracting(Rows::table).containsExactly("counted");
          assertThat(rows.get(0).estimate().orElseThrow()).isBetween(5L, 20L);
        }
      }
    }
  }
}
