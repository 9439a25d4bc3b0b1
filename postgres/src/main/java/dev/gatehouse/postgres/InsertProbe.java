package dev.gatehouse.postgres;

import static dev.gatehouse.postgres.RoleOnTable.literal;
import static dev.gatehouse.postgres.RoleOnTable.owns;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.SeparationProbe.Context;
import dev.gatehouse.postgres.TenantRows.Sample;
import java.sql.SQLException;
import java.util.Map;

/** Rows that a role makes: of its own, of others, and of its own under the keys of others. */
final class InsertProbe {
  private final RoleOnTable on;
  private final Breaches breaches;
  private final TenantRows rows;

  InsertProbe(RoleOnTable on) {
    this.on = on;
    this.breaches = on.breaches();
    this.rows = on.rows();
  }

  /** Every kind of row there is, as a row of every other tenant. */
  void in(Context context) throws SQLException {
    if (!on.inserted().contains(on.by())) {
      breaches.remark(
          on.who() + " cannot say whose row it inserts into " + rows.relation().words());
      return;
    }
    for (Sample sample : rows.samples()) {
      Map<String, String> row = RoleOnTable.values(sample, on.inserted()::contains);
      for (String tenant : on.claim().tenants()) {
        row.put(on.by(), literal(tenant));
        if (!owns(context, tenant)) {
          Answer answer = on.execute(context, on.insertion(row));
          if (SeparationProbe.through(breaches, answer, on.where(context) + ", inserting")) {
            breaches.found(
                "rowsecurity.insert",
                on.who() + " inserts rows of others into " + rows.relation().words(),
                "rejected",
                "with " + context + ": a row of '" + tenant + "' like " + sample.key(),
                on.fix("INSERT (WITH CHECK)"));
          }
        } else if (owns(context, sample.tenant())) {
          SeparationProbe.through(
              breaches,
              on.execute(context, on.insertion(row)),
              on.where(context) + ", inserting its own");
        } else {
          guess(context, sample, row);
        }
      }
    }
  }

  /** A row of its own under the key of another's: overwritten, or told to be there. */
  private void guess(Context context, Sample sample, Map<String, String> row) throws SQLException {
    if (!row.keySet().containsAll(rows.keys())) {
      return;
    }
    Answer plain =
        on.as(
            context,
            () -> {
              try {
                return ActingRole.execute(on.session(), on.insertion(row));
              } catch (SQLException e) {
                if (SqlStates.is(e, "23505")) {
                  return new Answer.Unclear("23505");
                }
                return new Answer.NoRows();
              }
            });
    if (plain instanceof Answer.Unclear) {
      breaches.remark(
          on.who()
              + " learns from a unique key of "
              + rows.relation().words()
              + " that a row of others has it");
    }
    if (on.updated().contains(on.by()) && rows.relation().words().equals(on.claim().table())) {
      Answer upsert =
          on.as(
              context,
              () ->
                  ActingRole.execute(
                      on.session(),
                      on.insertion(row)
                          + " ON CONFLICT (%s) DO UPDATE SET %s = %s"
                              .formatted(
                                  String.join(", ", rows.keys()),
                                  on.by(),
                                  literal(context.tenant()))));
      boolean conflicted = plain instanceof Answer.Unclear;
      if (conflicted
          && SeparationProbe.through(breaches, upsert, on.where(context) + ", ON CONFLICT")) {
        breaches.found(
            "rowsecurity.update",
            on.who() + " changes rows of others in " + rows.relation().words(),
            "rejected, or silently 0 rows",
            "with "
                + context
                + ": "
                + sample.key()
                + " of '"
                + sample.tenant()
                + "' by ON CONFLICT",
            on.fix("UPDATE"));
      }
    }
  }
}
