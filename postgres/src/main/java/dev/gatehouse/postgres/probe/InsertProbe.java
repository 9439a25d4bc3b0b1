package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.probe.ProbeContext.owns;
import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.EffectProbe.Try;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import java.sql.SQLException;
import java.util.Map;

/** Rows that a role makes: of its own, of others, and of its own under the keys of others. */
final class InsertProbe {
  private final ProbeContext on;
  private final IsolationReport breaches;
  private final TenantRows rows;
  private final UpsertProbe conflicts;

  InsertProbe(ProbeContext on) {
    this.on = on;
    this.breaches = on.breaches();
    this.rows = on.rows();
    this.conflicts = new UpsertProbe(on);
  }

  /** Every kind of row there is, as a row of every other tenant. */
  void in(TenantContext context, EffectProbe effects) throws SQLException {
    if (!on.inserted().contains(on.by())) {
      breaches.remark(
          on.who() + " cannot say whose row it inserts into " + rows.relation().words());
      return;
    }
    for (Sample sample : rows.samples()) {
      Map<String, String> row = ProbeContext.values(sample, on.inserted()::contains);
      for (String tenant : on.claim().names()) {
        row.put(on.by(), literal(tenant));
        if (!owns(context, tenant)) {
          effects.attempt(
              new Try(
                  "INSERT of others",
                  Does.INSERTS,
                  on.insertion(on.withFreshKey(row)),
                  "a row of '" + tenant + "' like " + sample.key()));
        } else if (owns(context, sample.tenant())) {
          on.through(context, "INSERT of its own", on.execute(context, on.insertion(row)));
        } else if (row.keySet().containsAll(rows.keys())) {
          conflicts.in(context, effects, sample, row);
        }
      }
    }
  }
}
