package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What accounts may do here: an object for each account and place, its privileges beside it. */
record Grants(Connection connection, Product product, List<CatalogueObject> into) {
  private static final String GLOBAL =
      "SELECT 'global' AS place, grantee, privilege_type AS privilege, is_grantable AS hands_on"
          + " FROM information_schema.user_privileges WHERE privilege_type <> 'USAGE'";

  /** A name may be a pattern, of this database and others. */
  private static final String SCHEMA =
      "SELECT IF(REPLACE(table_schema, '\\\\', '') = DATABASE(), 'database',"
          + " CONCAT('databases ', table_schema)) AS place, grantee, privilege_type AS privilege,"
          + " is_grantable AS hands_on"
          + " FROM information_schema.schema_privileges WHERE DATABASE() LIKE table_schema"
          + " OR DATABASE() = table_schema";

  private static final String TABLE =
      "SELECT CONCAT('table ', table_name) AS place, grantee, privilege_type AS privilege,"
          + " is_grantable AS hands_on FROM information_schema.table_privileges WHERE table_schema = DATABASE()";
  private static final String COLUMN =
      "SELECT CONCAT('column ', table_name, '.', column_name) AS place, grantee,"
          + " privilege_type AS privilege, is_grantable AS hands_on FROM information_schema.column_privileges"
          + " WHERE table_schema = DATABASE()";
  private static final String ROUTINE =
      "SELECT CONCAT(LOWER(routine_type), ' ', routine_name) AS place,"
          + " CONCAT('''', user, '''@''', host, '''') AS grantee, proc_priv AS privilege,"
          + " 'NO' AS hands_on FROM mysql.procs_priv"
          + " WHERE db = DATABASE()";

  void all() throws SQLException {
    Map<String, List<String>> privileges = new TreeMap<>();
    for (String question :
        List.of(GLOBAL, SCHEMA, TABLE, COLUMN, ROUTINE, product.rolesQuestion())) {
      for (Row row : Queries.rows(connection, question, Function.identity())) {
        boolean handsOn = row.text("hands_on").startsWith("Y");
        String privilege = row.text("privilege").toUpperCase(Locale.ROOT);
        privileges
            .computeIfAbsent(
                row.text("place") + " TO " + row.text("grantee"), place -> new ArrayList<>())
            .add(privilege + (handsOn ? " WITH GRANT OPTION" : ""));
      }
    }
    privileges.forEach(
        (name, held) ->
            into.add(new CatalogueObject("grant", "", name, "", "", "", held, Map.of())));
  }
}
