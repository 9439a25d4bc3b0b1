package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is changed through a view of the rows that are there. */
record ViewWrites(
    ProbeContext on,
    TenantContext context,
    ViewDoorStatements statements,
    String words,
    String fix) {
  private static final int MERGE_SINCE = 17;

  void run() throws SQLException {
    Optional<Sample> like = on.rows().samples().stream().findFirst();
    if (like.isEmpty()) {
      return;
    }
    boolean merges = on.session().admin().getMetaData().getDatabaseMajorVersion() >= MERGE_SINCE;
    if (on.deletes()) {
      attempt(Does.DELETES, statements.deletion(), false);
      if (merges) {
        attempt(Does.DELETES, merge("true WHEN MATCHED THEN DELETE"), false);
      }
    }
    for (Map<String, String> set : sets(like.get())) {
      boolean moves = set.containsKey(on.by());
      String tenant = set.getOrDefault(on.by(), "");
      Does does = moves && !tenant.equals(literal(context.tenant())) ? Does.GIVES : Does.CHANGES;
      attempt(does, statements.update(set), false);
      if (merges) {
        attempt(
            does,
            merge("true WHEN MATCHED THEN UPDATE SET " + TableDoor.assigned(statements.shown(set))),
            false);
      }
    }
    if (!on.inserted().isEmpty()) {
      for (Sample sample : on.rows().samples()) {
        insert(sample, merges);
      }
    }
  }

  private String merge(String what) {
    return "MERGE INTO " + statements.view() + " USING (SELECT 1) s ON " + what;
  }

  private List<Map<String, String>> sets(Sample like) {
    List<Map<String, String>> sets = new ArrayList<>();
    on.updated().stream()
        .filter(column -> !on.rows().keys().contains(column) && !column.equals(on.by()))
        .findFirst()
        .ifPresent(
            column -> sets.add(Map.of(column, like.literals().getOrDefault(column, "NULL"))));
    if (on.updated().contains(on.by())) {
      on.claim().names().forEach(tenant -> sets.add(Map.of(on.by(), literal(tenant))));
    }
    return sets;
  }

  private void insert(Sample sample, boolean merges) throws SQLException {
    Map<String, String> row = on.withFreshKey(ProbeContext.values(sample, on.inserted()::contains));
    List<String> tenants = new ArrayList<>(on.claim().names());
    if (!on.inserted().contains(on.by())) {
      tenants = List.of("");
    }
    for (String tenant : tenants) {
      row.computeIfPresent(on.by(), (column, value) -> literal(tenant));
      if (!ProbeContext.owns(context, tenant)) {
        attempt(Does.INSERTS, statements.insertion(row), statements.asksFirst());
        if (merges) {
          Map<String, String> shown = statements.shown(row);
          attempt(
              Does.INSERTS,
              merge(
                  "false WHEN NOT MATCHED THEN INSERT (%s) OVERRIDING SYSTEM VALUE VALUES (%s)"
                      .formatted(
                          String.join(", ", shown.keySet()), String.join(", ", shown.values()))),
              statements.asksFirst());
        }
      } else if (!ProbeContext.owns(context, sample.tenant())) {
        overwrite(sample);
      }
    }
  }

  /** A row of its own under the key of another's. */
  private void overwrite(Sample sample) throws SQLException {
    Map<String, String> row =
        new LinkedHashMap<>(ProbeContext.values(sample, on.inserted()::contains));
    row.put(on.by(), literal(context.tenant()));
    ViewUpserts upserts = new ViewUpserts(on, statements);
    Optional<String> column =
        on.updated().stream().filter(one -> !on.rows().keys().contains(one)).findFirst();
    if (upserts.isPossible() && column.isPresent()) {
      attempt(Does.CHANGES, upserts.over(row, List.of(column.get())), false);
    }
  }

  private void attempt(Does does, String sql, boolean passed) throws SQLException {
    Answer answer = new RowsOfOthers(on, context).reachedBy(sql, passed);
    if (TenantRows.through(
        on.breaches(), "changes through views", answer, on.where(context) + " through " + words)) {
      on.breaches()
          .found(
              does.code,
              on.who() + " " + does.words + on.rows().relation().words() + " through " + words,
              does == Does.INSERTS ? "rejected" : "rejected, or silently 0 rows",
              "with " + context + ": by " + sql,
              fix);
    }
  }
}
