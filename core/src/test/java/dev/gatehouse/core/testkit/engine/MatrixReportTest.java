package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixReportTest {
  @TempDir Path root = Path.of("");

  @Test
  void modules_of_one_build_make_one_matrix() throws IOException {
    module("mysql", "b2", "MySQL 8.0.15", 7);
    MatrixReport postgres = module("postgres", "b2", "PostgreSQL 17", 6);
    postgres.missing().add(missing("PostgreSQL 18: nowhere to be had", true));
    postgres.missing().add(missing("PostgreSQL 14: no pg_restore", false));
    postgres.tools().add(tool());
    postgres.write(root.resolve("postgres/target"));
    Files.createDirectories(root.resolve("dsl/target"));

    MatrixReport.ofBuild(root, "b2").write(root.resolve("target"));

    assertThat(root.resolve("target/engines-matrix.txt"))
        .hasContent(
            """
            VERSION MATRIX OF THE TESTS
              engine         version  contract     passed  failed  left out  served by
              MySQL 8.0.15   1.2      ServersTest  7       0       0         somebody
              PostgreSQL 17  1.2      ServersTest  6       0       0         somebody
            TOOLS
              engine         tool     version  served by
              PostgreSQL 17  pg_dump  17.1     this machine
            LEFT OUT by -Dengines.optional=true  PostgreSQL 18: nowhere to be had
              nobody has it
            MISSING  PostgreSQL 14: no pg_restore
              nobody has it
            """);
    assertThat(Json.parse(Files.readAllBytes(root.resolve("target/engines-matrix.json"))))
        .isEqualTo(MatrixReport.ofBuild(root, "b2").json())
        .containsEntry("schema", 1L)
        .containsEntry("build", "b2");
  }

  @Test
  void a_module_whose_tests_ran_in_two_processes_has_two_parts() throws IOException {
    module("postgres", "b2", "PostgreSQL 15", 6);
    MatrixReport other = module("other", "b2", "PostgreSQL 17", 7);
    other.write(root.resolve("postgres/target"), "-2");
    Files.delete(root.resolve("other/target/engines-matrix.json"));
    assertThat(MatrixReport.ofBuild(root, "b2").text()).contains("PostgreSQL 15", "PostgreSQL 17");
  }

  @Test
  void what_an_earlier_build_left_is_no_part_of_this_one() throws IOException {
    module("mysql", "b1", "MySQL 8.0.15", 7);
    module("postgres", "b2", "PostgreSQL 17", 6);
    Files.createDirectories(root.resolve("sqlite/target"));
    Files.writeString(
        root.resolve("sqlite/target/engines-matrix.json"), "{\"missing\":[\"of another shape\"]}");
    assertThat(MatrixReport.ofBuild(root, "b2").text())
        .contains("PostgreSQL 17")
        .doesNotContain("MySQL");
    assertThat(MatrixReport.ofBuild(root, "b3").isEmpty()).isTrue();
  }

  @Test
  void a_report_somebody_damaged_is_not_passed_over() throws IOException {
    module("mysql", "b1", "MySQL 8.0.15", 7);
    Files.writeString(root.resolve("mysql/target/engines-matrix.json"), "{\"build\":");
    assertThatThrownBy(() -> MatrixReport.ofBuild(root, "b1")).hasMessageContaining("JSON");
  }

  private MatrixReport module(String name, String build, String engine, long passed)
      throws IOException {
    MatrixReport report = MatrixReport.empty(build);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("engine", engine);
    row.put("version", "1.2");
    row.put("contract", "ServersTest");
    row.put("passed", passed);
    row.put("failed", 0L);
    row.put("leftOut", 0L);
    row.put("servedBy", "somebody");
    report.contracts().add(row);
    report.write(root.resolve(name).resolve("target"));
    return report;
  }

  private static Map<String, Object> tool() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("engine", "PostgreSQL 17");
    row.put("tool", "pg_dump");
    row.put("version", "17.1");
    row.put("servedBy", "this machine");
    return row;
  }

  private static Map<String, Object> missing(String what, boolean leftOut) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", what);
    row.put("why", "nobody has it");
    row.put("leftOut", leftOut);
    return row;
  }
}
