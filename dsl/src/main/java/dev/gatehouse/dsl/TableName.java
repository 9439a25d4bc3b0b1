package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Identifier;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/** A table as people write it: {@code orders} or {@code shop.orders}. */
record TableName(Optional<String> schema, String table) {

  static TableName of(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? new TableName(Optional.empty(), name)
        : new TableName(Optional.of(name.substring(0, dot)), name.substring(dot + 1));
  }

  /** As SQL wants it, each part quoted. */
  String quoted(Dialect dialect) {
    String last = dialect.quote(Identifier.of(table, dialect));
    return schema
        .map(part -> dialect.quote(Identifier.of(part, dialect)) + "." + last)
        .orElse(last);
  }

  /** What the catalogue calls an object of that name, such as {@code TABLE}; empty when none. */
  Optional<String> kind(Connection connection) throws SQLException {
    DatabaseMetaData catalogue = connection.getMetaData();
    String escape = catalogue.getSearchStringEscape();
    String pattern = table;
    if (escape != null && !escape.isEmpty()) {
      pattern =
          table
              .replace(escape, escape + escape)
              .replace("_", escape + "_")
              .replace("%", escape + "%");
    }
    try (ResultSet tables = catalogue.getTables(null, null, pattern, null)) {
      while (tables.next()) {
        if (sameName(catalogue, tables.getString("TABLE_NAME"), table) && inSchema(tables)) {
          return Optional.of(String.valueOf(tables.getString("TABLE_TYPE")));
        }
      }
    }
    return Optional.empty();
  }

  private boolean inSchema(ResultSet tables) throws SQLException {
    String schemaOf = tables.getString("TABLE_SCHEM");
    String catalogueOf = tables.getString("TABLE_CAT");
    // Products that tell neither have one schema, which the probing query then checks by name.
    return schema.isEmpty()
        || (schemaOf == null && catalogueOf == null)
        || schema.get().equals(schemaOf)
        || schema.get().equals(catalogueOf);
  }

  private static boolean sameName(DatabaseMetaData catalogue, String one, String other)
      throws SQLException {
    return catalogue.supportsMixedCaseIdentifiers()
        ? one.equals(other)
        : one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return schema.map(part -> part + "." + table).orElse(table);
  }
}
