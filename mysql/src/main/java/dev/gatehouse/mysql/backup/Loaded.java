package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was proved beside the target, kept for the time after the exchange: the backup, and the
 * changes replayed on it.
 */
record Loaded(Schema schema, Content content) {

  byte[] rows() {
    List<Object> tables = new ArrayList<>();
    content
        .tables()
        .forEach(table -> tables.add(List.of(table.table(), table.rows(), table.digest())));
    return Json.canonical(Map.of("tables", tables, "states", content.states()));
  }

  /**
   * @param rows as {@link #rows} gave them
   */
  static Loaded of(byte[] schema, byte[] rows) {
    Schema definitions = ObjectsFile.schema(schema);
    Map<String, Object> read = Json.parse(rows);
    List<TableContent> tables = new ArrayList<>();
    for (Object each : (List<?>) read.getOrDefault("tables", List.of())) {
      List<?> table = (List<?>) each;
      tables.add(
          new TableContent((String) table.get(0), (Long) table.get(1), (String) table.get(2)));
    }
    Map<String, String> states = new HashMap<>();
    ((Map<?, ?>) read.getOrDefault("states", Map.of()))
        .forEach((name, state) -> states.put((String) name, (String) state));
    return new Loaded(definitions, new Content(definitions.digest(), tables, states));
  }
}
