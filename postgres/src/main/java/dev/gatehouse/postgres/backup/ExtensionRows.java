package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Rows of an extension's configuration tables (pg_extension.extconfig): those that its condition
 * selects are people's, a dump holds them and a restore in place replaces them; the others are what
 * the extension brings.
 */
final class ExtensionRows {
  /** With the relation c: the extension that has it as configuration; none of the server's own. */
  static final String CONFIGURATION =
      "SELECT x.extname, k.condition FROM pg_catalog.pg_extension x CROSS JOIN LATERAL"
          + " ROWS FROM (pg_catalog.unnest(x.extconfig), pg_catalog.unnest(x.extcondition))"
          + " AS k(relation, condition) WHERE x.oid >= 16384 AND k.relation = c.oid";

  private static final String TABLES =
      "SELECT k.extname AS extension, format('%I.%I', n.nspname, c.relname) AS name, k.condition,"
          + " c.relkind = 'S' AS sequence, quote_ident(n.nspname) AS schema,"
          + " has_schema_privilege(n.oid, 'USAGE') AS usable,"
          + " CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') AND"
          + " has_sequence_privilege(c.oid, 'UPDATE') ELSE has_table_privilege(c.oid, 'SELECT') AND"
          + " has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'DELETE')"
          + " END AS replaceable"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL ("
          + CONFIGURATION
          + ") k WHERE c.relkind IN ('r', 'S') AND c.relpersistence <> 't' ORDER BY c.oid";

  private record Table(
      String extension,
      String name,
      String condition,
      boolean sequence,
      String schema,
      boolean usable,
      boolean replaceable) {
    static Table of(Row row) {
      return new Table(
          row.text("extension"),
          row.text("name"),
          row.text("condition"),
          row.isTrue("sequence"),
          row.text("schema"),
          row.isTrue("usable"),
          row.isTrue("replaceable"));
    }

    String deletion() {
      return "DELETE FROM "
          + name
          + " WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM "
          + name
          + " "
          + condition
          + ")";
    }
  }

  private ExtensionRows() {}

  private static List<Table> tables(Connection session) throws SQLException {
    return Queries.rows(session, TABLES, Table::of);
  }

  /**
   * @param kept whether an extension stays where it is, by its name
   * @throws Refusal naming what this account may not replace, with the grant
   */
  static void requireReplaceable(Connection session, Predicate<String> kept) throws SQLException {
    String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
    List<String> found = new ArrayList<>();
    Set<String> fixes = new LinkedHashSet<>();
    for (Table table : tables(session)) {
      if (!kept.test(table.extension()) || (table.usable() && table.replaceable())) {
        continue;
      }
      found.add(table.name() + " of extension " + table.extension());
      if (!table.usable()) {
        fixes.add("GRANT USAGE ON SCHEMA " + table.schema() + " TO " + account + ";");
      }
      String rights =
          table.sequence() ? "SELECT, UPDATE ON SEQUENCE " : "SELECT, INSERT, DELETE ON ";
      fixes.add("GRANT " + rights + table.name() + " TO " + account + ";");
    }
    if (!found.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.extension-rows", "rows of extensions could not be replaced")
              .withExpected(
                  "SELECT, INSERT and DELETE on the configuration tables of extensions, UPDATE on"
                      + " their sequences")
              .withFound(account + " lacks it on " + String.join(", ", found))
              .withFix(String.join("\n", fixes)));
    }
  }

  /** So that nobody changes, until the restore is committed, what it keeps. */
  static void lock(Connection session) throws SQLException {
    for (Table table : tables(session)) {
      if (!table.sequence()) {
        Queries.run(session, "LOCK TABLE " + table.name() + " IN SHARE ROW EXCLUSIVE MODE");
      }
    }
  }

  /** All in one statement, so that rows that refer to each other go together. */
  static void delete(Connection session) throws SQLException {
    List<String> deletions = new ArrayList<>();
    for (Table table : tables(session)) {
      if (!table.sequence()) {
        deletions.add("d" + deletions.size() + " AS (" + table.deletion() + ")");
      }
    }
    if (deletions.isEmpty()) {
      return;
    }
    // Hidden rows are to be an error, and conditions mean what they mean to pg_dump.
    Queries.run(session, "SET LOCAL row_security = off");
    String path = Queries.path(session);
    Queries.setPath(session, "");
    Queries.run(session, "WITH " + String.join(", ", deletions) + " SELECT");
    Queries.setPath(session, path);
  }

  /** Whether an extension has tables of which no dump holds a row: they would go with it. */
  static boolean hasOthers(Connection session, String extension) throws SQLException {
    return !Queries.rows(
            session,
            "SELECT c.oid::regclass::text AS name FROM pg_extension x JOIN pg_depend d"
                + " ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid"
                + " AND d.deptype = 'e' AND d.classid = 'pg_class'::regclass"
                + " JOIN pg_class c ON c.oid = d.objid WHERE x.extname = ? AND c.relkind = 'r'"
                + " AND NOT c.oid = ANY (coalesce(x.extconfig, '{}'))",
            Function.identity(),
            extension)
        .isEmpty();
  }
}
