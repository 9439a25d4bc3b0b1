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
    for (Path file : written(root)) {
      // a module this build left out may still have the report of an earlier one
      Map<String, Object> part = Json.parse(Files.readAllBytes(file));
      if (build.equals(part.get("build"))) {
        all.contracts().addAll(rows(part, "contracts"));
        all.tools().addAll(rows(part, "tools"));
        all.missing().addAll(rows(part, "missing"));
      }
    }
    return all;
  }

  private static List<Path> written(Path root) throws IOException {
    List<Path> written = new ArrayList<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(root)) {
      for (Path module : modules) {
        Path target = module.resolve("target");
        if (Files.isDirectory(target)) {
          try (DirectoryStream<Path> parts = Files.newDirectoryStream(target, NAME + "*.json")) {
            parts.forEach(written::add);
          }
        }
      }
    }
    written.sort(null);
    return written;
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
    write(directory, "");
  }

  /** The same as one of several parts that JVMs beside each other write. */
  void write(Path directory, String part) throws IOException {
    Files.createDirectories(directory);
    replace(directory.resolve(NAME + part + ".txt"), text());
    replace(directory.resolve(NAME + part + ".json"), Json.pretty(json()));
  }

  private static void replace(Path file, String text) throws IOException {
    Path begun = Files.createTempFile(file.toAbsolutePath().getParent(), ".begun", "");
    Files.writeString(begun, text);
    Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
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
