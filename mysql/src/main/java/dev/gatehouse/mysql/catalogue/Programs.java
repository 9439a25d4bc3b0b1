package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What holds statements: triggers, routines and events, each with its definer. */
record Programs(Connection connection, List<CatalogueObject> into) {
  private static final String TRIGGERS =
      "SELECT trigger_name, event_object_table, action_timing, event_manipulation,"
          + " action_orientation, action_order, action_statement, definer, sql_mode,"
          + " CONCAT_WS(', ', character_set_client, collation_connection, database_collation)"
          + " AS character_sets"
          + " FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
  private static final String ROUTINES =
      "SELECT routine_name, routine_type, sql_mode,"
          + " CONCAT_WS(', ', character_set_client, collation_connection, database_collation)"
          + " AS character_sets"
          + " FROM information_schema.routines WHERE routine_schema = DATABASE()";
  private static final String EVENTS =
      "SELECT event_name, sql_mode, time_zone,"
          + " CONCAT_WS(', ', character_set_client, collation_connection, database_collation)"
          + " AS character_sets"
          + " FROM information_schema.events WHERE event_schema = DATABASE()";

  void triggers() throws SQLException {
    for (Row row : Queries.rows(connection, TRIGGERS, Function.identity())) {
      String table = Names.of(row.text("event_object_table"));
      String definition =
          "%s %s ON %s FOR EACH %s\n%s"
              .formatted(
                  row.text("action_timing"),
                  row.text("event_manipulation"),
                  table,
                  row.text("action_orientation"),
                  row.text("action_statement"));
      Map<String, String> facts = new TreeMap<>(session(row));
      facts.put("order", row.text("action_order"));
      String name = Names.of(table, row.text("trigger_name"));
      into.add(Names.owned("trigger", name, table, definition, row.text("definer"), facts));
    }
  }

  /** Functions, procedures, and the packages of MariaDB. */
  void routines() throws SQLException {
    for (Row row : Queries.rows(connection, ROUTINES, Function.identity())) {
      String kind = row.text("routine_type");
      String name = row.text("routine_name");
      String show = "SHOW CREATE " + kind + " " + Names.inSql(name);
      Printed printed = Printed.of(Printed.text(connection, show, 3));
      into.add(
          Names.owned(
              kind.toLowerCase(Locale.ROOT),
              Names.of(name),
              "",
              printed.definition(),
              printed.definer(),
              session(row)));
    }
  }

  /** What it was made under and is executed under. */
  private static Map<String, String> session(Row row) {
    return Map.of("sqlMode", row.text("sql_mode"), "characterSets", row.text("character_sets"));
  }

  void events() throws SQLException {
    for (Row row : Queries.rows(connection, EVENTS, Function.identity())) {
      String name = row.text("event_name");
      String show = "SHOW CREATE EVENT " + Names.inSql(name);
      Printed printed = Printed.of(Printed.text(connection, show, 4));
      Map<String, String> facts = new TreeMap<>(session(row));
      facts.put("timeZone", row.text("time_zone"));
      into.add(
          Names.owned("event", Names.of(name), "", printed.definition(), printed.definer(), facts));
    }
  }
}
