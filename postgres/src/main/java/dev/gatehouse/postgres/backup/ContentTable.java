package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.postgres.archive.ContentNames;
import dev.gatehouse.postgres.archive.CopyStatement;
import dev.gatehouse.postgres.session.Queries;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A table or sequence whose rows or state are content.
 *
 * @param name as a content has it
 * @param sql its qualified name
 * @param columns all of them as {@code t.name}, by name
 * @param copied those that a dump holds, in a dump's order
 * @param large a condition: which rows {@code t} have too large a value; empty when none can
 * @param plain whether the text of its rows in a dump is the same wherever it is restored
 * @param extension whose configuration it is; empty for what people made
 * @param condition which rows of it are people's, as a query's end; empty for all
 */
record ContentTable(
    String name,
    String sql,
    String columns,
    List<String> copied,
    String large,
    boolean plain,
    String extension,
    String condition) {
  static final String USER_SCHEMA =
      "n.nspname <> 'information_schema' AND n.nspname <> 'gatehouse' AND n.nspname !~ '^pg_'";

  private static final String NOT_OF_EXTENSION =
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
          + " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid"
          + " AND d.deptype = 'e')";

  /** With the relation c in the schema n: what a dump holds the rows or the state of. */
  static final String DUMPED =
      "n.nspname <> 'gatehouse' AND ("
          + USER_SCHEMA
          + NOT_OF_EXTENSION
          + " OR EXISTS ("
          + ExtensionRows.CONFIGURATION
          + "))";

  /** A value above that is not fetched: it may be many times as large as it is stored, in bytes. */
  private static final int LARGE = 1 << 18;

  /**
   * Types whose text depends on the locale of who prints them: money, and all that may hold it. A
   * dump must print it as the sessions of the database do, so that it is read as it was meant.
   */
  private static final String LOCAL_TYPES =
      "WITH RECURSIVE localised AS (SELECT 'pg_catalog.money'::pg_catalog.regtype::oid AS oid"
          + " UNION SELECT h.oid FROM localised l CROSS JOIN LATERAL ("
          + "SELECT t.oid FROM pg_catalog.pg_type t WHERE l.oid IN (t.typelem, t.typbasetype)"
          + " UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngsubtype = l.oid"
          + " UNION ALL SELECT r.rngmultitypid FROM pg_catalog.pg_range r WHERE r.rngtypid = l.oid"
          + " UNION ALL SELECT o.reltype FROM pg_catalog.pg_attribute a"
          + " JOIN pg_catalog.pg_class o ON o.oid = a.attrelid"
          + " WHERE a.atttypid = l.oid AND NOT a.attisdropped AND o.reltype <> 0) h)";

  /**
   * A partition has its columns in the order of the topmost table, so that a row is the same in
   * each; one that has them otherwise is not plain, nor is what a restore computes anew.
   */
  private static final String RELATIONS =
      LOCAL_TYPES
          + " SELECT n.nspname AS schema, c.relname AS relation,"
          + " pg_catalog.format('%I.%I', n.nspname, c.relname) AS sql,"
          + " coalesce(k.extname, '') AS extension, coalesce(k.condition, '') AS condition,"
          + " coalesce(o.columns, '') AS columns, coalesce(o.copied, '') AS copied,"
          + " CASE WHEN c.reltoastrelid <> 0 THEN pg_catalog.format("
          + "'(SELECT pg_catalog.pg_relation_size(%s) > %s) AND %s > %s', c.reltoastrelid, "
          + LARGE
          + ", o.sizes, "
          + LARGE
          + ") ELSE '' END AS large, coalesce(o.plain, true) AS plain"
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " LEFT JOIN LATERAL ("
          + ExtensionRows.CONFIGURATION
          + ") k ON true CROSS JOIN LATERAL (SELECT"
          + " pg_catalog.string_agg(pg_catalog.format('t.%I', a.attname), ', '"
          + " ORDER BY a.attname COLLATE \"C\") AS columns,"
          + " pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)"
          + " FILTER (WHERE a.attgenerated = '') AS copied,"
          + " pg_catalog.string_agg(pg_catalog.format("
          + "'coalesce(pg_catalog.pg_column_size(t.%I), 0)::bigint', a.attname), ' + ')"
          + " FILTER (WHERE a.attlen = -1 AND a.attgenerated = '') AS sizes,"
          + " pg_catalog.bool_and(a.attgenerated = ''"
          + " AND a.atttypid NOT IN (SELECT oid FROM localised)) AND"
          + " pg_catalog.array_agg(a.attname ORDER BY a.attnum)"
          + " = pg_catalog.array_agg(a.attname ORDER BY coalesce(w.attnum, a.attnum)) AS plain"
          + " FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attribute w"
          + " ON c.relispartition AND w.attrelid = pg_catalog.pg_partition_root(c.oid)"
          + " AND w.attname = a.attname AND NOT w.attisdropped"
          + " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) o"
          + " WHERE c.relkind = ? AND c.relpersistence <> 't' AND "
          + DUMPED;

  private static final String EACH =
      "SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname) AS sql, coalesce(%s, 0) AS number"
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND "
          + DUMPED.replace("%", "%%");

  private static ContentTable of(Row row) {
    return new ContentTable(
        ContentNames.table(row.text("schema"), row.text("relation")),
        row.text("sql"),
        row.text("columns"),
        copied(row),
        row.text("large"),
        row.isTrue("plain"),
        row.text("extension"),
        row.text("condition"));
  }

  private static List<String> copied(Row row) {
    try {
      return CopyStatement.names(row.text("copied"));
    } catch (IOException e) {
      throw new Bug("quote_ident() quotes otherwise", e);
    }
  }

  static List<ContentTable> tables(Connection session) throws SQLException {
    return Queries.rows(session, RELATIONS, ContentTable::of, "r");
  }

  /** Bytes of each table's rows, by its qualified name; waits for who has it for himself. */
  static Map<String, Long> bytes(Connection session) throws SQLException {
    return each(session, "pg_catalog.pg_relation_size(c.oid)");
  }

  /** The number of the file of each table's rows, by its qualified name. */
  static Map<String, Long> files(Connection session) throws SQLException {
    return each(session, "c.relfilenode");
  }

  private static Map<String, Long> each(Connection session, String number) throws SQLException {
    Map<String, Long> numbers = new HashMap<>();
    for (Row row : Queries.rows(session, EACH.formatted(number), Function.identity())) {
      numbers.put(row.text("sql"), Long.parseLong(row.text("number")));
    }
    return numbers;
  }

  static List<ContentTable> sequences(Connection session) throws SQLException {
    return Queries.rows(session, RELATIONS, ContentTable::of, "S");
  }

  /** Its rows that are people's, as a FROM has them. */
  String rows() {
    return condition.isEmpty() ? "ONLY " + sql : "(SELECT * FROM " + sql + " " + condition + ")";
  }
}
