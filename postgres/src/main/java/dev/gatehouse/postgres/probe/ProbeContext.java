package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.policy.SyntheticRow;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A role and a table or partition that it is tried on.
 *
 * @param inserted quoted columns it may name when it inserts
 * @param updated those it may set
 * @param freshKey what no row has in columns of the key, where that can be made up
 */
record ProbeContext(
    TenantIsolation claim,
    ProbeSession session,
    IsolationReport breaches,
    ActingSubject who,
    TenantRows rows,
    List<String> inserted,
    List<String> updated,
    boolean deletes,
    Map<String, String> freshKey) {

  /** The row has no place in this partition, whoever writes it. */
  private static final Set<String> NO_PLACE =
      Set.of("ExecFindPartition", "ExecPartitionCheckEmitError");

  static ProbeContext of(
      TenantIsolation claim,
      ProbeSession session,
      IsolationReport breaches,
      ActingSubject who,
      TenantRows rows)
      throws SQLException {
    boolean deletes =
        Queries.isTrue(
            session.admin(),
            "SELECT has_table_privilege(?::text, ?::oid, 'DELETE')",
            who.role(),
            rows.relation().oid());
    return new ProbeContext(
        claim,
        session,
        breaches,
        who,
        rows,
        columns(session, who, rows, "INSERT"),
        columns(session, who, rows, "UPDATE"),
        deletes,
        freshKey(session, rows));
  }

  /** The same role where something built over that table decides what may be changed of it. */
  ProbeContext through(
      TenantRows of, List<String> inserts, List<String> updates, boolean deleting) {
    return new ProbeContext(
        claim, session, breaches, who, of, inserts, updates, deleting, freshKey);
  }

  private static Map<String, String> freshKey(ProbeSession session, TenantRows rows)
      throws SQLException {
    Map<String, String> fresh = new LinkedHashMap<>();
    for (String column : rows.keys()) {
      if (!column.equals(SqlNames.quoted(rows.by()))) {
        SyntheticRow.value(session.admin(), rows.relation().oid(), rows.relation().quoted(), column)
            .ifPresent(value -> fresh.put(column, value));
      }
    }
    return fresh;
  }

  /** What the role may name; whether the schema lets it in, the attempts find out. */
  private static List<String> columns(
      ProbeSession session, ActingSubject who, TenantRows rows, String privilege)
      throws SQLException {
    return Queries.column(
            session.admin(),
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0"
                + " AND NOT attisdropped AND attgenerated = ''"
                + (privilege.equals("UPDATE") ? " AND attidentity <> 'a'" : "")
                + " AND has_column_privilege(?::text, attrelid, attnum, ?) ORDER BY attnum",
            rows.relation().oid(),
            who.role(),
            privilege)
        .stream()
        .map(SqlNames::quoted)
        .toList();
  }

  Answer as(TenantContext context, ProbeSession.Attempt attempt) throws SQLException {
    return session.as(
        who.role(),
        context.settings(),
        () -> {
          try {
            return attempt.make();
          } catch (SQLException e) {
            if (context.closedBy(e)) {
              breaches.remark(
                  who
                      + " with "
                      + context
                      + " meets an error, and nothing else: "
                      + e.getMessage());
              return new Answer.Rejected(DeniedBy.ROW_SECURITY, "an error");
            }
            throw e;
          }
        });
  }

  /** Counts the answer to a way, and tells one that is no answer. */
  boolean through(TenantContext context, String way, Answer answer) {
    return TenantRows.through(breaches, way, answer, where(context));
  }

  static boolean hasNoPlace(SQLException e) {
    return NO_PLACE.contains(Driver.routine(e));
  }

  Answer execute(TenantContext context, String sql) throws SQLException {
    return as(
        context,
        () -> {
          try {
            return ActingRole.execute(session, sql);
          } catch (SQLException e) {
            if (hasNoPlace(e)) {
              return new Answer.Rejected(DeniedBy.ROW_SECURITY, "no place for the row");
            }
            if (Denials.ofTheRow(e)) {
              // Constraints are asked after the policies: these have let the row pass.
              return new Answer.Allowed(0);
            }
            throw e;
          }
        });
  }

  String name() {
    return rows.relation().quoted();
  }

  String where(TenantContext context) {
    return who + " with " + context + " on " + rows.relation().words();
  }

  /** The tenants' column, quoted. */
  String by() {
    return SqlNames.quoted(rows.by());
  }

  static boolean owns(TenantContext context, String tenant) {
    return !context.tenant().isEmpty() && context.tenant().equals(tenant);
  }

  static Map<String, String> values(Sample sample, Predicate<String> columns) {
    Map<String, String> values = new LinkedHashMap<>();
    sample
        .literals()
        .forEach(
            (column, value) -> {
              if (columns.test(column)) {
                values.put(column, value);
              }
            });
    return values;
  }

  /** The row, away from all others by its key. */
  Map<String, String> withFreshKey(Map<String, String> row) {
    Map<String, String> fresh = new LinkedHashMap<>(row);
    fresh.replaceAll((column, value) -> freshKey.getOrDefault(column, value));
    return fresh;
  }

  String insertion(Map<String, String> row) {
    return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)"
        .formatted(name(), String.join(", ", row.keySet()), String.join(", ", row.values()));
  }

  /** What lets it through is the first of these that is so. */
  String fix(String command) throws SQLException {
    Row facts =
        Queries.one(
            session.admin(),
            "SELECT c.relrowsecurity AS enabled, c.relforcerowsecurity OR NOT pg_has_role(?::text,"
                + " c.relowner, 'USAGE') AS asked, coalesce((SELECT"
                + " string_agg(quote_ident(p.polname), ', ' ORDER BY p.polname) FROM pg_policy p"
                + " WHERE p.polrelid = c.oid), 'none') AS policies FROM pg_class c WHERE c.oid ="
                + " ?::oid",
            who.role(),
            rows.relation().oid());
    if (!facts.isTrue("enabled")) {
      return "ALTER TABLE " + name() + " ENABLE ROW LEVEL SECURITY\n-- with a policy on it";
    }
    if (!facts.isTrue("asked")) {
      return "ALTER TABLE " + name() + " FORCE ROW LEVEL SECURITY";
    }
    return "ALTER POLICY ... ON %s: what its policies (%s) let pass must come to %s = current_setting('%s', true)\n-- for %s"
        .formatted(
            name(), facts.text("policies"), by(), String.join("/", claim.settings()), command);
  }
}
