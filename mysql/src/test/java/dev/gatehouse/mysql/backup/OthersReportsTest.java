package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Situations in which users of other backup tools lost something. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class OthersReportsTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  private void comesBack(String... sql) throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute(sql);
      Artifact artifact = backups.backUp();
      assertThat(backups.drill(artifact)).as(String.join("; ", sql)).isEmpty();
    }
  }

  /** A list of no columns is no SQL. */
  @Test
  void a_table_of_generated_columns_alone_is_refused_by_name() {
    assertThatThrownBy(
            () ->
                comesBack("CREATE TABLE g (a INT AS (1) STORED)", "INSERT INTO g () VALUES (), ()"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("table without a stored column: g");
  }

  /** In a zone with summer time an hour comes twice. */
  @Test
  void moments_of_the_hour_that_comes_twice() throws Exception {
    comesBack(
        "CREATE TABLE m (t TIMESTAMP NULL)",
        "INSERT INTO m VALUES (FROM_UNIXTIME(1761435000)), (FROM_UNIXTIME(1761438600))");
  }

  @Test
  void columns_that_are_not_shown_and_rows_that_refer_to_each_other() throws Exception {
    String invisible = served.engine().toString().startsWith("MariaDB") ? " INVISIBLE" : "";
    comesBack(
        "CREATE TABLE i (a INT PRIMARY KEY, b INT" + invisible + " DEFAULT 3)",
        "INSERT INTO i (a, b) VALUES (1, 7), (2, NULL)",
        "CREATE TABLE emp (id INT PRIMARY KEY, boss INT, FOREIGN KEY (boss) REFERENCES emp (id))",
        "INSERT INTO emp VALUES (2, NULL), (1, 2)",
        "CREATE TABLE e (x ENUM('', 'a') NOT NULL, z DOUBLE, s SET('a', 'b'))",
        "INSERT INTO e VALUES ('', -0e0, ''), ('a', 1e-308, 'a,b')");
  }
}
