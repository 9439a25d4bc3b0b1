package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.PrintedSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The database itself, its tables and their parts, its views and sequences. */
record Tables(
    Connection opened, Connection connection, String database, List<CatalogueObject> into) {

  private static final String KINDS =
      "SELECT table_name, table_type FROM information_schema.tables"
          + " WHERE table_schema = DATABASE()";

  void settings() throws SQLException {
    String text = Printed.text(connection, "SHOW CREATE DATABASE " + Names.inSql(database), 2);
    PrintedSql printed = PrintedSql.of(text);
    String settings = printed.behindName(printed.bare().indexOf('`'));
    into.add(Names.object("database", "this database", "", settings, Map.of()));
  }

  void tables() throws SQLException {
    Map<String, String> kinds = new HashMap<>();
    for (Row row : Queries.rows(connection, KINDS, Function.identity())) {
      kinds.put(row.text("table_name"), row.text("table_type"));
    }
    List<String> tables = new ArrayList<>();
    for (String name : Queries.column(connection, "SHOW TABLES")) {
      String kind = kinds.getOrDefault(name, "");
      switch (kind) {
        case "BASE TABLE", "SYSTEM VERSIONED" -> tables.add(name);
        case "SEQUENCE" ->
            into.add(
                Names.object(
                    "sequence",
                    Names.of(name),
                    "",
                    Printed.text(connection, "SHOW CREATE SEQUENCE " + Names.inSql(name), 2),
                    Map.of()));
        case "VIEW" -> into.add(view(name));
        // MariaDB does not list one that is altered at this moment, and says nothing of it.
        case "" -> throw ErrorCodes.gone(name);
        default ->
            throw new SQLException(
                "the catalogue holds a kind of table that is not known: " + kind + " " + name);
      }
    }
    into.addAll(ManyTables.read(opened, connection, tables));
  }

  private CatalogueObject view(String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW CREATE VIEW " + Names.inSql(name))) {
      row.next();
      Printed printed = Printed.of(row.getString(2));
      String sets = row.getString(3) + ", " + row.getString(4);
      return Names.owned(
          "view",
          Names.of(name),
          "",
          PrintedSql.of(printed.definition()).within(database),
          printed.definer(),
          Map.of("characterSets", sets));
    }
  }
}
