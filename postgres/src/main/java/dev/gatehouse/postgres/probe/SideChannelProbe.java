package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.policy.SyntheticRow;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tells that there are rows of others without showing any: remarks, and no findings. */
final class SideChannelProbe {

  /** A name of JSON's, in no language of the server's. */
  private static final Pattern REMOVED = Pattern.compile("\"Rows Removed by Filter\": ([0-9]+)");

  private static final String KEYS =
      """
      SELECT c.conname, r.oid, quote_ident(n.nspname) || '.' || quote_ident(r.relname) AS child,
        a.attname AS referring, p.attname AS referred
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
      CROSS JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY k (child, parent, nth)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child
      JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = k.parent
      WHERE c.contype = 'f' AND c.confrelid = ?::oid AND c.conparentid = 0
        AND has_schema_privilege(?::text, n.oid, 'USAGE')
        AND NOT EXISTS (SELECT FROM unnest(c.conkey) u (col) WHERE NOT has_column_privilege(?::text, r.oid, u.col, 'INSERT'))
      ORDER BY c.oid, k.nth\
      """;

  private static final String COLUMNS =
      """
      SELECT attname, NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid
          AND i.indisunique AND a.attnum = ANY (i.indkey)) AS repeatable, atthasdef OR attidentity <> '' AS given
      FROM pg_attribute a WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND has_column_privilege(?::text, attrelid, attnum, 'INSERT') ORDER BY attnum\
      """;

  /**
   * @param columns of the child by turns with those they refer to, quoted
   */
  private record Key(String name, String oid, String child, Map<String, String> columns) {}

  /**
   * @param repeatable in no unique index
   * @param given a value by the server, when a statement gives none
   */
  private record Column(String name, boolean repeatable, boolean given) {
    static Column of(Row row) {
      return new Column(
          SqlNames.quoted(row.text("attname")), row.isTrue("repeatable"), row.isTrue("given"));
    }
  }

  private final ProbeContext on;
  private final TenantContext context;

  private SideChannelProbe(ProbeContext on, TenantContext context) {
    this.on = on;
    this.context = context;
  }

  static void in(ProbeContext on, TenantContext context) throws SQLException {
    SideChannelProbe probe = new SideChannelProbe(on, context);
    probe.explain();
    if (!context.tenant().isEmpty()) {
      for (Key key : probe.keys().values()) {
        probe.reference(key);
      }
    }
  }

  private void explain() throws SQLException {
    StringBuilder plan = new StringBuilder();
    on.as(
        context,
        () -> {
          Queries.column(
                  on.session().admin(),
                  "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) SELECT 1 FROM "
                      + on.name())
              .forEach(plan::append);
          return new Answer.NoRows();
        });
    Matcher removed = REMOVED.matcher(plan);
    while (removed.find()) {
      if (!removed.group(1).equals("0")) {
        on.breaches()
            .remark(
                on.who()
                    + " learns from EXPLAIN ANALYZE how many rows of others are in "
                    + on.rows().relation().words());
      }
    }
  }

  private Map<String, Key> keys() throws SQLException {
    Map<String, Key> keys = new LinkedHashMap<>();
    String role = on.who().role();
    for (Row row :
        Queries.rows(
            on.session().admin(),
            KEYS,
            Function.identity(),
            on.rows().relation().oid(),
            role,
            role)) {
      String name = row.text("conname");
      String oid = row.text("oid");
      keys.computeIfAbsent(
              oid + "/" + name, key -> new Key(name, oid, row.text("child"), new LinkedHashMap<>()))
          .columns()
          .put(SqlNames.quoted(row.text("referring")), SqlNames.quoted(row.text("referred")));
    }
    return keys;
  }

  /** A row of its own that refers to one of others: the server looks for that one as its owner. */
  private void reference(Key key) throws SQLException {
    Optional<Sample> others =
        on.rows().samples().stream()
            .filter(row -> !ProbeContext.owns(context, row.tenant()))
            .findFirst();
    if (others.isEmpty()) {
      return;
    }
    Map<String, String> row = row(key, others.get());
    String sql =
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(
                key.child(), String.join(", ", row.keySet()), String.join(", ", row.values()));
    String[] state = {""};
    Answer answer =
        on.as(
            context,
            () -> {
              try {
                Queries.run(on.session().admin(), "SET CONSTRAINTS ALL IMMEDIATE");
                return ActingRole.execute(on.session(), sql);
              } catch (SQLException e) {
                state[0] = SqlStates.of(e);
                throw e;
              }
            });
    String which = "foreign key " + key.name() + " of " + key.child();
    if (answer instanceof Answer.Allowed) {
      on.breaches()
          .remark(
              on.who()
                  + " learns from "
                  + which
                  + " which rows others have, and may refer to them");
    } else if (answer instanceof Answer.Unclear && !state[0].equals("23503")) {
      on.breaches().remark(which + " was not tried as " + on.who() + ": SQLSTATE " + state[0]);
    }
  }

  /** Like a row that is there, of the tenant, under a key of its own. */
  private Map<String, String> row(Key key, Sample others) throws SQLException {
    Map<String, String> row = new LinkedHashMap<>();
    for (Column column :
        Queries.rows(on.session().admin(), COLUMNS, Column::of, key.oid(), on.who().role())) {
      String name = column.name();
      String referred = key.columns().get(name);
      if (referred != null) {
        row.put(name, others.literals().getOrDefault(referred, "NULL"));
      } else if (name.equals(on.by())) {
        row.put(name, SqlNames.literal(context.tenant()));
      } else if (column.repeatable()) {
        Queries.column(
                on.session().admin(),
                "SELECT quote_nullable(" + name + "::text) FROM " + key.child() + " LIMIT 1")
            .forEach(value -> row.put(name, value));
      } else if (!column.given()) {
        SyntheticRow.value(on.session().admin(), key.oid(), key.child(), name)
            .ifPresent(value -> row.put(name, value));
      }
    }
    return row;
  }
}
