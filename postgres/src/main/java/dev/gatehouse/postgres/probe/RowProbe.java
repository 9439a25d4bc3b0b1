package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.probe.ProbeContext.owns;
import static dev.gatehouse.postgres.probe.ProbeContext.values;
import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One row that is there, updated and deleted.
 *
 * <p>By WHERE CURRENT OF a cursor that the account of the target has placed on it: the statement
 * then reads no column, so that policies for SELECT stay out of it, and it can do no more than a
 * statement without any WHERE, which is what it stands for.
 */
final class RowProbe {
  private final ProbeContext on;
  private final IsolationReport breaches;
  private final TenantRows rows;

  RowProbe(ProbeContext on) {
    this.on = on;
    this.breaches = on.breaches();
    this.rows = on.rows();
  }

  void in(TenantContext context, Sample row) throws SQLException {
    on.session()
        .<Boolean>takenBack(
            () -> {
              Queries.run(
                  on.session().admin(),
                  "DECLARE gatehouse_row NO SCROLL CURSOR FOR SELECT 1 FROM %s WHERE %s = %s; FETCH gatehouse_row"
                      .formatted(on.name(), TenantRows.keyText(rows.keys()), literal(row.key())));
              boolean own = owns(context, row.tenant());
              String deletion = "DELETE FROM " + on.name();
              if (on.deletes() && !own) {
                attempt(context, row, deletion, Does.DELETES);
              }
              if (on.deletes() && own) {
                control(context, deletion);
              }
              if (!on.updated().isEmpty()) {
                update(context, row, own);
              }
              return true;
            });
  }

  private void update(TenantContext context, Sample row, boolean own) throws SQLException {
    if (own) {
      control(context, update(values(row, on.updated()::contains)));
    }
    for (Map<String, String> values : own ? gifts(context) : changes(context, row)) {
      if (!values.isEmpty()) {
        attempt(context, row, update(values), own ? Does.GIVES : Does.CHANGES);
      }
    }
  }

  private boolean assignable(String column) {
    return on.updated().contains(column) && !rows.keys().contains(column);
  }

  /** Of a row of others: each column as it is, what other rows have, and taken over. */
  private Set<Map<String, String>> changes(TenantContext context, Sample row) {
    Set<Map<String, String>> tried = new LinkedHashSet<>();
    for (String column : on.updated()) {
      tried.add(values(row, column::equals));
    }
    Predicate<String> assignable = this::assignable;
    boolean taken = on.updated().contains(on.by()) && !context.tenant().isEmpty();
    for (Sample like : rows.samples()) {
      tried.add(values(like, assignable));
      if (taken) {
        Map<String, String> own = values(row, assignable);
        own.put(on.by(), literal(context.tenant()));
        tried.add(own);
        tried.add(Map.of(on.by(), literal(context.tenant())));
      }
    }
    return tried;
  }

  /** Of a row of its own, with its other values or those of the other's rows. */
  private Set<Map<String, String>> gifts(TenantContext context) {
    Set<Map<String, String>> tried = new LinkedHashSet<>();
    for (Sample like : rows.samples()) {
      if (on.updated().contains(on.by()) && !owns(context, like.tenant())) {
        Map<String, String> gift = values(like, this::assignable);
        gift.put(on.by(), like.literals().getOrDefault(on.by(), "NULL"));
        tried.add(gift);
        tried.add(Map.of(on.by(), like.literals().getOrDefault(on.by(), "NULL")));
      }
    }
    return tried;
  }

  private String update(Map<String, String> values) {
    return values.entrySet().stream()
        .map(one -> one.getKey() + " = " + one.getValue())
        .collect(Collectors.joining(", ", "UPDATE " + on.name() + " SET ", ""));
  }

  /** What it should be able to do: not being able to do anything would look like separation. */
  private void control(TenantContext context, String sql) throws SQLException {
    Answer answer = on.execute(context, sql + " WHERE CURRENT OF gatehouse_row");
    if (!on.through(context, sql.substring(0, 6) + " of its own", answer)) {
      breaches.remark(
          on.who()
              + " cannot "
              + sql.substring(0, 6)
              + " all of its own rows in "
              + rows.relation().words());
    }
  }

  private void attempt(TenantContext context, Sample row, String sql, Does does)
      throws SQLException {
    Answer answer = on.execute(context, sql + " WHERE CURRENT OF gatehouse_row");
    String way = does == Does.GIVES ? "UPDATE that gives away" : does.command + " of others";
    if (on.through(context, way + ", row by row", answer)) {
      breaches.found(
          does.code,
          on.who() + " " + does.words + rows.relation().words(),
          "rejected, or silently 0 rows",
          "with " + context + ": " + row.key() + " of '" + row.tenant() + "' by " + sql,
          on.fix(does.command));
    }
  }
}
