package dev.gatehouse.postgres.session;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table or view of the database.
 *
 * @param kind as pg_class has it
 * @param writable what a view takes, as pg_relation_is_updatable tells it
 */
public record Relation(String oid, String schema, String name, String kind, int writable) {
  private static final String QUERY =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind,
        CASE c.relkind WHEN 'v' THEN pg_relation_is_updatable(c.oid, true) ELSE 28 END AS writable
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg_temp%'
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\"\
      """;

  /**
   * Those that the pattern matches, in the order of their names; the system's only by a pattern
   * that begins as its schema does.
   */
  public static List<Relation> like(Connection connection, String pattern) throws SQLException {
    NamePattern wanted = NamePattern.of(pattern);
    return all(connection).stream()
        .filter(relation -> matches(wanted, relation.schema(), relation.name()))
        .toList();
  }

  public static boolean matches(NamePattern wanted, String schema, String name) {
    boolean system = schema.startsWith("pg_") || schema.equals("information_schema");
    String text = wanted.toString();
    return wanted.matches(schema, name)
        && (!system || text.startsWith("pg_") || text.startsWith("information_schema"));
  }

  /** All of the database, the system's too. */
  public static List<Relation> all(Connection connection) throws SQLException {
    return Queries.rows(connection, QUERY, Relation::of);
  }

  private static Relation of(Row row) {
    return new Relation(
        row.text("oid"),
        row.text("nspname"),
        row.text("relname"),
        row.text("relkind"),
        Math.toIntExact(row.number("writable")));
  }

  /** The table first, then its partitions and children, then its parents. */
  public static List<Relation> treeOf(Connection connection, Relation table) throws SQLException {
    List<String> oids =
        Queries.column(
                connection,
                "WITH RECURSIVE down AS (SELECT ?::oid AS rel UNION SELECT i.inhrelid FROM"
                    + " pg_inherits i JOIN down ON i.inhparent = down.rel), up AS (SELECT ?::oid AS"
                    + " rel UNION SELECT i.inhparent FROM pg_inherits i JOIN up ON i.inhrelid ="
                    + " up.rel) SELECT rel FROM down UNION SELECT rel FROM up",
                table.oid(),
                table.oid())
            .stream()
            .filter(oid -> !oid.equals(table.oid()))
            .toList();
    List<Relation> tree = new ArrayList<>(List.of(table));
    all(connection).stream()
        .filter(relation -> oids.contains(relation.oid()) && "rp".contains(relation.kind()))
        .forEach(tree::add);
    return List.copyOf(tree);
  }

  public boolean takes(Command command) {
    boolean stores = "rpf".contains(kind);
    return switch (command) {
      case SELECT -> true;
      case TRUNCATE -> stores;
      case UPDATE -> stores || takes(4);
      case INSERT -> stores || takes(8);
      case DELETE -> stores || takes(16);
    };
  }

  private boolean takes(int event) {
    return kind.equals("v") && (writable & event) != 0;
  }

  public String words() {
    return schema + "." + name;
  }

  public String quoted() {
    return SqlNames.quoted(schema) + "." + SqlNames.quoted(name);
  }

  /** Columns that a statement may give a value to, quoted. */
  public List<String> columns(Connection connection) throws SQLException {
    return Queries.column(
            connection,
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0"
                + " AND NOT attisdropped AND attgenerated = ''"
                + (kind.equals("v") ? " AND pg_column_is_updatable(attrelid, attnum, true)" : "")
                + " ORDER BY attnum",
            oid)
        .stream()
        .map(SqlNames::quoted)
        .toList();
  }
}
