package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What holds statements: triggers, routines and events, each with its definer. */
record Programs(Connection connection, List<CatalogueObject> into) {
  private static final String TRIGGERS =
      "SELECT trigger_name, event_object_table, action_timing, event_manipulation,"
          + " action_orientation, action_order, action_statement, definer, sql_mode,"
          + " CONCAT_WS(', ', character_set_client, collation_connection, database_collation)"
          + " FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
  private static final String ROUTINES =
      "SELECT routine_name, routine_type, sql_mode,"
          + " CONCAT_WS(', ', character_set_client, collation_connection, database_collation)"
          + " FROM information_schema.routines WHERE routine_schema = DATABASE()";
  private static final String EVENTS =
      "SELECT event_name, sql_mode, time_zone,"
          + " CONCAT_WS(', ', character_set_client, collation_connection, database_collation)"
          + " FROM information_schema.events WHERE event_schema = DATABASE()";

  void triggers() throws SQLException {
    for (List<String> row : Queries.rows(connection, TRIGGERS)) {
      String table = Names.of(row.get(1));
      String definition =
          "%s %s ON %s FOR EACH %s\n%s"
              .formatted(row.get(2), row.get(3), table, row.get(4), row.get(6));
      Map<String, String> facts =
          Map.of("order", row.get(5), "sqlMode", row.get(8), "characterSets", row.get(9));
      String name = Names.of(table, row.get(0));
      into.add(Names.owned("trigger", name, table, definition, row.get(7), facts));
    }
  }

  /** Functions, procedures, and the packages of MariaDB. */
  void routines() throws SQLException {
    for (List<String> row : Queries.rows(connection, ROUTINES)) {
      String show = "SHOW CREATE " + row.get(1) + " " + Names.inSql(row.get(0));
      Printed printed = Printed.of(Printed.text(connection, show, 3));
      into.add(
          Names.owned(
              row.get(1).toLowerCase(Locale.ROOT),
              Names.of(row.get(0)),
              "",
              printed.definition(),
              printed.definer(),
              Map.of("sqlMode", row.get(2), "characterSets", row.get(3))));
    }
  }

  void events() throws SQLException {
    for (List<String> row : Queries.rows(connection, EVENTS)) {
      String show = "SHOW CREATE EVENT " + Names.inSql(row.get(0));
      Printed printed = Printed.of(Printed.text(connection, show, 4));
      Map<String, String> facts =
          Map.of("sqlMode", row.get(1), "timeZone", row.get(2), "characterSets", row.get(3));
      into.add(
          Names.owned(
              "event", Names.of(row.get(0)), "", printed.definition(), printed.definer(), facts));
    }
  }
}
