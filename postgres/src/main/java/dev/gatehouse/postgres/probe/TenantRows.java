package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of one relation, as who sees all of them.
 *
 * @param keys quoted columns of the table's primary key
 * @param by the tenants' column, as it is
 * @param owners tenant of each key; shared rows are in {@code shared} too
 * @param samples rows that stand for all that policies can tell apart
 */
record TenantRows(
    Relation relation,
    List<String> keys,
    String by,
    Map<String, String> owners,
    Set<String> shared,
    List<Sample> samples) {

  /**
   * @param key as it is printed
   * @param literals value of each column that can be given one, by its quoted name
   */
  record Sample(String key, String tenant, Map<String, String> literals) {}

  static String keyText(List<String> keys) {
    return "ROW(" + String.join(", ", keys) + ")::pg_catalog.text";
  }

  static TenantRows of(
      Connection admin, Relation relation, List<String> keys, String by, TenantIsolation claim)
      throws SQLException {
    String tenant = SqlNames.quoted(by) + "::pg_catalog.text";
    String everybodys = claim.shared().isEmpty() ? "false" : "(" + claim.shared() + ")";
    Map<String, String> owners = new LinkedHashMap<>();
    Set<String> shared = new TreeSet<>();
    for (Row row :
        Queries.rows(
            admin,
            "SELECT %s AS key, %s AS tenant, %s AS shared FROM %s"
                .formatted(keyText(keys), tenant, everybodys, relation.quoted()),
            Function.identity())) {
      owners.put(row.text("key"), row.text("tenant"));
      if (row.isTrue("shared")) {
        shared.add(row.text("key"));
      }
    }
    return new TenantRows(
        relation, keys, by, owners, shared, samples(admin, relation, keys, tenant, claim.names()));
  }

  /** One row for each combination of what policies look at. */
  private static List<Sample> samples(
      Connection admin, Relation relation, List<String> keys, String tenant, List<String> tenants)
      throws SQLException {
    List<String> columns = relation.columns(admin);
    Set<String> distinct = new TreeSet<>(Set.of(tenant));
    Queries.column(
            admin,
            "SELECT DISTINCT a.attname FROM pg_depend d JOIN pg_policy p ON p.oid = d.objid"
                + " JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
                + " WHERE d.classid = 'pg_policy'::regclass AND p.polrelid = d.refobjid"
                + " AND d.refobjid = ?::oid AND a.attnum > 0",
            relation.oid())
        .forEach(column -> distinct.add(SqlNames.quoted(column) + "::pg_catalog.text"));
    String by = String.join(", ", distinct);
    List<Sample> samples = new ArrayList<>();
    for (Row row :
        Queries.rows(
            admin,
            "SELECT * FROM (SELECT DISTINCT ON (%s) %s AS key, %s AS tenant, %s FROM %s) s"
                    .formatted(
                        by,
                        keyText(keys),
                        tenant,
                        IntStream.range(0, columns.size())
                            .mapToObj(
                                i ->
                                    "quote_nullable(%s::pg_catalog.text) AS value%d"
                                        .formatted(columns.get(i), i))
                            .collect(Collectors.joining(", ")),
                        relation.quoted())
                + " ORDER BY row_number() OVER (PARTITION BY tenant), tenant <> ALL (?::text[]),"
                + " tenant LIMIT "
                + TenantIsolation.SAMPLES,
            Function.identity(),
            admin.createArrayOf("text", tenants.toArray()))) {
      Map<String, String> literals = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        literals.put(columns.get(i), row.text("value" + i));
      }
      samples.add(new Sample(row.text("key"), row.text("tenant"), literals));
    }
    return samples;
  }

  /** What this tenant may see: its own and what is everybody's. */
  Set<String> seenBy(String tenant) {
    Set<String> seen = new TreeSet<>(shared);
    owners.forEach(
        (key, owner) -> {
          if (!tenant.isEmpty() && owner.equals(tenant)) {
            seen.add(key);
          }
        });
    return seen;
  }

  /** The primary key of the table itself; its children have the same columns. */
  static List<String> keysOf(Connection admin, Relation table) throws SQLException {
    List<String> keys =
        Queries.column(
                admin,
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
                    + " AND a.attnum = ANY (i.indkey) WHERE i.indrelid = ?::oid AND i.indisprimary"
                    + " ORDER BY array_position(i.indkey::int2[], a.attnum)",
                table.oid())
            .stream()
            .map(SqlNames::quoted)
            .toList();
    if (keys.isEmpty()) {
      throw new Refusal(
          Finding.of("rowsecurity.no-key", table.words() + " has no primary key")
              .withExpected("a key to tell rows apart by")
              .withFound("none")
              .withFix("ALTER TABLE " + table.quoted() + " ADD PRIMARY KEY (...)"));
    }
    return keys;
  }

  /** The column in which each tenant occurs. */
  static String columnOf(Connection admin, Relation table, TenantIsolation claim)
      throws SQLException {
    List<String> candidates = new ArrayList<>();
    List<String> columns =
        claim.column().isEmpty() ? table.columns(admin) : List.of(SqlNames.quoted(claim.column()));
    for (String column : columns) {
      String count =
          Queries.pinned(
              admin,
              "SELECT count(DISTINCT %s::text) FROM %s WHERE %s::text = ANY (?::text[])"
                  .formatted(column, table.quoted(), column),
              admin.createArrayOf("text", claim.names().toArray()));
      if (Integer.parseInt(count) == claim.names().size()) {
        candidates.add(column);
      }
    }
    if (candidates.size() != 1) {
      throw new Refusal(
          Finding.of(
                  "rowsecurity.tenants", "whose the rows of " + table.words() + " are is not told")
              .withExpected("one column with rows of each of " + claim.names())
              .withFound(candidates.isEmpty() ? "none among " + columns : candidates.toString())
              .withFix(
                  candidates.isEmpty()
                      ? "name two tenants that have rows: with fewer, a policy that lets all pass"
                          + " looks right"
                      : "say on(\"" + claim.table() + "\").by(\"...\")"));
    }
    String quoted = candidates.get(0);
    return quoted.substring(1, quoted.length() - 1).replace("\"\"", "\"");
  }

  /** An answer that is no answer is told once. */
  static boolean through(IsolationReport breaches, String way, Answer answer, String where) {
    if (answer instanceof Answer.Unclear unclear) {
      breaches.unclear(where + ", " + way + ": " + unclear.why());
    }
    breaches.counted(
        way,
        answer instanceof Answer.Allowed
            ? "allowed"
            : answer instanceof Answer.NoRows
                ? "silently 0 rows"
                : answer instanceof Answer.Rejected ? "rejected" : "unclear");
    return answer instanceof Answer.Allowed;
  }
}
