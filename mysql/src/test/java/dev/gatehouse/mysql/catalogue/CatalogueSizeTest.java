package dev.gatehouse.mysql.catalogue;

import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One changed table of 20,000 is found. With 256 MiB: {@code TEST_OPTIONS=-Xmx256m .ci/test mysql
 * CatalogueSizeTest#one_changed_table_of_twenty_thousand}.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class CatalogueSizeTest {
  private static final int TABLES = Integer.getInteger("catalogue.tables", 20_000);

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  @Tag("nightly")
  @Test
  void one_changed_table_of_twenty_thousand() throws Exception {
    try (TestDatabase database = served.engine().database();
        Connection admin = database.connect()) {
      Sql.run(
          admin,
          "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT"
              + " 'x', total DECIMAL(10,2), made TIMESTAMP NULL, KEY by_name (name(10), total))");
      for (int i = 0; i < TABLES - 1; i++) {
        Sql.run(admin, "CREATE TABLE t" + i + " LIKE t");
      }
      Path file = directory.resolve("baseline.jsonl");
      try (Connection reading = MySql.dialect().openReading(Targets.of(database))) {
        Files.write(file, MySql.dialect().catalogue().orElseThrow().read(reading).bytes());
      }
      Sql.run(admin, "ALTER TABLE t77 MODIFY total DECIMAL(11,2)");
      Check check = noDrift().from(file);
      Inspection inspection = Inspection.of(check, Targets.of(database));
      Instant before = Instant.now();
      Outcome outcome = inspection.answer(check).outcome();
      Duration taken = Duration.between(before, Instant.now());
      System.out.printf("%s: %,d tables, drift in %d ms%n", served, TABLES, taken.toMillis());
      assertThat(outcome).isInstanceOf(Outcome.Failed.class);
      assertThat(outcome.findings()).hasSize(1);
      assertThat(outcome.findings().get(0).text()).contains("column t77.total was changed");
    }
  }
}
