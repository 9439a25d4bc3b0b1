package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What accounts may do here: an object for each account and place, its privileges beside it. */
record Grants(Connection connection, Product product, List<CatalogueObject> into) {
  private static final String GLOBAL =
      "SELECT 'global', grantee, privilege_type, is_grantable FROM"
          + " information_schema.user_privileges WHERE privilege_type <> 'USAGE'";

  /** A name may be a pattern, of this database and others. */
  private static final String SCHEMA =
      "SELECT IF(REPLACE(table_schema, '\\\\', '') = DATABASE(), 'database',"
          + " CONCAT('databases ', table_schema)), grantee, privilege_type, is_grantable"
          + " FROM information_schema.schema_privileges WHERE DATABASE() LIKE table_schema"
          + " OR DATABASE() = table_schema";

  private static final String TABLE =
      "SELECT CONCAT('table ', table_name), grantee, privilege_type, is_grantable"
          + " FROM information_schema.table_privileges WHERE table_schema = DATABASE()";
  private static final String COLUMN =
      "SELECT CONCAT('column ', table_name, '.', column_name), grantee, privilege_type,"
          + " is_grantable FROM information_schema.column_privileges"
          + " WHERE table_schema = DATABASE()";
  private static final String ROUTINE =
      "SELECT CONCAT(LOWER(routine_type), ' ', routine_name),"
          + " CONCAT('''', user, '''@''', host, ''''), proc_priv, 'NO' FROM mysql.procs_priv"
          + " WHERE db = DATABASE()";

  void all() throws SQLException {
    Map<String, List<String>> privileges = new TreeMap<>();
    for (String question :
        List.of(GLOBAL, SCHEMA, TABLE, COLUMN, ROUTINE, product.rolesQuestion())) {
      for (List<String> row : Queries.rows(connection, question)) {
        boolean handsOn = row.get(3).startsWith("Y");
        privileges
            .computeIfAbsent(row.get(0) + " TO " + row.get(1), place -> new ArrayList<>())
            .add(row.get(2).toUpperCase(Locale.ROOT) + (handsOn ? " WITH GRANT OPTION" : ""));
      }
    }
    privileges.forEach(
        (name, held) ->
            into.add(new CatalogueObject("grant", "", name, "", "", "", held, Map.of())));
  }
}
