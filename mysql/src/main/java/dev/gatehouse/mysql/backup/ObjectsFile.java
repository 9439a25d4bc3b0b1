package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The definitions as the backup read them, one a line, and which file holds whose rows. */
final class ObjectsFile {
  static final String NAME = "objects.jsonl";

  private ObjectsFile() {}

  /**
   * @param files of the rows, by table; none where all rows are in one
   */
  record Objects(Schema schema, Map<String, String> files) {}

  static void write(Objects objects, Staging staging) throws IOException {
    try (OutputStream stored = staging.compressing(NAME)) {
      write(objects, stored);
    }
  }

  private static void write(Objects objects, OutputStream stored) throws IOException {
    Map<String, Table> tables = new TreeMap<>();
    objects.schema().tables().forEach(table -> tables.put(table.name(), table));
    for (Definition one : objects.schema().definitions()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("kind", one.kind().name());
      line.put("name", one.name());
      line.put("sql", one.sql());
      line.put("settings", one.settings());
      line.put("status", one.status());
      Table table = tables.get(one.name());
      if (one.kind() == Definition.Kind.TABLE && table != null) {
        line.put("engine", table.engine());
        line.put("file", objects.files().getOrDefault(table.name(), ""));
        line.put("columns", table.columns().stream().map(ObjectsFile::column).toList());
      }
      stored.write(Json.canonical(line));
      stored.write('\n');
    }
  }

  /** The same as bytes, of definitions without rows. */
  static byte[] bytes(Schema schema) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Schema only = new Schema(schema.definitions(), List.of());
    write(new Objects(only, Map.of()), bytes);
    return bytes.toByteArray();
  }

  private static Map<String, Object> column(Column column) {
    return Map.of(
        "name", column.name(), "kind", column.kind().name(), "counting", column.counting());
  }

  /**
   * @throws Refusal when it is not what a backup writes
   */
  static Objects read(Path raw) throws IOException {
    return read(Files.readString(raw.resolve(NAME), StandardCharsets.UTF_8));
  }

  /** What {@link #bytes} wrote. */
  static Schema schema(byte[] bytes) {
    return read(new String(bytes, StandardCharsets.UTF_8)).schema();
  }

  private static Objects read(String text) {
    List<Definition> definitions = new ArrayList<>();
    List<Table> tables = new ArrayList<>();
    Map<String, String> files = new TreeMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        Map<String, Object> line = Json.parse(lines.get(i).getBytes(StandardCharsets.UTF_8));
        Definition one = definition(line);
        if (one.name().isEmpty() && one.kind() != Definition.Kind.DATABASE) {
          throw new IllegalArgumentException("an object without a name");
        }
        definitions.add(one);
        if (one.kind() == Definition.Kind.TABLE) {
          tables.add(new Table(one.name(), text(line, "engine"), columns(line)));
          files.put(one.name(), text(line, "file"));
        }
      } catch (ClassCastException | IllegalArgumentException e) {
        throw new Refusal(
            Finding.of("artifact.not-whole", "a file of the backup is not what backups write")
                .withExpected("one definition a line")
                .withFound(NAME + ":" + (i + 1) + "  " + e.getMessage())
                .withFix("do not use this artifact; restore an older one or back up"),
            e);
      }
    }
    return new Objects(new Schema(definitions, tables), files);
  }

  private static Definition definition(Map<String, Object> line) {
    Map<String, String> settings = new TreeMap<>();
    ((Map<?, ?>) line.getOrDefault("settings", Map.of()))
        .forEach((name, value) -> settings.put((String) name, (String) value));
    return new Definition(
        Definition.Kind.valueOf(text(line, "kind")),
        text(line, "name"),
        text(line, "sql"),
        settings,
        text(line, "status"));
  }

  private static List<Column> columns(Map<String, Object> line) {
    List<Column> columns = new ArrayList<>();
    for (Object each : (List<?>) line.getOrDefault("columns", List.of())) {
      Map<?, ?> column = (Map<?, ?>) each;
      columns.add(
          new Column(
              String.valueOf(column.get("name")),
              ColumnKind.valueOf(String.valueOf(column.get("kind"))),
              Boolean.TRUE.equals(column.get("counting"))));
    }
    return columns;
  }

  private static String text(Map<String, Object> line, String name) {
    return (String) line.getOrDefault(name, "");
  }
}
