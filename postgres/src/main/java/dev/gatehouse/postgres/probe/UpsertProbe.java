package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A row of its own under the key of another's: overwritten, or told to be there. */
final class UpsertProbe {
  private final ProbeContext on;

  UpsertProbe(ProbeContext on) {
    this.on = on;
  }

  /**
   * @param sample of others
   * @param row like it, with its key, as a row of the tenant
   */
  void in(TenantContext context, EffectProbe effects, Sample sample, Map<String, String> row)
      throws SQLException {
    boolean[] conflict = new boolean[1];
    Answer plain =
        on.as(
            context,
            () -> {
              try {
                return ActingRole.execute(on.session(), on.insertion(row));
              } catch (SQLException e) {
                conflict[0] = SqlStates.is(e, "23505");
                return new Answer.NoRows();
              }
            });
    if (conflict[0]) {
      on.breaches()
          .remark(
              on.who()
                  + " learns from a unique key of "
                  + on.rows().relation().words()
                  + " that a row of others has it");
    }
    if (!conflict[0] && plain instanceof Answer.NoRows) {
      return;
    }
    Answer nothing =
        on.as(
            context,
            () -> ActingRole.execute(on.session(), on.insertion(row) + " ON CONFLICT DO NOTHING"));
    if (conflict[0] && nothing instanceof Answer.NoRows) {
      on.breaches()
          .remark(
              on.who()
                  + " learns from the row count of ON CONFLICT DO NOTHING on "
                  + on.rows().relation().words()
                  + " that a row of others is there");
    }
    if (on.rows().relation().words().equals(on.claim().table())) {
      overwrite(context, effects, sample, row);
    }
  }

  /** Only the table itself is known to have that key as its own. */
  private void overwrite(
      TenantContext context, EffectProbe effects, Sample sample, Map<String, String> row)
      throws SQLException {
    List<String> sets = new ArrayList<>();
    if (on.updated().contains(on.by())) {
      sets.add(on.by() + " = " + literal(context.tenant()));
    }
    on.updated().stream()
        .filter(column -> !on.rows().keys().contains(column) && !column.equals(on.by()))
        .findFirst()
        .ifPresent(column -> sets.add(column + " = EXCLUDED." + column));
    for (String set : sets) {
      String sql =
          on.insertion(row)
              + " ON CONFLICT (%s) DO UPDATE SET %s"
                  .formatted(String.join(", ", on.rows().keys()), set);
      for (String returning : List.of("", " RETURNING " + TenantRows.keyText(on.rows().keys()))) {
        effects.attempt(
            new EffectProbe.Try(
                "INSERT ON CONFLICT DO UPDATE" + (returning.isEmpty() ? "" : " RETURNING"),
                EffectProbe.Does.CHANGES,
                sql + returning,
                sample.key()
                    + " of '"
                    + sample.tenant()
                    + "' by ON CONFLICT DO UPDATE SET "
                    + set));
      }
    }
  }
}
