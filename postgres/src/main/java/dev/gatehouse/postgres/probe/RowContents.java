package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;
import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.policy.PrintedExpression;
import dev.gatehouse.postgres.policy.PrintedExpression.Kind;
import dev.gatehouse.postgres.policy.PrintedExpression.Piece;
import dev.gatehouse.postgres.policy.TableColumn;
import dev.gatehouse.postgres.probe.TablePolicies.Policy;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All contents of a row that policies can tell apart, as far as they can be made up, asked of the
 * policies' conditions with the settings of the context. Nothing is written for it.
 *
 * @param running as whom the conditions are asked
 * @param values literals of each column
 */
record RowContents(
    ProbeContext on,
    String running,
    TenantContext context,
    TablePolicies policies,
    Map<String, Set<String>> values) {
  private static final int MOST = 10_000;

  /**
   * One content.
   *
   * @param literals by the column's name
   * @param by names of the permissive policies that let it pass
   */
  record Content(Map<String, String> literals, String by) {}

  long count() {
    long count = 1;
    for (Set<String> of : values.values()) {
      count = Math.min(Integer.MAX_VALUE, count * Math.max(1, of.size()));
    }
    return count;
  }

  boolean isTooMuch() {
    return count() > MOST;
  }

  /** As many as can be asked of all at once. */
  RowContents fewer() {
    Map<String, Set<String>> fewer = new LinkedHashMap<>(values);
    RowContents some = this;
    while (some.isTooMuch()) {
      String longest = "";
      for (String column : fewer.keySet()) {
        if (longest.isEmpty() || size(fewer, column) > size(fewer, longest)) {
          longest = column;
        }
      }
      List<String> kept = new ArrayList<>(fewer.getOrDefault(longest, Set.of()));
      // NULL stands last.
      kept.remove(Math.max(0, kept.size() - 2));
      fewer.put(longest, new LinkedHashSet<>(kept));
      some = with(new LinkedHashMap<>(fewer));
    }
    return some;
  }

  private static int size(Map<String, Set<String>> of, String column) {
    return of.getOrDefault(column, Set.of()).size();
  }

  private RowContents with(Map<String, Set<String>> others) {
    return new RowContents(on, running, context, policies, others);
  }

  /** Columns that only conditions read that are no longer asked stand at one value. */
  RowContents cutTo(Set<String> unknown) {
    Set<String> needed = new LinkedHashSet<>(Set.of(on.rows().by()));
    policies
        .atoms()
        .forEach(
            (text, shape) -> {
              if (!unknown.contains(text)) {
                needed.addAll(shape.atom().columns());
              }
            });
    Map<String, Set<String>> fewer = new LinkedHashMap<>();
    boolean shared = !on.claim().shared().isEmpty();
    values.forEach(
        (column, literals) ->
            fewer.put(
                column,
                needed.contains(column) || shared ? literals : Set.of(literals.iterator().next())));
    return with(fewer);
  }

  /** Whether there is any, of each of these conditions in turn. */
  List<Boolean> exist(List<String> conditions, Set<String> unknown) throws SQLException {
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      asked.add("coalesce(bool_or(%s), false) AS any%d".formatted(conditions.get(i), i));
    }
    Row row =
        asked("SELECT " + String.join(", ", asked) + " FROM (" + contents(unknown) + ") e").get(0);
    List<Boolean> exist = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      exist.add(row.isTrue("any" + i));
    }
    return exist;
  }

  /** Some of them, those first that are nearest to rows that are there. */
  List<Content> some(String condition, String command, String prefix, int most)
      throws SQLException {
    String novel =
        values.keySet().stream()
            .map(column -> "(l%d <> ALL (%s))::int".formatted(at(column), there(column)))
            .collect(Collectors.joining(" + "));
    List<Policy> all = policies.policies();
    List<String> by = new ArrayList<>(List.of("NULL"));
    for (int i = 0; i < all.size(); i++) {
      boolean named = !all.get(i).name().isEmpty();
      if (named && all.get(i).permissive() && all.get(i).isFor(command)) {
        by.add("CASE WHEN " + prefix + i + " THEN " + literal(quoted(all.get(i).name())) + " END");
      }
    }
    List<Content> some = new ArrayList<>();
    for (Row row :
        asked(
            "SELECT *, concat_ws(', ', %s) AS gatehouse_by FROM (%s) e WHERE %s ORDER BY %s LIMIT %d"
                .formatted(String.join(", ", by), contents(Set.of()), condition, novel, most))) {
      Map<String, String> literals = new LinkedHashMap<>();
      values.keySet().forEach(column -> literals.put(column, row.text("l" + at(column))));
      some.add(new Content(literals, row.text("gatehouse_by")));
    }
    return some;
  }

  int at(String column) {
    return List.copyOf(values.keySet()).indexOf(column);
  }

  private String there(String column) {
    return on.rows().samples().stream()
        .map(sample -> literal(sample.literals().getOrDefault(quoted(column), "NULL")))
        .distinct()
        .collect(Collectors.joining(", ", "ARRAY[", "]::text[]"));
  }

  /** Every content with what each condition says of it. */
  private String contents(Set<String> unknown) {
    List<String> from = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> told = new ArrayList<>();
    values.forEach(
        (column, literals) -> {
          int i = at(column);
          String type = policies.column(column).map(TableColumn::type).orElse("text");
          from.add(
              literals.stream()
                  .map(one -> "(" + one + "::" + type + ")")
                  .collect(Collectors.joining(", ", "(VALUES ", ") gatehouse" + i + " (v)")));
          names.add("gatehouse" + i + ".v AS " + quoted(column));
          told.add("quote_nullable(" + quoted(column) + "::text) AS l" + i);
        });
    List<Policy> all = policies.policies();
    for (int i = 0; i < all.size(); i++) {
      told.add("(" + escaped(all.get(i).using().without(unknown)) + ") IS TRUE AS u" + i);
      told.add("(" + escaped(all.get(i).checked().without(unknown)) + ") IS TRUE AS w" + i);
    }
    told.add(on.by() + "::text IS NOT DISTINCT FROM " + literal(context.own()) + " AS own");
    String shared = on.claim().shared();
    told.add((shared.isEmpty() ? "false" : "(" + shared + ") IS TRUE") + " AS shared");
    String checks =
        policies.checks().stream()
            .map(check -> "(" + escaped(check.without(unknown)) + ") IS NOT FALSE")
            .collect(Collectors.joining(" AND "));
    return "SELECT "
        + String.join(", ", told)
        + " FROM (SELECT "
        + String.join(", ", names)
        + " FROM "
        + String.join(" CROSS JOIN ", from)
        + ") AS "
        + quoted(policies.table())
        + (checks.isEmpty() ? "" : " WHERE " + checks);
  }

  /** As the role, under its settings, which is who policies are asked as. */
  private List<Row> asked(String sql) throws SQLException {
    List<Row> rows = new ArrayList<>();
    SQLException[] failed = new SQLException[1];
    on.session()
        .asOwner(
            running,
            context.settings(),
            () -> {
              try {
                rows.addAll(Queries.rows(on.session().admin(), sql, Function.identity()));
              } catch (SQLException e) {
                failed[0] = e;
              }
              return new Answer.NoRows();
            });
    if (failed[0] != null) {
      throw failed[0];
    }
    return rows;
  }

  /** A question mark of an operator is no place of the driver's. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text);
    List<Integer> marks = new ArrayList<>();
    marks(PrintedExpression.of(text).pieces(), marks);
    for (int i = marks.size() - 1; i >= 0; i--) {
      escaped.insert(marks.get(i).intValue(), '?');
    }
    return escaped.toString();
  }

  private static void marks(List<Piece> pieces, List<Integer> into) {
    for (Piece piece : pieces) {
      for (int i = 0; piece.kind() == Kind.SIGN && i < piece.text().length(); i++) {
        if (piece.text().charAt(i) == '?') {
          into.add(piece.start() + i);
        }
      }
      marks(piece.inner(), into);
    }
  }
}
