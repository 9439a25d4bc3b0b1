package dev.gatehouse.mysql.access;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads the tables on databases, tables, columns, routines and proxies, which both products have.
 */
final class GrantReading {
  private static final String TABLES =
      "SELECT host, user, db, table_name AS object, '' AS kind, table_priv AS privileges"
          + " FROM mysql.tables_priv";
  private static final String COLUMNS =
      "SELECT host, user, db, table_name AS object, column_name, column_priv AS privileges"
          + " FROM mysql.columns_priv";
  private static final String ROUTINES =
      "SELECT host, user, db, routine_name AS object, routine_type AS kind,"
          + " proc_priv AS privileges FROM mysql.procs_priv";
  private static final String PROXIES =
      "SELECT host, user, proxied_host, proxied_user FROM mysql.proxies_priv";

  private GrantReading() {}

  static GrantTables read(Connection connection, Product product) throws SQLException {
    Settings settings = ServerRoles.settings(connection, product);
    ServerRoles roles = ServerRoles.of(product);
    List<Account> accounts = roles.accounts(connection);
    return new GrantTables(
        roles.withDefaults(connection, settings, accounts),
        accounts,
        roles.edges(connection, accounts),
        onDatabases(connection, ""),
        onTables(connection, ""),
        onRoutines(connection),
        Queries.rows(
            connection,
            PROXIES,
            row ->
                new Proxy(
                    row.text("user"),
                    row.text("host"),
                    row.text("proxied_user"),
                    row.text("proxied_host"))));
  }

  /** One row, whatever else there is. */
  static Optional<GrantRow> row(Connection connection, GrantEntry entry) throws SQLException {
    String place = " WHERE host = ? AND user = ? AND db = ?";
    List<GrantRow> rows =
        entry.onDatabases()
            ? onDatabases(connection, place, entry.host(), entry.user(), entry.database())
            : onTables(
                connection,
                place + " AND table_name = ?",
                entry.host(),
                entry.user(),
                entry.database(),
                entry.object());
    // collations of some versions take more for equal
    return rows.stream().filter(row -> GrantEntry.of(row).equals(entry)).findFirst();
  }

  /** The columns that say what a row gives: which there are depends on the version. */
  static List<String> privilegeColumns(Connection connection, String table) throws SQLException {
    return Queries.column(
        connection,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'mysql'"
            + " AND table_name = ? AND column_name LIKE '%\\_priv' ORDER BY ordinal_position",
        table);
  }

  /** What the server can grant on databases and nobody here knows: a row may give that, too. */
  static List<String> unknown(Connection connection) throws SQLException {
    return privilegeColumns(connection, "db").stream()
        .map(column -> Right.inGrant(column.substring(0, column.length() - "_priv".length())))
        .filter(privilege -> Right.named(privilege).isEmpty())
        .toList();
  }

  /** What a row gives by its columns, as GRANT names it. */
  static Set<String> privileges(Row row, List<String> columns) {
    Set<String> privileges = new TreeSet<>();
    for (String column : columns) {
      if (row.text(column).equals("Y")) {
        privileges.add(Right.inGrant(column.substring(0, column.length() - "_priv".length())));
      }
    }
    return privileges;
  }

  private static List<GrantRow> onDatabases(Connection connection, String where, Object... binds)
      throws SQLException {
    List<String> columns = privilegeColumns(connection, "db");
    return Queries.rows(
        connection,
        "SELECT host, user, db, " + String.join(", ", columns) + " FROM mysql.db" + where,
        row ->
            new GrantRow(
                row.text("user"),
                row.text("host"),
                row.text("db"),
                "",
                "",
                Right.mask(privileges(row, columns)),
                Map.of()),
        binds);
  }

  private static List<GrantRow> onTables(Connection connection, String where, Object... binds)
      throws SQLException {
    Map<List<String>, Map<String, Long>> columns = new HashMap<>();
    for (Row row : Queries.rows(connection, COLUMNS + where, Function.identity(), binds)) {
      columns
          .computeIfAbsent(place(row), key -> new HashMap<>())
          .merge(row.text("column_name"), rights(row), (a, b) -> a | b);
    }
    List<GrantRow> rows = new ArrayList<>();
    for (Row row : Queries.rows(connection, TABLES + where, Function.identity(), binds)) {
      rows.add(row(row, columns.getOrDefault(place(row), Map.of())));
    }
    return List.copyOf(rows);
  }

  private static List<GrantRow> onRoutines(Connection connection) throws SQLException {
    return Queries.rows(connection, ROUTINES, row -> row(row, Map.of()));
  }

  private static GrantRow row(Row row, Map<String, Long> columns) {
    return new GrantRow(
        row.text("user"),
        row.text("host"),
        row.text("db"),
        row.text("object"),
        row.text("kind"),
        rights(row),
        columns);
  }

  private static List<String> place(Row row) {
    return List.of(row.text("user"), row.text("host"), row.text("db"), row.text("object"));
  }

  private static long rights(Row row) {
    long mask = 0;
    for (String word : row.text("privileges").split(",")) {
      mask |= Right.named(Right.inGrant(word)).map(Right::bit).orElse(0L);
    }
    return mask;
  }
}
