package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.json.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The version matrix as it is written: of one module's tests, or of all modules of one build.
 *
 * @param build what all modules of one build have in common and no other build has
 * @param contracts engine, version, contract, passed, failed, leftOut, servedBy
 * @param tools engine, tool, version, servedBy
 * @param missing what, why, and whether its tests were left out
 */
record MatrixReport(
    String build,
    Set<Map<String, Object>> contracts,
    Set<Map<String, Object>> tools,
    Set<Map<String, Object>> missing) {
  private static final String NAME = "engines-matrix";
  private static final String SPACE = "  ";
  private static final List<String> CONTRACT =
      List.of("engine", "version", "contract", "passed", "failed", "leftOut", "servedBy");
  private static final List<String> TOOL = List.of("engine", "tool", "version", "servedBy");

  static MatrixReport empty(String build) {
    return new MatrixReport(
        build, new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
  }

  boolean isEmpty() {
    return contracts.isEmpty() && missing.isEmpty();
  }

  /** What the modules under the root have written in this build, as far as it has come. */
  static MatrixReport ofBuild(Path root, String build) throws IOException {
    MatrixReport all = empty(build);
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(root)) {
      List<Path> written = new ArrayList<>();
      modules.forEach(module -> written.add(module.resolve("target").resolve(NAME + ".json")));
      written.sort(null);
      for (Path file : written) {
        if (Files.exists(file)) {
          // a module this build left out may still have the report of an earlier one
          Map<String, Object> module = Json.parse(Files.readAllBytes(file));
          if (build.equals(module.get("build"))) {
            all.contracts().addAll(rows(module, "contracts"));
            all.tools().addAll(rows(module, "tools"));
            all.missing().addAll(rows(module, "missing"));
          }
        }
      }
    }
    return all;
  }

  private static Set<Map<String, Object>> rows(Map<String, Object> json, String name) {
    Set<Map<String, Object>> rows = new LinkedHashSet<>();
    for (Object row : (List<?>) Objects.requireNonNull(json.get(name), name)) {
      Map<String, Object> facts = new LinkedHashMap<>();
      ((Map<?, ?>) row).forEach((key, value) -> facts.put(String.valueOf(key), value));
      rows.add(facts);
    }
    return rows;
  }

  /** Into the directory as text and as JSON; each file is whole or the one before. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    write(directory, ".txt", text());
    write(directory, ".json", Json.pretty(json()));
  }

  private static void write(Path directory, String kind, String text) throws IOException {
    Path begun = Files.createTempFile(directory, NAME, kind);
    Files.writeString(begun, text);
    Files.move(begun, directory.resolve(NAME + kind), StandardCopyOption.ATOMIC_MOVE);
  }

  /** For machines. */
  Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("schema", 1L);
    all.put("build", build);
    all.put("contracts", List.copyOf(contracts));
    all.put("tools", List.copyOf(tools));
    all.put("missing", List.copyOf(missing));
    return all;
  }

  /** For people. */
  String text() {
    StringBuilder text =
        new StringBuilder("VERSION MATRIX OF THE TESTS\n").append(table(CONTRACT, contracts));
    if (!tools.isEmpty()) {
      text.append("TOOLS\n").append(table(TOOL, tools));
    }
    for (Map<String, Object> what : missing) {
      text.append(
              Boolean.TRUE.equals(what.get("leftOut"))
                  ? "LEFT OUT by -Dengines.optional=true  "
                  : "MISSING  ")
          .append(what.get("what"))
          .append('\n')
          .append(String.valueOf(what.get("why")).indent(SPACE.length()));
    }
    return text.toString();
  }

  private static String table(List<String> columns, Set<Map<String, Object>> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(MatrixReport::title).toList());
    rows.forEach(
        row -> lines.add(columns.stream().map(name -> String.valueOf(row.get(name))).toList()));
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder cells = new StringBuilder(SPACE);
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(each -> each.get(column).length()).max().orElse(1);
        cells.append(("%-" + width + "s").formatted(line.get(i))).append(SPACE);
      }
      text.append(cells.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String title(String column) {
    return switch (column) {
      case "leftOut" -> "left out";
      case "servedBy" -> "served by";
      default -> column;
    };
  }
}
