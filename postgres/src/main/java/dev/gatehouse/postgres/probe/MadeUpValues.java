package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.postgres.policy.TableColumn;
import dev.gatehouse.postgres.session.Queries;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of a column that stand for all it can hold, as literals the way the server prints them:
 * NULL, what policies compare it with, what lies beside that, and something else.
 *
 * <p>One thread at a time.
 */
final class MadeUpValues {
  private static final Pattern SCALE = Pattern.compile("numeric\\(\\d+,(\\d+)\\)");
  private static final String SOMETHING_ELSE = "gatehouse-else";

  /** A query has 1,664 columns at most. */
  private static final int MOST_AT_ONCE = 500;

  private final ProbeSession session;
  private final Map<String, Optional<String>> printed = new HashMap<>();

  MadeUpValues(ProbeSession session) {
    this.session = session;
  }

  /**
   * @param compared texts that the column is compared with, or might hold
   * @param folds whether texts that differ may be the same to who asks
   * @param pattern whether it is asked for more than equality
   */
  Set<String> of(TableColumn column, Set<String> compared, boolean folds, boolean pattern)
      throws SQLException {
    Set<String> expressions = new LinkedHashSet<>();
    if (column.isText()) {
      compared.forEach(value -> expressions.addAll(texts(value, folds, pattern)));
      expressions.addAll(List.of(literal(SOMETHING_ELSE), literal("")));
      if (pattern) {
        expressions.add(literal("%"));
      }
    } else if (column.category().equals("B")) {
      expressions.addAll(List.of("'f'", "'t'"));
    } else if (column.category().equals("E")) {
      column.labels().forEach(label -> expressions.add(literal(label)));
    } else if (column.isNumber()) {
      compared.forEach(value -> expressions.addAll(numbers(value, column)));
      expressions.addAll(List.of("'31987'", "'0'"));
    } else if (column.isTime()) {
      compared.forEach(value -> expressions.addAll(times(value, column)));
      expressions.addAll(
          List.of(
              "'-infinity'",
              "'infinity'",
              "pg_catalog.now() - interval '1 day'",
              "pg_catalog.now() + interval '1 day'",
              "'1987-06-05 04:03:02'"));
    } else if (column.isArray()) {
      expressions.addAll(arrays(compared));
    } else if (column.base().startsWith("json")) {
      expressions.addAll(objects(compared));
    } else {
      compared.forEach(value -> expressions.add(literal(value)));
      if (column.base().equals("uuid")) {
        expressions.add("'6a7e4005-e000-4000-8000-000000000000'");
      }
    }
    Set<String> values = new LinkedHashSet<>();
    for (Optional<String> value : printed(expressions, column.type())) {
      value.ifPresent(values::add);
    }
    if (column.nullable()) {
      values.add("NULL");
    }
    return values;
  }

  private static List<String> texts(String value, boolean folds, boolean pattern) {
    List<String> texts = new ArrayList<>(List.of(literal(value)));
    if (folds) {
      texts.add(literal(value.toLowerCase(Locale.ROOT)));
      texts.add(literal(value.toUpperCase(Locale.ROOT)));
    }
    if (pattern) {
      texts.add(literal(value.replace("%", "").replace('_', 'x')));
      texts.add(literal(value.replace("%", "x").replace('_', 'x') + "x"));
    }
    return texts;
  }

  private static List<String> numbers(String value, TableColumn column) {
    BigDecimal number;
    try {
      number = new BigDecimal(value.strip());
    } catch (NumberFormatException e) {
      return List.of();
    }
    List<BigDecimal> steps = new ArrayList<>(List.of(BigDecimal.ZERO, BigDecimal.ONE));
    if (column.base().equals("numeric")) {
      Matcher scale = SCALE.matcher(column.type());
      int digits = scale.matches() ? Integer.parseInt(scale.group(1)) : 9;
      steps.add(BigDecimal.ONE.movePointLeft(digits));
    } else if (column.base().startsWith("float")) {
      steps.add(BigDecimal.valueOf(Math.ulp(number.floatValue())));
    }
    List<String> numbers = new ArrayList<>();
    for (BigDecimal step : steps) {
      numbers.add(literal(number.add(step).toPlainString()));
      numbers.add(literal(number.subtract(step).toPlainString()));
    }
    return numbers;
  }

  private static List<String> times(String value, TableColumn column) {
    String time = literal(value) + "::" + column.type();
    String step = column.base().equals("date") ? "'1 day'" : "'1 microsecond'";
    return List.of(time, time + " + interval " + step, time + " - interval " + step);
  }

  private static Set<String> arrays(Set<String> compared) {
    Set<String> arrays = new LinkedHashSet<>(Set.of("'{}'"));
    for (String value : compared) {
      arrays.add(value.startsWith("{") ? literal(value) : "ARRAY[" + literal(value) + "]");
    }
    return arrays;
  }

  /** Each text as a key of each: which is which is not told. */
  private static Set<String> objects(Set<String> compared) {
    Set<String> objects = new LinkedHashSet<>(Set.of("'{}'"));
    List<String> some = compared.stream().limit(6).toList();
    for (String key : some) {
      objects.add("pg_catalog.jsonb_build_object(%s::text, true)".formatted(literal(key)));
      objects.add(literal(key));
      for (String value : some) {
        objects.add(
            "pg_catalog.jsonb_build_object(%s::text, %s::text)"
                .formatted(literal(key), literal(value)));
      }
    }
    return objects;
  }

  /** Of the column's type, as they are printed; none where that takes no such value. */
  private List<Optional<String>> printed(Set<String> expressions, String type) throws SQLException {
    List<String> all =
        expressions.stream()
            .map(
                expression ->
                    "pg_catalog.quote_nullable(((" + expression + ")::" + type + ")::text)")
            .toList();
    ask(all.stream().filter(one -> !printed.containsKey(one)).toList());
    return all.stream().map(one -> printed.getOrDefault(one, Optional.empty())).toList();
  }

  /** In one question as far as the type takes them all; else each half by itself. */
  private void ask(List<String> expressions) throws SQLException {
    if (expressions.isEmpty()) {
      return;
    }
    Optional<List<String>> told =
        expressions.size() > MOST_AT_ONCE
            ? Optional.empty()
            : told("SELECT " + String.join(", ", expressions));
    if (told.isPresent()) {
      for (int i = 0; i < expressions.size(); i++) {
        printed.put(expressions.get(i), Optional.of(told.get().get(i)));
      }
    } else if (expressions.size() == 1) {
      printed.put(expressions.get(0), Optional.empty());
    } else {
      int half = expressions.size() / 2;
      ask(expressions.subList(0, half));
      ask(expressions.subList(half, expressions.size()));
    }
  }

  private Optional<List<String>> told(String sql) throws SQLException {
    return session.takenBack(
        () -> {
          try {
            return Optional.of(Queries.one(session.admin(), sql).texts());
          } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("22")
                || String.valueOf(e.getSQLState()).startsWith("23")
                || String.valueOf(e.getSQLState()).startsWith("42")) {
              return Optional.<List<String>>empty();
            }
            throw e;
          }
        });
  }
}
