package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.policy.AtomShape;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What conditions compare columns with, as that role is told it under the settings. */
final class SessionValues {
  private static final int MOST = 16;

  private final ProbeContext on;
  private final String running;
  private final TenantContext context;
  private final Map<String, List<String>> known = new LinkedHashMap<>();

  SessionValues(ProbeContext on, String running, TenantContext context) {
    this.on = on;
    this.running = running;
    this.context = context;
  }

  Set<String> of(AtomShape shape) throws SQLException {
    Set<String> values = new LinkedHashSet<>();
    for (String value : shape.values()) {
      values.addAll(asked("SELECT (" + value + ")::text AS v"));
    }
    for (String list : shape.lists()) {
      values.addAll(asked("SELECT unnest((" + list + ")::text[]) AS v"));
    }
    return values;
  }

  /** None where it meets an error, as the policy then does. */
  private List<String> asked(String sql) throws SQLException {
    List<String> before = known.get(sql);
    if (before != null) {
      return before;
    }
    Set<String> values = new LinkedHashSet<>();
    on.session()
        .asOwner(
            running,
            context.settings(),
            () -> {
              values.addAll(
                  Queries.column(
                      on.session().admin(),
                      "SELECT v FROM ("
                          + RowContents.escaped(sql)
                          + ") s WHERE v IS NOT NULL LIMIT "
                          + MOST));
              return new Answer.NoRows();
            });
    known.put(sql, List.copyOf(values));
    return known.getOrDefault(sql, List.of());
  }
}
