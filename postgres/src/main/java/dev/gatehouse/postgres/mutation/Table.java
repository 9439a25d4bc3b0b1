package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * A table or view that mutants are made of.
 *
 * @param kind as pg_class has it
 * @param invoker a view that reads as who asks it
 */
record Table(
    String oid,
    String schema,
    String name,
    String kind,
    String owner,
    boolean enabled,
    boolean forced,
    boolean invoker) {
  private static final String QUERY =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner) AS owner, c.relrowsecurity,
        c.relforcerowsecurity,
        EXISTS (SELECT FROM unnest(c.reloptions) o (one) WHERE o.one IN
          ('security_invoker=true', 'security_invoker=on', 'security_invoker=yes', 'security_invoker=1')) AS invoker
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\"\
      """;

  static List<Table> of(Connection connection, BiPredicate<String, String> wanted)
      throws SQLException {
    return Queries.rowsOnPath(connection, QUERY, Table::of).stream()
        .filter(table -> wanted.test(table.schema(), table.name()))
        .toList();
  }

  private static Table of(Row row) {
    return new Table(
        row.text("oid"),
        row.text("nspname"),
        row.text("relname"),
        row.text("relkind"),
        row.text("owner"),
        row.isTrue("relrowsecurity"),
        row.isTrue("relforcerowsecurity"),
        row.isTrue("invoker"));
  }

  boolean stores() {
    return "rpf".contains(kind);
  }

  String words() {
    return schema + "." + name;
  }

  String quoted() {
    return SqlNames.quoted(schema) + "." + SqlNames.quoted(name);
  }
}
