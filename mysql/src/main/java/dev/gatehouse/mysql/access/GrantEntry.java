package dev.gatehouse.mysql.access;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.mysql.sql.SqlNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The place of a row in the grant tables: of whom, on what.
 *
 * @param object empty where it is on databases
 */
record GrantEntry(String user, String host, String database, String object) {
  /** What an entry gives that is not there. */
  static final String NOTHING = "nothing";

  static GrantEntry of(GrantRow row) {
    return new GrantEntry(row.user(), row.host(), row.database(), row.object());
  }

  static GrantEntry read(String text) {
    Map<String, Object> body = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    return new GrantEntry(
        String.valueOf(body.get("user")),
        String.valueOf(body.get("host")),
        String.valueOf(body.get("database")),
        String.valueOf(body.get("object")));
  }

  String text() {
    return new String(
        Json.canonical(Map.of("user", user, "host", host, "database", database, "object", object)),
        StandardCharsets.UTF_8);
  }

  boolean onDatabases() {
    return object.isEmpty();
  }

  /** As GRANT writes it behind ON: a pattern of databases as the row has it. */
  String inSql() {
    return SqlNames.quotedAsIs(database)
        + "."
        + (onDatabases() ? "*" : SqlNames.quotedAsIs(object));
  }

  private List<GrantRow> rows(GrantTables tables) {
    return onDatabases() ? tables.onDatabases() : tables.onTables();
  }

  Optional<GrantRow> in(GrantTables tables) {
    return rows(tables).stream().filter(row -> of(row).equals(this)).findFirst();
  }

  /** What it gives there, the same text for the same rights. */
  String told(GrantTables tables) {
    return told(in(tables));
  }

  static String told(Optional<GrantRow> row) {
    return row.map(GrantEntry::told).orElse(NOTHING);
  }

  private static String told(GrantRow row) {
    List<String> parts = new ArrayList<>();
    if (row.rights() != 0) {
      parts.add(String.join(", ", Right.names(row.rights())));
    }
    new TreeMap<>(row.columns())
        .forEach(
            (column, rights) -> {
              if (rights != 0) {
                parts.add(
                    SqlNames.quotedAsIs(column) + ": " + String.join(", ", Right.names(rights)));
              }
            });
    return parts.isEmpty() ? NOTHING : String.join("; ", parts);
  }

  /** The tables with another row in its place; a row that gives nothing is none. */
  GrantTables replaced(GrantTables tables, GrantRow fresh) {
    List<GrantRow> rows = new ArrayList<>(rows(tables));
    rows.removeIf(row -> of(row).equals(this));
    if (fresh.rights() != 0 || fresh.onColumns() != 0) {
      rows.add(fresh);
    }
    return onDatabases()
        ? tables.with(List.copyOf(rows), tables.onTables())
        : tables.with(tables.onDatabases(), List.copyOf(rows));
  }
}
