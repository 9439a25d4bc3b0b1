package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Identifier;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** A table as people write it: {@code orders} or {@code shop.orders}. */
public record TableName(Optional<String> schema, String table) {

  public static TableName of(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? new TableName(Optional.empty(), name)
        : new TableName(Optional.of(name.substring(0, dot)), name.substring(dot + 1));
  }

  /** As SQL wants it, each part quoted. */
  String quoted(Dialect dialect) {
    String last = quoted(table, dialect);
    return schema.map(part -> quoted(part, dialect) + "." + last).orElse(last);
  }

  private static String quoted(String part, Dialect dialect) {
    return dialect.quote(Identifier.of(part, dialect.longestIdentifier()));
  }

  /**
   * What the catalogue calls an object of that name, such as {@code TABLE}; empty when none. A name
   * in another case counts where there is no exact one: only the server knows whether it is meant.
   */
  Optional<String> kind(Connection connection) throws SQLException {
    DatabaseMetaData catalogue = connection.getMetaData();
    String escape = catalogue.getSearchStringEscape();
    // Wildcards may stay: what else they match is sorted out below.
    String pattern =
        escape == null || escape.isEmpty() ? table : table.replace(escape, escape + escape);
    Optional<String> inOtherCase = Optional.empty();
    try (ResultSet tables = catalogue.getTables(null, null, pattern, null)) {
      while (tables.next()) {
        String name = String.valueOf(tables.getString("TABLE_NAME"));
        if (name.equalsIgnoreCase(table) && inSchema(tables)) {
          String kind = String.valueOf(tables.getString("TABLE_TYPE"));
          if (name.equals(table)) {
            return Optional.of(kind);
          }
          inOtherCase = Optional.of(kind);
        }
      }
    }
    return inOtherCase;
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

  @Override
  public String toString() {
    return schema.map(part -> part + "." + table).orElse(table);
  }
}
