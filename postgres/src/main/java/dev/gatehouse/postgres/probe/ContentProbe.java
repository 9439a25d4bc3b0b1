package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;
import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.RowContents.Content;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rows that are not there yet: what policies would let pass by a value that no row holds today. The
 * policies' conditions are asked of made-up contents first; a content that crosses over from one
 * tenant to another is then written and tried, as {@link MadeUpRow} does.
 *
 * <p>What values cannot be made up for is taken to say what lets most rows pass: where tenants stay
 * apart even then, it need not be known.
 */
final class ContentProbe {
  private static final int MOST_CONTENTS = 10_000;
  private static final int TRIES = 8;
  private static final int MOST_OF_A_COLUMN = 6;

  private final ProbeContext on;
  private final TablePolicies policies;
  private final MadeUpValues values;
  private final Map<String, Set<String>> there;
  private final boolean reads;

  private ContentProbe(
      ProbeContext on,
      TablePolicies policies,
      MadeUpValues values,
      Map<String, Set<String>> there,
      boolean reads) {
    this.on = on;
    this.policies = policies;
    this.values = values;
    this.there = there;
    this.reads = reads;
  }

  /** None where no policy is asked, because all rows can be tried as they are. */
  static Optional<ContentProbe> of(ProbeContext on, MadeUpValues values) throws SQLException {
    String oid = on.rows().relation().oid();
    boolean reads =
        Queries.isTrue(
            on.session().admin(),
            "SELECT has_any_column_privilege(?::text, ?::oid, 'SELECT')",
            on.who().role(),
            oid);
    boolean any = reads || on.deletes() || !on.inserted().isEmpty() || !on.updated().isEmpty();
    if (!any || !TablePolicies.areAsked(on.session().admin(), on.who().role(), oid)) {
      return Optional.empty();
    }
    TablePolicies policies = TablePolicies.of(on);
    policies
        .unreadable()
        .forEach(
            name ->
                on.breaches()
                    .unclear(
                        "policy %s of %s could not be read"
                            .formatted(quoted(name), on.rows().relation().words())));
    Map<String, Set<String>> there = new LinkedHashMap<>();
    for (String column : policies.read()) {
      there.put(
          column,
          new LinkedHashSet<>(
              Queries.column(
                  on.session().admin(),
                  "SELECT %s::text FROM %s WHERE %s IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %d"
                      .formatted(quoted(column), on.name(), quoted(column), MOST_OF_A_COLUMN))));
    }
    there.computeIfPresent(
        on.rows().by(),
        (by, some) -> {
          Set<String> all = new LinkedHashSet<>(on.claim().names());
          some.stream().limit(1).forEach(all::add);
          return all;
        });
    return Optional.of(new ContentProbe(on, policies, values, there, reads));
  }

  void in(TenantContext context) throws SQLException {
    RowContents contents = contents(context);
    boolean bounded = contents.count() > MOST_CONTENTS;
    if (bounded) {
      contents = fewer(contents);
    }
    Set<String> found = new TreeSet<>();
    Set<String> unknown = unknown(bounded);
    try {
      try {
        tried(contents, found);
      } catch (SQLException e) {
        if (unknown.isEmpty()) {
          throw e;
        }
      }
      if (!unknown.isEmpty() && mayCross(contents, unknown, found)) {
        tell(unknown);
      }
    } catch (SQLException e) {
      if (!closed(context)) {
        on.breaches()
            .unclear(
                on.where(context)
                    + ": its policies could not be asked of rows that are made up: "
                    + e.getMessage());
      }
    }
  }

  /** Rows that are there meet the same error, so that nothing at all is reached. */
  private boolean closed(TenantContext context) throws SQLException {
    boolean[] error = new boolean[1];
    on.session()
        .as(
            on.who().role(),
            context.settings(),
            () -> {
              try {
                Queries.run(on.session().admin(), "SELECT 1 FROM " + on.name());
              } catch (SQLException e) {
                error[0] = context.closedBy(e);
              }
              return new Answer.NoRows();
            });
    return error[0];
  }

  /** What each column is tried at, from what the conditions compare it with in this context. */
  private RowContents contents(TenantContext context) throws SQLException {
    Map<String, Set<String>> compared = compared(context);
    Map<String, Set<String>> made = new LinkedHashMap<>();
    for (String column : policies.read()) {
      boolean folds = false;
      boolean pattern = false;
      for (AtomShape shape : policies.atoms().values()) {
        if (shape.atom().columns().contains(column)) {
          folds |= shape.folds();
          pattern |= shape.pattern() || !shape.known();
        }
      }
      Optional<TableColumn> kind = policies.column(column);
      if (kind.isPresent()) {
        Set<String> with = compared.getOrDefault(column, Set.of());
        made.put(column, values.of(kind.get(), with, folds, pattern));
      }
    }
    made.values().removeIf(Set::isEmpty);
    return new RowContents(on, context, policies, made);
  }

  private Map<String, Set<String>> compared(TenantContext context) throws SQLException {
    SessionValues asked = new SessionValues(on, context);
    Map<String, Set<String>> compared = new LinkedHashMap<>();
    for (String column : policies.read()) {
      compared.put(column, new LinkedHashSet<>(there.getOrDefault(column, Set.of())));
    }
    if (!context.own().isEmpty()) {
      compared.getOrDefault(on.rows().by(), new LinkedHashSet<>()).add(context.own());
    }
    for (AtomShape shape : policies.atoms().values()) {
      for (String column : shape.atom().columns()) {
        Set<String> with = compared.getOrDefault(column, new LinkedHashSet<>());
        with.addAll(shape.atom().constants());
        with.addAll(asked.of(shape));
      }
    }
    // Columns that are compared with each other can hold each other's values, and so on.
    for (int i = 0; i < policies.read().size(); i++) {
      for (AtomShape shape : policies.atoms().values()) {
        Set<String> all = new LinkedHashSet<>();
        for (String column : shape.atom().columns()) {
          all.addAll(compared.getOrDefault(column, Set.of()));
        }
        for (String column : shape.atom().columns()) {
          compared.getOrDefault(column, new LinkedHashSet<>()).addAll(all);
        }
      }
    }
    return compared;
  }

  private static RowContents fewer(RowContents all) {
    Map<String, Set<String>> fewer = new LinkedHashMap<>(all.values());
    RowContents some = all;
    while (some.count() > MOST_CONTENTS) {
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
      some = new RowContents(all.on(), all.context(), all.policies(), new LinkedHashMap<>(fewer));
    }
    return some;
  }

  private static int size(Map<String, Set<String>> of, String column) {
    return of.getOrDefault(column, Set.of()).size();
  }

  private String others(String command, String prefix) {
    return "NOT own AND (" + policies.passes(command, prefix) + ")";
  }

  private String own(String command, String prefix) {
    return "own AND (" + policies.passes(command, prefix) + ")";
  }

  /** Whether there is anything to try, in one question for all ways. */
  private List<Boolean> crossing(RowContents contents, Set<String> unknown) throws SQLException {
    boolean updates = !on.updated().isEmpty();
    return contents.exist(
        List.of(
            reads ? others("r", "u") + " AND NOT shared" : "false",
            on.deletes() ? others("d", "u") : "false",
            on.inserted().isEmpty() ? "false" : others("a", "w") + withDefaults(contents),
            updates ? others("w", "u") : "false",
            updates ? policies.passes("w", "w") : "false",
            updates ? own("w", "u") : "false",
            updates ? others("w", "w") : "false"),
        unknown);
  }

  /** What a role cannot name when it inserts is at its default. */
  private String withDefaults(RowContents contents) {
    StringBuilder defaults = new StringBuilder();
    for (String column : contents.values().keySet()) {
      TableColumn kind = policies.column(column).orElseThrow();
      if (!on.inserted().contains(quoted(column))
          && kind.generated().isEmpty()
          && !kind.assigned().contains("nextval")) {
        String value = kind.assigned().isEmpty() ? "NULL" : "(" + kind.assigned() + ")";
        defaults.append(
            " AND l%d = quote_nullable((%s::%s)::text)"
                .formatted(contents.at(column), RowContents.escaped(value), kind.type()));
      }
    }
    return defaults.toString();
  }

  private void tried(RowContents contents, Set<String> found) throws SQLException {
    List<Boolean> any = crossing(contents, Set.of());
    MadeUpRow row = new MadeUpRow(on, contents.context());
    if (any.get(0)) {
      row.read(contents.some(others("r", "u") + " AND NOT shared", "r", "u", TRIES));
      found.add("r");
    }
    if (any.get(1)) {
      row.delete(contents.some(others("d", "u"), "d", "u", TRIES));
      found.add("d");
    }
    if (any.get(2)) {
      row.insert(contents.some(others("a", "w") + withDefaults(contents), "a", "w", TRIES));
      found.add("a");
    }
    if (any.get(3) && any.get(4)) {
      change(row, contents, others("w", "u"), policies.passes("w", "w"), false);
      found.add("w");
    }
    if (any.get(5) && any.get(6)) {
      change(row, contents, own("w", "u"), others("w", "w"), true);
      found.add("m");
    }
  }

  /** From one content to another that differs only in what the role may set. */
  private void change(MadeUpRow row, RowContents contents, String from, String to, boolean gives)
      throws SQLException {
    List<Content> before = contents.some(from, "w", "u", TRIES);
    for (Content old : before) {
      StringBuilder like = new StringBuilder("(" + to + ")");
      old.literals()
          .forEach(
              (column, value) -> {
                if (!on.updated().contains(quoted(column))) {
                  like.append(" AND l%d = %s".formatted(contents.at(column), literal(value)));
                }
              });
      List<Content> after = contents.some(like.toString(), "w", "w", TRIES / 2);
      if (row.change(old, after, gives)) {
        return;
      }
    }
  }

  /** Conditions that values cannot be made up for, or for not all of them. */
  private Set<String> unknown(boolean bounded) {
    Map<String, Integer> patterns = new LinkedHashMap<>();
    for (AtomShape shape : policies.atoms().values()) {
      if (shape.pattern()) {
        shape.atom().columns().forEach(column -> patterns.merge(column, 1, Integer::sum));
      }
    }
    Set<String> unknown = new LinkedHashSet<>();
    policies
        .atoms()
        .forEach(
            (text, shape) -> {
              Set<String> columns = shape.atom().columns();
              boolean hidden =
                  shape.pattern()
                      && columns.stream().anyMatch(one -> patterns.getOrDefault(one, 0) > 1);
              boolean cut =
                  bounded && !columns.isEmpty() && !columns.equals(Set.of(on.rows().by()));
              if (!shape.known() || hidden || cut) {
                unknown.add(text);
              }
            });
    return unknown;
  }

  /** Whether tenants may meet if nothing is known of these. */
  private boolean mayCross(RowContents contents, Set<String> unknown, Set<String> found)
      throws SQLException {
    List<Boolean> any = crossing(cutTo(contents, unknown), unknown);
    return (any.get(0) && !found.contains("r"))
        || (any.get(1) && !found.contains("d"))
        || (any.get(2) && !found.contains("a"))
        || (any.get(3) && any.get(4) && !found.contains("w"))
        || (any.get(5) && any.get(6) && !found.contains("m"));
  }

  /** Columns that only conditions read that are no longer asked stand at one value. */
  private RowContents cutTo(RowContents all, Set<String> unknown) {
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
    all.values()
        .forEach(
            (column, literals) ->
                fewer.put(
                    column,
                    needed.contains(column) || shared
                        ? literals
                        : Set.of(literals.iterator().next())));
    return new RowContents(all.on(), all.context(), all.policies(), fewer);
  }

  private void tell(Set<String> atoms) {
    for (String text : atoms) {
      AtomShape shape = policies.atoms().get(text);
      if (shape == null) {
        continue;
      }
      String where = policies.standsIn(text);
      on.breaches()
          .unclear(
              "%s of %s asks %s: %s"
                  .formatted(
                      where.isEmpty() ? "a check" : "policy " + where,
                      on.rows().relation().words(),
                      text.replaceAll("\\s+", " "),
                      shape.opaque().isEmpty()
                          ? "for which values of "
                              + String.join(", ", shape.atom().columns())
                              + " it is so cannot be tried"
                          : "what "
                              + String.join(", ", shape.opaque())
                              + " may come to say of a row cannot be tried"));
    }
  }
}
