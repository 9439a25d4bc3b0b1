package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Drops everything people made in the database, within the open transaction: what the archive holds
 * takes its place. Left are the schema gatehouse, what {@link RestoreKept} keeps with what belongs
 * to it (but the rows of its configuration tables that are people's), and the schema public as
 * initdb made it.
 */
final class DropAllObjects {
  private static final String MEMBER =
      "EXISTS (SELECT FROM pg_depend e WHERE e.classid = %1$s AND e.objid = %2$s"
          + " AND e.deptype = 'e')";

  private static final String EVENT_TRIGGERS =
      "SELECT quote_ident(evtname) FROM pg_event_trigger t WHERE NOT "
          + MEMBER.formatted("'pg_event_trigger'::regclass", "t.oid");

  /** Schemas that can go as a whole, unless one of them is kept. */
  private static final String SCHEMAS =
      "SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.nspname <> 'public' AND "
          + ContentTable.USER_SCHEMA
          + " AND NOT "
          + MEMBER.formatted("'pg_namespace'::regclass", "n.oid");

  /**
   * What lies in schemas that stay, without what goes with something else anyway. The columns that
   * a partitioned table is partitioned by depend internally on itself: they are not it.
   */
  private static final String WITHIN =
      "SELECT DISTINCT i.type, i.identity FROM pg_depend d JOIN pg_namespace n"
          + " ON n.oid = d.refobjid, LATERAL pg_identify_object(d.classid, d.objid, 0) i"
          + " WHERE d.refclassid = 'pg_namespace'::regclass AND d.objsubid = 0"
          + " AND d.deptype = 'n' AND d.classid NOT IN ('pg_extension'::regclass,"
          + " 'pg_default_acl'::regclass) AND "
          + ContentTable.USER_SCHEMA
          + " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid"
          + " AND e.objid = d.objid AND e.objsubid = 0 AND e.deptype IN ('e', 'i'))";

  /** What lies in no schema, in the order in which it goes. */
  private static final List<String> OUTSIDE =
      List.of("pg_cast", "pg_foreign_server", "pg_foreign_data_wrapper", "pg_am", "pg_language");

  private static final String FIRST_OWN = "16384";

  /**
   * The server's word for a kind, and what DROP calls it; an aggregate of no argument is one too.
   */
  private static final Map<String, String> WORDS =
      Map.of(
          "aggregate", "ROUTINE",
          "function", "ROUTINE",
          "procedure", "ROUTINE",
          "composite type", "TYPE",
          "statistics object", "STATISTICS",
          "foreign-data wrapper", "FOREIGN DATA WRAPPER");

  /** What the server calls them can be said in no statement. */
  private static final String TRANSFORMS =
      "SELECT format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname)"
          + " FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE NOT "
          + MEMBER.formatted("'pg_transform'::regclass", "t.oid");

  private static final String DEFAULTS =
      "SELECT r.rolname AS maker, n.nspname AS schema, a.defaclobjtype AS kind,"
          + " g.rolname AS grantee FROM pg_default_acl a"
          + " JOIN pg_roles r ON r.oid = a.defaclrole"
          + " LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace"
          + " CROSS JOIN LATERAL (SELECT DISTINCT e.grantee FROM aclexplode(a.defaclacl) e) e"
          + " LEFT JOIN pg_roles g ON g.oid = e.grantee"
          // Those of roles that this account cannot act for are kept.
          + " WHERE n.oid IS NOT NULL OR pg_has_role(a.defaclrole, 'USAGE')";

  private static final Map<String, String> DEFAULT_KINDS =
      Map.of("r", "TABLES", "S", "SEQUENCES", "f", "FUNCTIONS", "T", "TYPES", "n", "SCHEMAS");

  private static final int ATTEMPTS = 3;

  private final Connection session;
  private final RestoreKept kept;

  DropAllObjects(Connection session, RestoreKept kept) {
    this.session = session;
    this.kept = kept;
  }

  /**
   * Within the open transaction. A worker of autovacuum takes a table before its indexes, and a
   * DROP that goes from a function to an index takes them the other way round: of such a deadlock
   * the server ends either of the two, and what it ended here is begun anew.
   */
  void wipe() throws SQLException {
    for (int attempt = 1; ; attempt++) {
      Savepoint before = session.setSavepoint();
      try {
        dropEverything();
        session.releaseSavepoint(before);
        return;
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !SqlStates.is(e, SqlStates.DEADLOCK)) {
          throw e;
        }
        session.rollback(before);
      }
    }
  }

  private void dropEverything() throws SQLException {
    // Event triggers first: they would answer to all that follows.
    for (String trigger : names(EVENT_TRIGGERS)) {
      drop("EVENT TRIGGER", trigger);
    }
    dropAll("PUBLICATION", names("SELECT quote_ident(pubname) FROM pg_publication"));
    for (RestoreKept.Extension extension : kept.dropped()) {
      drop("EXTENSION", SqlNames.quoted(extension.name()));
    }
    resetDefaultPrivileges();
    List<String> schemas = new ArrayList<>(names(SCHEMAS));
    schemas.removeAll(kept.schemas());
    dropAll("SCHEMA", schemas);
    for (String transform : names(TRANSFORMS)) {
      drop("TRANSFORM", transform);
    }
    dropEach(WITHIN);
    for (String catalogue : OUTSIDE) {
      dropEach(outside(catalogue));
    }
    // Only now, when nothing that people made refers to them any more.
    ExtensionRows.delete(session);
    Queries.execute(
        session, "SELECT count(lo_unlink(oid)) FROM (SELECT oid FROM pg_largeobject_metadata) l");
    new RestorePublic(session).reset();
    RestoreSystemObjects.reset(session);
    kept.reset(session);
  }

  private static String outside(String catalogue) {
    return "SELECT i.type, i.identity FROM "
        + catalogue
        + " o, LATERAL pg_identify_object('"
        + catalogue
        + "'::regclass, o.oid, 0) i WHERE o.oid >= "
        + FIRST_OWN
        + " AND NOT "
        + MEMBER.formatted("'" + catalogue + "'::regclass", "o.oid");
  }

  private static String word(String type) {
    return WORDS.getOrDefault(type, type.toUpperCase(Locale.ROOT));
  }

  private List<String> names(String query) throws SQLException {
    return Queries.column(session, query);
  }

  /** From columns type and identity. */
  private void dropEach(String query) throws SQLException {
    for (Row object : Queries.rows(session, query, Function.identity())) {
      drop(word(object.text("type")), object.text("identity"));
    }
  }

  /** All in one statement, so that what depends on each other does not matter. */
  private void dropAll(String kind, List<String> names) throws SQLException {
    if (!names.isEmpty()) {
      drop(kind, String.join(", ", names));
    }
  }

  private void drop(String kind, String identity) throws SQLException {
    Queries.run(session, "DROP " + kind + " IF EXISTS " + identity + " CASCADE");
  }

  /** One that says what a new database would say anyway is removed by the server. */
  private void resetDefaultPrivileges() throws SQLException {
    List<String> sql = new ArrayList<>();
    for (Row row : Queries.rows(session, DEFAULTS, Function.identity())) {
      String letter = row.text("kind");
      String kind = DEFAULT_KINDS.getOrDefault(letter, "LARGE OBJECTS");
      String maker = SqlNames.quoted(row.text("maker"));
      String schema = row.text("schema");
      String head =
          "ALTER DEFAULT PRIVILEGES FOR ROLE "
              + maker
              + (schema.isEmpty() ? "" : " IN SCHEMA " + SqlNames.quoted(schema));
      String role = row.text("grantee");
      String grantee = role.isEmpty() ? "PUBLIC" : SqlNames.quoted(role);
      sql.add(head + " REVOKE ALL ON " + kind + " FROM " + grantee);
      if (schema.isEmpty()) {
        sql.add(head + " GRANT ALL ON " + kind + " TO " + maker);
        if (letter.equals("f") || letter.equals("T")) {
          sql.add(head + " GRANT ALL ON " + kind + " TO PUBLIC");
        }
      }
    }
    // Revokes first: a grant made again must not be taken away by the next grantee's turn.
    for (String statement : sql) {
      if (statement.contains(" REVOKE ")) {
        Queries.run(session, statement);
      }
    }
    for (String statement : sql) {
      if (!statement.contains(" REVOKE ")) {
        Queries.run(session, statement);
      }
    }
  }
}
