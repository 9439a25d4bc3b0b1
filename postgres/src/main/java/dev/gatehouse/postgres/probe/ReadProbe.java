package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a role sees of a table: exactly its own rows, by a query. */
final class ReadProbe {
  private final ProbeContext on;
  private final IsolationReport breaches;
  private final TenantRows rows;

  ReadProbe(ProbeContext on) {
    this.on = on;
    this.breaches = on.breaches();
    this.rows = on.rows();
  }

  /** How many rows of others were seen. */
  int in(TenantContext context) throws SQLException {
    Set<String> seen = new TreeSet<>();
    String sql = "SELECT " + TenantRows.keyText(rows.keys()) + " FROM " + on.name();
    Answer answer =
        on.as(
            context,
            () -> {
              seen.addAll(Queries.column(on.session().admin(), sql));
              return seen.isEmpty() ? new Answer.NoRows() : new Answer.Allowed(seen.size());
            });
    Set<String> expected = rows.seenBy(context.tenant());
    if (answer instanceof Answer.Rejected) {
      breaches.counted("SELECT", "rejected");
      Answer any =
          on.as(
              context,
              () -> ActingRole.execute(on.session(), "SELECT 1 FROM " + on.name() + " LIMIT 0"));
      if (any instanceof Answer.NoRows) {
        breaches.unclear(
            on.where(context) + ": some columns can be read, and not those of the key");
      }
      return 0;
    }
    on.through(context, "SELECT", answer);
    return answer instanceof Answer.Unclear ? 0 : compare(context, expected, seen);
  }

  private int compare(TenantContext context, Set<String> expected, Set<String> seen)
      throws SQLException {
    Set<String> surplus = new TreeSet<>(seen);
    surplus.removeAll(expected);
    if (!surplus.isEmpty()) {
      breaches.found(
          "rowsecurity.exposed",
          on.who() + " sees rows of others in " + rows.relation().words(),
          "the rows of its own tenant, and without one none",
          "with " + context + ": " + described(surplus),
          on.fix("SELECT"));
    }
    Set<String> missing = new TreeSet<>(expected);
    missing.removeAll(seen);
    if (!missing.isEmpty() && context.all()) {
      breaches.found(
          "rowsecurity.hidden",
          on.who() + " does not see all of its own rows in " + rows.relation().words(),
          "all rows of its tenant",
          "with " + context + " not: " + described(missing),
          "a permissive policy that lets them pass, or: GRANT SELECT ON " + on.name());
    }
    return surplus.size();
  }

  private String described(Set<String> keys) {
    String some =
        keys.stream()
            .limit(3)
            .map(key -> key + " of '" + rows.owners().get(key) + "'")
            .collect(Collectors.joining(", "));
    return keys.size() + (keys.size() == 1 ? " row: " : " rows: ") + some;
  }
}
