package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.EffectProbe.Try;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * Statements as an application sends them: on all rows, on those of others by a WHERE, with
 * RETURNING and without, by MERGE and by COPY. With a column read, policies for SELECT apply as
 * well; without, they do not.
 */
final class StatementProbe {
  private static final int MERGE_SINCE = 15;

  private final ProbeContext on;
  private final TenantContext context;
  private final EffectProbe effects;
  private final String others;
  private final boolean merges;

  StatementProbe(ProbeContext on, TenantContext context, EffectProbe effects) throws SQLException {
    this.on = on;
    this.context = context;
    this.effects = effects;
    this.others =
        context.tenant().isEmpty()
            ? on.by() + " IS NOT NULL"
            : on.by() + " <> " + literal(context.tenant());
    this.merges = on.session().admin().getMetaData().getDatabaseMajorVersion() >= MERGE_SINCE;
  }

  void run() throws SQLException {
    Optional<Sample> like = on.rows().samples().stream().findFirst();
    if (like.isEmpty()) {
      return;
    }
    if (!on.updated().isEmpty()) {
      update(like.get());
    }
    if (on.updated().contains(on.by())) {
      move();
    }
    if (on.deletes()) {
      each("DELETE", Does.DELETES, "DELETE FROM " + on.name());
      merge("MERGE DELETE", Does.DELETES, "MATCHED THEN DELETE");
    }
    if (on.inserted().contains(on.by())) {
      insert(like.get());
    }
  }

  /** What no unique key or other row is in the way of, when all rows get it. */
  private void update(Sample like) throws SQLException {
    Optional<String> column =
        on.updated().stream()
            .filter(one -> !on.rows().keys().contains(one) && !one.equals(on.by()))
            .findFirst();
    if (column.isPresent()) {
      String set = column.get() + " = " + like.literals().getOrDefault(column.get(), "NULL");
      each("UPDATE", Does.CHANGES, "UPDATE " + on.name() + " SET " + set);
      merge("MERGE UPDATE", Does.CHANGES, "MATCHED THEN UPDATE SET " + set);
    }
  }

  private void move() throws SQLException {
    for (String tenant : on.claim().names()) {
      boolean own = ProbeContext.owns(context, tenant);
      Does does = own ? Does.CHANGES : Does.GIVES;
      String set = "UPDATE " + on.name() + " SET " + on.by() + " = " + literal(tenant);
      each(own ? "UPDATE that takes over" : "UPDATE that gives away", does, set);
    }
  }

  /** On all rows and on those of others, with RETURNING and without. */
  private void each(String way, Does does, String sql) throws SQLException {
    String returning = " RETURNING " + TenantRows.keyText(on.rows().keys());
    effects.attempt(Try.of(way + " without WHERE", does, sql));
    effects.attempt(Try.of(way + " without WHERE, RETURNING", does, sql + returning));
    effects.attempt(Try.of(way + " WHERE", does, sql + " WHERE " + others));
    effects.attempt(Try.of(way + " WHERE, RETURNING", does, sql + " WHERE " + others + returning));
  }

  private void merge(String way, Does does, String when) throws SQLException {
    if (merges) {
      String sql = "MERGE INTO " + on.name() + " USING (SELECT 1) s ON ";
      effects.attempt(Try.of(way, does, sql + "true WHEN " + when));
      effects.attempt(Try.of(way + " WHERE", does, sql + others + " WHEN " + when));
    }
  }

  private void insert(Sample like) throws SQLException {
    Map<String, String> row = on.withFreshKey(ProbeContext.values(like, on.inserted()::contains));
    String returning = " RETURNING " + TenantRows.keyText(on.rows().keys());
    for (String tenant : on.claim().names()) {
      row.put(on.by(), literal(tenant));
      String sql = on.insertion(row) + returning;
      if (ProbeContext.owns(context, tenant)) {
        on.through(context, "INSERT of its own, RETURNING", on.execute(context, sql));
      } else {
        effects.attempt(Try.of("INSERT of others, RETURNING", Does.INSERTS, sql));
        if (merges) {
          effects.attempt(Try.of("MERGE INSERT of others", Does.INSERTS, merged(row)));
        }
        new CopyProbe(on).in(effects, row);
      }
    }
  }

  private String merged(Map<String, String> row) {
    return "MERGE INTO %s USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT (%s) OVERRIDING SYSTEM VALUE VALUES (%s)"
        .formatted(on.name(), String.join(", ", row.keySet()), String.join(", ", row.values()));
  }
}
