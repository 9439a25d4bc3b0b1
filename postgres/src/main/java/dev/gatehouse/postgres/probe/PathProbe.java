package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One role on views over the table and functions that name it. What they answer must not depend on
 * rows of others: they are asked in the world as it is, and in one from which those rows are gone.
 */
final class PathProbe {
  private static final String VIEWS =
      """
      WITH RECURSIVE over AS (
        SELECT unnest(?::oid[]) AS rel
        UNION
        SELECT w.ev_class FROM over JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = over.rel
          AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class c ON c.oid = w.ev_class AND c.relkind IN ('v', 'm'))
      SELECT n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted, c.relkind FROM over JOIN pg_class c ON c.oid = over.rel
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('v', 'm') AND has_schema_privilege(?::text, n.oid, 'USAGE')
        AND has_any_column_privilege(?::text, c.oid, 'SELECT')
      ORDER BY 1, 2\
      """;

  /**
   * Those that the role may call and that see past the policies, whatever stands in their bodies;
   * and further ones by their signatures.
   */
  private static final String FUNCTIONS =
      """
      SELECT n.nspname, p.proname, p.pronargs - p.pronargdefaults AS needed, p.prorettype::regtype, p.prokind,
        pg_get_function_identity_arguments(p.oid) AS arguments, p.prosecdef AND NOT sees AS bound
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
      CROSS JOIN pg_class t CROSS JOIN LATERAL (SELECT o.rolsuper OR o.rolbypassrls
        OR pg_has_role(o.oid, t.relowner, 'USAGE') AND NOT t.relforcerowsecurity OR NOT t.relrowsecurity) past (sees)
      WHERE t.oid = ?::oid AND (p.oid = ANY (?::text[]::regprocedure[])
        OR p.prosecdef AND p.oid >= 16384 AND p.proowner <> (SELECT oid FROM pg_roles WHERE rolname = ?::text)
        AND (has_table_privilege(o.oid, t.oid, 'SELECT, INSERT, UPDATE, DELETE')
          OR has_any_column_privilege(o.oid, t.oid, 'SELECT, INSERT, UPDATE'))
        AND sees AND has_schema_privilege(?::text, n.oid, 'USAGE') AND has_function_privilege(?::text, p.oid, 'EXECUTE'))
      ORDER BY 1, 2\
      """;

  private record View(String schema, String name, String quoted, boolean stored) {
    static View of(Row row) {
      return new View(
          row.text("nspname"),
          row.text("relname"),
          row.text("quoted"),
          row.text("relkind").equals("m"));
    }
  }

  /**
   * @param needed how many arguments a call must give
   * @param bound whether policies apply to the role it runs as
   */
  private record Routine(
      String schema,
      String name,
      long needed,
      String type,
      String kind,
      String arguments,
      boolean bound) {

    static Routine of(Row row) {
      return new Routine(
          row.text("nspname"),
          row.text("proname"),
          row.number("needed"),
          row.text("prorettype"),
          row.text("prokind"),
          row.text("arguments"),
          row.isTrue("bound"));
    }

    boolean isTrigger() {
      return List.of("trigger", "event_trigger").contains(type);
    }

    boolean answersWithoutArguments() {
      return needed == 0 && kind.equals("f") && !type.equals("void");
    }
  }

  private final TenantIsolation claim;
  private final ProbeSession session;
  private final IsolationReport breaches;
  private final ActingSubject who;
  private final List<TenantRows> tree;
  private final OtherWays others;
  private final ProbeContext table;

  /**
   * @param others relations and routines whose answers may hold rows of the table
   */
  PathProbe(
      TenantIsolation claim,
      ProbeSession session,
      IsolationReport breaches,
      ActingSubject who,
      List<TenantRows> tree,
      OtherWays others)
      throws SQLException {
    this.claim = claim;
    this.session = session;
    this.breaches = breaches;
    this.who = who;
    this.tree = tree;
    this.others = others;
    this.table = ProbeContext.of(claim, session, breaches, who, tree.get(0));
  }

  void in(TenantContext context) throws SQLException {
    Connection admin = session.admin();
    Set<String> looked = new HashSet<>();
    Object[] oids = tree.stream().map(rows -> Long.valueOf(rows.relation().oid())).toArray();
    for (View view :
        Queries.rows(
            admin, VIEWS, View::of, admin.createArrayOf("oid", oids), who.role(), who.role())) {
      String words = view.schema() + "." + view.name();
      looked.add(view.quoted());
      if (claim.accepted().contains(words)) {
        breaches.remark(words + " was accepted: it may tell " + who + " of all tenants");
      } else if (view.stored()) {
        materialized(words);
      } else {
        compare(context, words, "SELECT v::pg_catalog.text FROM " + view.quoted() + " v", true);
      }
    }
    for (String relation : others.relations()) {
      if (looked.add(relation)) {
        other(context, relation);
      }
    }
    functions(context);
  }

  /** One that does not name the table, and whose functions may. */
  private void other(TenantContext context, String relation) throws SQLException {
    if (Queries.isTrue(
        session.admin(), "SELECT relkind = 'm' FROM pg_class WHERE oid = ?::regclass", relation)) {
      materialized(relation);
    } else {
      compare(context, relation, "SELECT v::pg_catalog.text FROM " + relation + " v", true);
    }
  }

  private void materialized(String words) {
    breaches.found(
        "rowsecurity.view",
        who + " reads a stored copy of rows of " + claim.table(),
        "nothing that no policy guards",
        "materialized view " + words,
        "REVOKE SELECT ON " + words + " FROM " + who.role() + ", or accepting(\"" + words + "\")");
  }

  private void functions(TenantContext context) throws SQLException {
    String role = who.role();
    Connection admin = session.admin();
    for (Routine function :
        Queries.rows(
            admin,
            FUNCTIONS,
            Routine::of,
            tree.get(0).relation().oid(),
            admin.createArrayOf("text", others.routines().toArray()),
            role,
            role,
            role)) {
      String words = function.schema() + "." + function.name();
      if (claim.accepted().contains(words)) {
        breaches.remark(words + " was accepted: it may tell " + who + " of all tenants");
      } else if (function.isTrigger()) {
        breaches.remark(words + " is a trigger that sees all rows");
      } else if (!function.answersWithoutArguments() && function.bound()) {
        breaches.remark(words + " runs as one whom the policies bind, too; it was not called");
      } else if (!function.answersWithoutArguments()) {
        breaches.unclear(
            "%s(%s) runs as one who may see all rows of %s, and cannot be called to look: read it, then say accepting(\"%s\")"
                .formatted(words, function.arguments(), claim.table(), words));
      } else {
        String quoted = SqlNames.quoted(function.schema()) + "." + SqlNames.quoted(function.name());
        compare(context, words + "()", "SELECT f::pg_catalog.text FROM " + quoted + "() f", false);
      }
    }
  }

  private void compare(TenantContext context, String words, String sql, boolean view)
      throws SQLException {
    String what = who + " with " + context + " through " + words;
    Optional<List<String>> now = answer(context, sql, what);
    if (now.isEmpty()) {
      return;
    }
    Optional<List<String>> alone =
        session.takenBack(() -> alone(context) ? answer(context, sql, what) : Optional.empty());
    if (alone.isEmpty()) {
      breaches.unclear(what + ": rows of others could not be set aside; ask as a superuser");
      return;
    }
    if (!now.equals(alone)) {
      if (!now.equals(answer(context, sql, what))) {
        breaches.unclear(what + ": each time another answer");
        return;
      }
      breaches.found(
          view ? "rowsecurity.view" : "rowsecurity.definer",
          who + " reaches rows of others in " + claim.table() + " through " + words,
          "the same answer, whatever rows others have",
          "with %s: %d rows, and %d when rows of others are gone"
              .formatted(context, now.get().size(), alone.get().size()),
          view
              ? "ALTER VIEW "
                  + words
                  + " SET (security_invoker = true), or make its owner one that policies apply to,"
                  + " or accepting(\""
                  + words
                  + "\")"
              : "ALTER FUNCTION " + words + " SECURITY INVOKER, or REVOKE EXECUTE on it");
    }
  }

  /** Sorted, because nothing tells the order of rows; empty when there was none to be had. */
  private Optional<List<String>> answer(TenantContext context, String sql, String what)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    OtherTenantsRows ofOthers = OtherTenantsRows.of(table, context);
    String before = ofOthers.digest();
    Answer answer =
        session.as(
            who.role(),
            context.settings(),
            () -> {
              try {
                rows.addAll(Queries.column(session.admin(), sql));
              } catch (SQLException e) {
                if (!context.closedBy(e)) {
                  throw e;
                }
                return new Answer.Allowed(0);
              }
              if (!session.lookedAt(ofOthers::digest).equals(before)) {
                changed(what);
              }
              return new Answer.Allowed(rows.size());
            });
    if (answer instanceof Answer.Rejected) {
      breaches.counted("views and functions", "rejected");
      return Optional.empty();
    }
    if (!TenantRows.through(breaches, "views and functions", answer, what)) {
      return Optional.empty();
    }
    return Optional.of(rows.stream().sorted().toList());
  }

  private void changed(String what) {
    breaches.found(
        "rowsecurity.effect",
        who + " changes rows of others in " + claim.table() + " by reading something else",
        "rows of others as they were",
        what,
        "REVOKE what leads there: explain(...) tells the way");
  }

  /** No trigger fires and no foreign key cascades: these would set aside more than is meant. */
  private boolean alone(TenantContext context) throws SQLException {
    Connection admin = session.admin();
    if (!Queries.isTrue(admin, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) {
      return false;
    }
    Queries.run(admin, "SELECT pg_catalog.set_config('session_replication_role', 'replica', true)");
    for (TenantRows rows : tree) {
      String tenant = SqlNames.quoted(rows.by()) + "::pg_catalog.text";
      String own =
          context.tenant().isEmpty()
              ? "false"
              : tenant + " = " + SqlNames.literal(context.tenant());
      Queries.run(
          admin,
          "DELETE FROM "
              + rows.relation().quoted()
              + " WHERE ("
              + own
              + ") IS NOT TRUE"
              + (claim.shared().isEmpty() ? "" : " AND (" + claim.shared() + ") IS NOT TRUE"));
    }
    return true;
  }
}
