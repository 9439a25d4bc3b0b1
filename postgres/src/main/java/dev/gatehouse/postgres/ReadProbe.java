package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.SeparationProbe.Context;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a role sees of a table: exactly its own rows, by a query and by COPY. */
final class ReadProbe {
  private final RoleOnTable on;
  private final Breaches breaches;
  private final TenantRows rows;

  ReadProbe(RoleOnTable on) {
    this.on = on;
    this.breaches = on.breaches();
    this.rows = on.rows();
  }

  void in(Context context) throws SQLException {
    Set<String> seen = new TreeSet<>();
    String sql = "SELECT " + TenantRows.keyText(rows.keys()) + " FROM " + on.name();
    Answer answer =
        on.as(
            context,
            () -> {
              Ask.rows(on.session().admin(), sql).forEach(row -> seen.add(row.get(0)));
              return seen.isEmpty() ? new Answer.NoRows() : new Answer.Allowed(seen.size());
            });
    Set<String> expected = rows.seenBy(context.tenant());
    if (answer instanceof Answer.Rejected) {
      breaches.counted("rejected");
      Answer any =
          on.as(
              context,
              () -> ActingRole.execute(on.session(), "SELECT 1 FROM " + on.name() + " LIMIT 0"));
      if (any instanceof Answer.NoRows) {
        breaches.unclear(
            on.where(context) + ": some columns can be read, and not those of the key");
      }
      return;
    }
    SeparationProbe.through(breaches, answer, on.where(context) + ", reading");
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
          on.who() + " sees rows of others in " + rows.relation().words(),
          "the rows of its own tenant, and without one none",
          "with " + context + ": " + described(surplus),
          on.fix("SELECT"));
    }
    Set<String> missing = new TreeSet<>(expected);
    missing.removeAll(seen);
    if (!missing.isEmpty()) {
      breaches.found(
          "rowsecurity.hidden",
          on.who() + " does not see all of its own rows in " + rows.relation().words(),
          "all rows of its tenant",
          "with " + context + " not: " + described(missing),
          "a permissive policy that lets them pass, or: GRANT SELECT ON " + on.name());
    }
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
        on.as(
            context,
            () -> {
              long count =
                  Driver.copyOut(
                      on.session().admin(), "COPY (SELECT * FROM " + on.name() + ") TO STDOUT");
              return count == 0 ? new Answer.NoRows() : new Answer.Allowed(count);
            });
    if (answer instanceof Answer.Allowed allowed && allowed.rows() > seen) {
      breaches.found(
          "rowsecurity.copy",
          on.who() + " copies rows of others out of " + rows.relation().words(),
          seen + " rows, as a query shows them",
          "with " + context + ": " + allowed.rows() + " rows",
          on.fix("SELECT"));
    }
  }
}
