package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.ScriptReader.Shadow;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Temporary tables of a session that stand before tables and views of the same name. */
final class TemporaryTables {
  /**
   * Of this session, what its routines did included. MySQL counts temporary tables with the others,
   * of which a script makes none.
   */
  private static final String MADE =
      "SHOW SESSION STATUS WHERE variable_name IN ('Com_create_table',"
          + " 'Com_create_temporary_table') AND value > 0";

  /** Newer versions of MariaDB list temporary tables among the others. */
  private static final String NAMES =
      "SELECT DISTINCT table_name FROM information_schema.tables"
          + " WHERE table_schema = DATABASE() AND table_type <> 'TEMPORARY' ORDER BY table_name";

  private TemporaryTables() {}

  /**
   * What the servers list of temporary tables depends on version and privileges; so each name is
   * tried.
   */
  static List<Shadow> shadowing(Connection connection) throws SQLException {
    List<Shadow> shadows = new ArrayList<>();
    if (!Queries.exists(connection, MADE)) {
      return shadows;
    }
    for (String name : Queries.column(connection, NAMES)) {
      String quoted = SqlNames.quoted(name);
      if (isTemporary(connection, quoted)) {
        shadows.add(new Shadow(quoted, "DROP TEMPORARY TABLE " + quoted));
      }
    }
    return shadows;
  }

  private static boolean isTemporary(Connection connection, String quoted) throws SQLException {
    try {
      Optional<String> made =
          Queries.first(connection, "SHOW CREATE TABLE " + quoted, row -> row.texts().get(1));
      return made.filter(text -> text.startsWith("CREATE TEMPORARY TABLE ")).isPresent();
    } catch (SQLException e) {
      if (ErrorCodes.isGone(e)) {
        return false;
      }
      throw e;
    }
  }
}
