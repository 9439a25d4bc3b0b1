package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.By;
import dev.gatehouse.postgres.SeparationProbe.Context;
import dev.gatehouse.postgres.SeparationProbe.Who;
import dev.gatehouse.postgres.TenantRows.Sample;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One role on one table or partition, read and written directly.
 *
 * <p>A single row is written by WHERE CURRENT OF a cursor that the account of the target has placed
 * on it: the statement then reads no column, so that policies for SELECT stay out of it, and it can
 * do no more than a statement without any WHERE, which is what it stands for.
 */
final class TableProbe {

  /** The row has no place in this partition, whoever writes it. */
  private static final Set<String> NO_PLACE =
      Set.of("ExecFindPartition", "ExecPartitionCheckEmitError");

  private final Separation claim;
  private final ProbeSession session;
  private final Breaches breaches;
  private final Who who;
  private final TenantRows rows;
  private final String name;
  private final List<String> inserted;
  private final List<String> updated;
  private final boolean deletes;

  TableProbe(Separation claim, ProbeSession session, Breaches breaches, Who who, TenantRows rows)
      throws SQLException {
    this.claim = claim;
    this.session = session;
    this.breaches = breaches;
    this.who = who;
    this.rows = rows;
    this.name = rows.relation().quoted();
    this.inserted = columns("INSERT");
    this.updated = columns("UPDATE");
    this.deletes =
        Ask.isTrue(
            session.admin(),
            "SELECT has_table_privilege(?::text, ?::oid, 'DELETE')",
            who.role(),
            rows.relation().oid());
  }

  /** What the role may name; whether the schema lets it in, the attempts find out. */
  private List<String> columns(String privilege) throws SQLException {
    return Ask.rows(
            session.admin(),
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0"
                + " AND NOT attisdropped AND attgenerated = ''"
                + (privilege.equals("UPDATE") ? " AND attidentity <> 'a'" : "")
                + " AND has_column_privilege(?::text, attrelid, attnum, ?) ORDER BY attnum",
            rows.relation().oid(),
            who.role(),
            privilege)
        .stream()
        .map(row -> PostgresDialect.quoted(row.get(0)))
        .toList();
  }

  void in(Context context) throws SQLException {
    if (rows.samples().size() == Separation.SAMPLES) {
      breaches.remark(
          "writes on "
              + rows.relation().words()
              + " were tried on "
              + Separation.SAMPLES
              + " kinds of rows, and there may be more");
    }
    read(context);
    if (!inserted.isEmpty()) {
      insert(context);
    }
    if (deletes || !updated.isEmpty()) {
      for (Sample row : rows.samples()) {
        write(context, row);
      }
    }
  }

  private Answer as(Context context, ProbeSession.Attempt attempt) throws SQLException {
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
              return new Answer.Rejected(By.ROW_SECURITY, "an error");
            }
            throw e;
          }
        });
  }

  private Answer execute(Context context, String sql) throws SQLException {
    return as(
        context,
        () -> {
          try {
            return ActingRole.execute(session, sql);
          } catch (SQLException e) {
            if (NO_PLACE.contains(Driver.routine(e))) {
              return new Answer.Rejected(By.ROW_SECURITY, "no place for the row");
            }
            if (Denials.ofTheRow(e)) {
              // Constraints are asked after the policies: these have let the row pass.
              return new Answer.Allowed(0);
            }
            throw e;
          }
        });
  }

  private String where(Context context) {
    return who + " with " + context + " on " + rows.relation().words();
  }

  private void read(Context context) throws SQLException {
    Set<String> seen = new TreeSet<>();
    String sql = "SELECT " + TenantRows.keyText(rows.keys()) + " FROM " + name;
    Answer answer =
        as(
            context,
            () -> {
              Ask.rows(session.admin(), sql).forEach(row -> seen.add(row.get(0)));
              return seen.isEmpty() ? new Answer.NoRows() : new Answer.Allowed(seen.size());
            });
    Set<String> expected = rows.seenBy(context.tenant());
    if (answer instanceof Answer.Rejected) {
      breaches.counted("rejected");
      Answer any =
          as(context, () -> ActingRole.execute(session, "SELECT 1 FROM " + name + " LIMIT 0"));
      if (any instanceof Answer.NoRows) {
        breaches.unclear(where(context) + ": some columns can be read, and not those of the key");
      }
      return;
    }
    SeparationProbe.through(breaches, answer, where(context) + ", reading");
    if (answer instanceof Answer.Unclear) {
      return;
    }
    compare(context, expected, seen);
    copy(context, seen.size());
  }

  private void compare(Context context, Set<String> expected, Set<String> seen)
      throws SQLException {
    Set<String> surplus = new TreeSet<>(seen);
    surplus.removeAll(expected);
    if (!surplus.isEmpty()) {
      breaches.found(
          "rowsecurity.exposed",
          who + " sees rows of others in " + rows.relation().words(),
          "the rows of its own tenant, and without one none",
          "with " + context + ": " + described(surplus),
          fix("SELECT"));
    }
    Set<String> missing = new TreeSet<>(expected);
    missing.removeAll(seen);
    if (!missing.isEmpty()) {
      breaches.found(
          "rowsecurity.hidden",
          who + " does not see all of its own rows in " + rows.relation().words(),
          "all rows of its tenant",
          "with " + context + " not: " + described(missing),
          "a permissive policy that lets them pass, or: GRANT SELECT ON " + name);
    }
  }

  /** What lets it through is the first of these that is so. */
  private String fix(String command) throws SQLException {
    List<String> facts =
        Ask.row(
                session.admin(),
                "SELECT c.relrowsecurity, c.relforcerowsecurity OR NOT pg_has_role(?::text, c.relowner, 'USAGE'),"
                    + " coalesce((SELECT string_agg(quote_ident(p.polname), ', ' ORDER BY p.polname) FROM pg_policy p"
                    + " WHERE p.polrelid = c.oid), 'none') FROM pg_class c WHERE c.oid = ?::oid",
                who.role(),
                rows.relation().oid())
            .orElseThrow();
    if (!facts.get(0).equals("t")) {
      return "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY, with a policy on it";
    }
    if (!facts.get(1).equals("t")) {
      return "ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY";
    }
    return "ALTER POLICY ... ON %s: what its policies (%s) let pass for %s must come to %s = current_setting('%s', true)"
        .formatted(name, facts.get(2), command, by(), claim.setting());
  }

  private String described(Set<String> keys) {
    String some =
        keys.stream()
            .limit(3)
            .map(key -> key + " of '" + rows.owners().get(key) + "'")
            .collect(Collectors.joining(", "));
    return keys.size() + (keys.size() == 1 ? " row: " : " rows: ") + some;
  }

  /** COPY of a parent that has only children shows none of their rows, whoever asks. */
  private void copy(Context context, int seen) throws SQLException {
    Answer answer =
        as(
            context,
            () -> {
              long count =
                  Driver.copyOut(session.admin(), "COPY (SELECT * FROM " + name + ") TO STDOUT");
              return count == 0 ? new Answer.NoRows() : new Answer.Allowed(count);
            });
    if (answer instanceof Answer.Allowed allowed && allowed.rows() > seen) {
      breaches.found(
          "rowsecurity.copy",
          who + " copies rows of others out of " + rows.relation().words(),
          seen + " rows, as a query shows them",
          "with " + context + ": " + allowed.rows() + " rows",
          fix("SELECT"));
    }
  }

  private boolean owns(Context context, String tenant) {
    return !context.tenant().isEmpty() && context.tenant().equals(tenant);
  }

  private static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private Map<String, String> values(Sample sample, Predicate<String> columns) {
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

  private String by() {
    return PostgresDialect.quoted(rows.by());
  }

  /** Every kind of row there is, as a row of every other tenant. */
  private void insert(Context context) throws SQLException {
    if (!inserted.contains(by())) {
      breaches.remark(who + " cannot say whose row it inserts into " + rows.relation().words());
      return;
    }
    for (Sample sample : rows.samples()) {
      Map<String, String> row = values(sample, inserted::contains);
      for (String tenant : claim.tenants()) {
        row.put(by(), literal(tenant));
        if (!owns(context, tenant)) {
          Answer answer = execute(context, insertion(row));
          if (SeparationProbe.through(breaches, answer, where(context) + ", inserting")) {
            breaches.found(
                "rowsecurity.insert",
                who + " inserts rows of others into " + rows.relation().words(),
                "rejected",
                "with " + context + ": a row of '" + tenant + "' like " + sample.key(),
                fix("INSERT (WITH CHECK)"));
          }
        } else if (owns(context, sample.tenant())) {
          SeparationProbe.through(
              breaches, execute(context, insertion(row)), where(context) + ", inserting its own");
        } else {
          guess(context, sample, row);
        }
      }
    }
  }

  private String insertion(Map<String, String> row) {
    return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)"
        .formatted(name, String.join(", ", row.keySet()), String.join(", ", row.values()));
  }

  /** A row of its own under the key of another's: overwritten, or told to be there. */
  private void guess(Context context, Sample sample, Map<String, String> row) throws SQLException {
    if (!row.keySet().containsAll(rows.keys())) {
      return;
    }
    Answer plain =
        as(
            context,
            () -> {
              try {
                return ActingRole.execute(session, insertion(row));
              } catch (SQLException e) {
                if (SqlStates.is(e, "23505")) {
                  return new Answer.Unclear("23505");
                }
                return new Answer.NoRows();
              }
            });
    if (plain instanceof Answer.Unclear) {
      breaches.remark(
          who
              + " learns from a unique key of "
              + rows.relation().words()
              + " that a row of others has it");
    }
    if (updated.contains(by()) && rows.relation().words().equals(claim.table())) {
      Answer upsert =
          as(
              context,
              () ->
                  ActingRole.execute(
                      session,
                      insertion(row)
                          + " ON CONFLICT (%s) DO UPDATE SET %s = %s"
                              .formatted(
                                  String.join(", ", rows.keys()),
                                  by(),
                                  literal(context.tenant()))));
      boolean conflicted = plain instanceof Answer.Unclear;
      if (conflicted
          && SeparationProbe.through(breaches, upsert, where(context) + ", ON CONFLICT")) {
        breaches.found(
            "rowsecurity.update",
            who + " changes rows of others in " + rows.relation().words(),
            "rejected, or silently 0 rows",
            "with "
                + context
                + ": "
                + sample.key()
                + " of '"
                + sample.tenant()
                + "' by ON CONFLICT",
            fix("UPDATE"));
      }
    }
  }

  private void write(Context context, Sample row) throws SQLException {
    session.<Boolean>takenBack(
        () -> {
          Ask.run(
              session.admin(),
              "DECLARE gatehouse_row NO SCROLL CURSOR FOR SELECT 1 FROM %s WHERE %s = %s"
                  .formatted(name, TenantRows.keyText(rows.keys()), literal(row.key())));
          Ask.run(session.admin(), "FETCH gatehouse_row");
          boolean own = owns(context, row.tenant());
          if (deletes && !own) {
            attempt(context, row, "DELETE FROM " + name, "rowsecurity.delete", "deletes", "DELETE");
          }
          if (deletes && own) {
            control(context, "DELETE FROM " + name);
          }
          if (!updated.isEmpty()) {
            update(context, row, own);
          }
          return true;
        });
  }

  private void update(Context context, Sample row, boolean own) throws SQLException {
    Predicate<String> assignable =
        column -> updated.contains(column) && !rows.keys().contains(column);
    Set<Map<String, String>> tried = new LinkedHashSet<>();
    if (!own) {
      for (String column : updated) {
        tried.add(values(row, column::equals));
      }
    }
    for (Sample like : rows.samples()) {
      Map<String, String> values = values(like, assignable);
      if (!own || (updated.contains(by()) && !owns(context, like.tenant()))) {
        tried.add(values);
      }
      if (!own && updated.contains(by()) && !context.tenant().isEmpty()) {
        Map<String, String> taken = values(row, assignable);
        taken.put(by(), literal(context.tenant()));
        tried.add(taken);
        tried.add(Map.of(by(), literal(context.tenant())));
      }
      if (own && updated.contains(by()) && !owns(context, like.tenant())) {
        tried.add(Map.of(by(), like.literals().getOrDefault(by(), "NULL")));
      }
    }
    if (own) {
      String same =
          values(row, updated::contains).entrySet().stream()
              .map(one -> one.getKey() + " = " + one.getValue())
              .collect(Collectors.joining(", ", "UPDATE " + name + " SET ", ""));
      control(context, same);
    }
    for (Map<String, String> values : tried) {
      if (!values.isEmpty()) {
        String sql =
            values.entrySet().stream()
                .map(one -> one.getKey() + " = " + one.getValue())
                .collect(Collectors.joining(", ", "UPDATE " + name + " SET ", ""));
        if (own) {
          attempt(context, row, sql, "rowsecurity.move", "gives away", "UPDATE (WITH CHECK)");
        } else {
          attempt(context, row, sql, "rowsecurity.update", "changes", "UPDATE");
        }
      }
    }
  }

  /** What it should be able to do: not being able to do anything would look like separation. */
  private void control(Context context, String sql) throws SQLException {
    Answer answer = execute(context, sql + " WHERE CURRENT OF gatehouse_row");
    if (!SeparationProbe.through(breaches, answer, where(context) + ", writing its own")) {
      breaches.remark(
          who
              + " cannot "
              + sql.substring(0, 6)
              + " all of its own rows in "
              + rows.relation().words());
    }
  }

  private void attempt(
      Context context, Sample row, String sql, String code, String verb, String command)
      throws SQLException {
    Answer answer = execute(context, sql + " WHERE CURRENT OF gatehouse_row");
    if (SeparationProbe.through(breaches, answer, where(context) + ", " + command)) {
      breaches.found(
          code,
          who
              + " "
              + verb
              + (code.endsWith("move") ? " its rows to others in " : " rows of others in ")
              + rows.relation().words(),
          "rejected, or silently 0 rows",
          "with " + context + ": " + row.key() + " of '" + row.tenant() + "' by " + sql,
          fix(command));
    }
  }
}
