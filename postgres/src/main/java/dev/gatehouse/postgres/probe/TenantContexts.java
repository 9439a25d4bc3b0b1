package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * All that the settings are tried at: nothing, each tenant, empty, a tenant that nobody has, a
 * pattern, and every text that the policies compare with; then what else policies read is tried at
 * the same values, as a role may set whatever has a dot in its name.
 */
final class TenantContexts {
  private static final int MOST_TEXTS = 12;

  private static final Pattern SETTING = Pattern.compile("current_setting\\(\\s*'([^']+)'");

  // Possessive: else each character of a text costs a frame of the stack.
  private static final Pattern TEXT = Pattern.compile("'((?:[^']++|'')*+)'");

  /** Policies, and the functions they call, with what those call as far as it is kept. */
  private static final String CODE =
      """
      WITH RECURSIVE called AS (
        SELECT d.refobjid AS oid FROM pg_policy p JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
          AND d.refclassid = 'pg_proc'::regclass WHERE p.polrelid = ANY (?::oid[])
        UNION
        SELECT d.refobjid FROM called JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = called.oid
          AND d.refclassid = 'pg_proc'::regclass)
      SELECT concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) AS code
      FROM pg_policy WHERE polrelid = ANY (?::oid[])
      UNION ALL SELECT coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) FROM called JOIN pg_proc p ON p.oid = called.oid\
      """;

  /** Views over the tables, and what runs as its owner and has the name of one in its body. */
  private static final String BUILT =
      """
      WITH RECURSIVE over AS (
        SELECT unnest(?::oid[]) AS rel
        UNION
        SELECT w.ev_class FROM over JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = over.rel
          AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class c ON c.oid = w.ev_class AND c.relkind = 'v')
      SELECT pg_get_viewdef(c.oid) AS code FROM over JOIN pg_class c ON c.oid = over.rel AND c.relkind = 'v'
      UNION ALL SELECT b.code FROM pg_proc p CROSS JOIN LATERAL (SELECT coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)) b (code)
      WHERE p.prosecdef AND p.oid >= 16384
        AND EXISTS (SELECT FROM over JOIN pg_class c ON c.oid = over.rel WHERE position(c.relname in b.code) > 0)\
      """;

  private final TenantIsolation claim;
  private final Connection admin;
  private final IsolationReport report;
  private final Relation table;
  private final String by;
  private final List<TenantContext> contexts = new ArrayList<>();

  private TenantContexts(
      TenantIsolation claim, Connection admin, IsolationReport report, Relation table, String by) {
    this.claim = claim;
    this.admin = admin;
    this.report = report;
    this.table = table;
    this.by = by;
  }

  static List<TenantContext> of(
      TenantIsolation claim,
      Connection admin,
      IsolationReport report,
      List<Relation> tree,
      String by)
      throws SQLException {
    TenantContexts all = new TenantContexts(claim, admin, report, tree.get(0), by);
    all.unset();
    for (Tenant tenant : claim.tenants()) {
      all.contexts.add(TenantContext.of(tenant));
    }
    all.foreign(tree);
    return all.contexts;
  }

  private void unset() throws SQLException {
    Set<String> set = new LinkedHashSet<>();
    for (String setting : claim.settings()) {
      if (!Queries.isTrue(admin, "SELECT current_setting(?, true) IS NULL", setting)) {
        set.add(setting);
      }
    }
    String all = String.join(", ", claim.settings());
    if (!set.isEmpty()) {
      report.remark(
          String.join(", ", set)
              + " has been set in this session before: what is seen where it never was is not"
              + " tried");
    }
    contexts.add(
        TenantContext.nobody(
            all + (set.isEmpty() ? " not set" : " as sessions begin with it"), Map.of(), ""));
  }

  private void foreign(List<Relation> tree) throws SQLException {
    Tenant like = claim.tenants().get(0);
    Map<String, String> empty = new LinkedHashMap<>();
    like.settings().keySet().forEach(setting -> empty.put(setting, ""));
    contexts.add(TenantContext.nobody(Tenant.words(empty), empty, ""));
    String nobody = unknownTenant();
    String code = code(tree);
    Set<String> read = new LinkedHashSet<>(found(SETTING, code));
    Set<String> texts = new LinkedHashSet<>(texts(code));
    texts.removeAll(read);
    texts.remove("");
    if (texts.size() > MOST_TEXTS) {
      report.remark("policies compare with more texts than the " + MOST_TEXTS + " that were tried");
    }
    Set<String> values = new LinkedHashSet<>(List.of(nobody, "%"));
    texts.stream().limit(MOST_TEXTS).forEach(values::add);
    values.removeAll(claim.names());
    if (like.as(nobody).equals(like.settings())) {
      report.remark("no setting of " + like + " holds its name: no foreign one could be made up");
    } else {
      for (String value : values) {
        contexts.add(foreign(like.as(value), value));
      }
    }
    read.removeAll(claim.settings());
    for (String setting : read) {
      beside(like, setting, values);
    }
  }

  /** A tenant of that name may see its own rows. */
  private TenantContext foreign(Map<String, String> settings, String value) throws SQLException {
    boolean has =
        Queries.exists(
            admin,
            "SELECT 1 FROM " + table.quoted() + " WHERE " + SqlNames.quoted(by) + "::text = ?",
            value);
    return has
        ? TenantContext.ofSome(Tenant.words(settings), value, settings)
        : TenantContext.nobody(Tenant.words(settings), settings, value);
  }

  private void beside(Tenant tenant, String setting, Set<String> values) {
    if (!setting.contains(".")) {
      report.remark("policies read the server's own setting " + setting + ", which is not tried");
      return;
    }
    report.remark("policies read " + setting + " too, which every role sets itself");
    Set<String> tried = new LinkedHashSet<>(claim.names());
    tried.remove(tenant.name());
    tried.addAll(values);
    tried.addAll(List.of("", "on", "true", "1"));
    for (String value : tried) {
      Map<String, String> more = new LinkedHashMap<>(tenant.settings());
      more.put(setting, value);
      contexts.add(TenantContext.ofSome(Tenant.words(more), tenant.name(), more));
    }
  }

  private String code(List<Relation> tree) throws SQLException {
    Object[] oids = tree.stream().map(relation -> Long.valueOf(relation.oid())).toArray();
    List<String> code =
        new ArrayList<>(
            Queries.column(
                admin, CODE, admin.createArrayOf("oid", oids), admin.createArrayOf("oid", oids)));
    code.addAll(Queries.column(admin, BUILT, admin.createArrayOf("oid", oids)));
    return String.join("\n", code);
  }

  static List<String> texts(String code) {
    return found(TEXT, code);
  }

  private static List<String> found(Pattern pattern, String code) {
    return pattern
        .matcher(code)
        .results()
        .map(match -> match.group(1).replace("''", "'"))
        .distinct()
        .toList();
  }

  /** A tenant nobody has, that the column's type takes. */
  private String unknownTenant() throws SQLException {
    String type =
        Queries.pinned(
            admin,
            "SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = ?::oid AND attname = ?",
            table.oid(),
            by);
    if (type.equals("uuid")) {
      return UUID.randomUUID().toString();
    }
    if (List.of("smallint", "integer", "bigint", "numeric").contains(type)) {
      return Queries.pinned(
          admin, "SELECT max(" + SqlNames.quoted(by) + ") + 1 FROM " + table.quoted());
    }
    return "nobody-" + UUID.randomUUID();
  }
}
