package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;
import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.postgres.policy.AtomShape;
import dev.gatehouse.postgres.policy.TableColumn;
import dev.gatehouse.postgres.probe.RowContents.Content;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which contents of a row cross over from one tenant to another, as the conditions that decide over
 * rows tell it. Nothing is written for it.
 *
 * <p>What values cannot be made up for is taken to say what lets most rows pass: where tenants stay
 * apart even then, it need not be known.
 *
 * @param on with what may be inserted, updated and deleted
 * @param running the current user when the conditions are asked
 * @param reads whether rows may be read
 * @param looks whether a change reads rows first, so that policies for SELECT apply to it, too
 * @param proposes whether a change is proposed as a row to insert, as ON CONFLICT DO UPDATE does
 * @param there values that columns hold
 */
record Crossings(
    ProbeContext on,
    String running,
    boolean reads,
    boolean looks,
    boolean proposes,
    TablePolicies policies,
    Map<String, Set<String>> there) {
  private static final int TRIES = 8;
  private static final int MOST_OF_A_COLUMN = 6;

  /** In what way. */
  enum Act {
    READS("r", "u"),
    DELETES("d", "u"),
    INSERTS("a", "w"),
    CHANGES("w", "u"),
    GIVES("w", "u");

    private final String command;
    private final String prefix;

    Act(String command, String prefix) {
      this.command = command;
      this.prefix = prefix;
    }
  }

  static Crossings of(ProbeContext on, String running, boolean reads, TablePolicies policies)
      throws SQLException {
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
    return new Crossings(on, running, reads, false, false, policies, there);
  }

  /** The same, and whether rows may be read. */
  Crossings reading(boolean may) {
    return new Crossings(on, running, reads && may, looks, proposes, policies, there);
  }

  /** The same for changes that read rows first. */
  Crossings looking() {
    return new Crossings(on, running, reads, true, proposes, policies, there);
  }

  /** The same for changes only, each proposed as a row to insert under the key of another. */
  Crossings proposing() {
    ProbeContext changes = on.through(on.rows(), on.inserted(), on.updated(), false);
    return new Crossings(changes, running, false, true, true, policies, there);
  }

  /** What each column is tried at, from what the conditions compare it with in this context. */
  RowContents contents(TenantContext context) throws SQLException {
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
      TableColumn kind = policies.columns().get(column);
      if (kind != null) {
        Set<String> with = compared.getOrDefault(column, Set.of());
        made.put(column, on.session().values().of(kind, with, folds, pattern));
      }
    }
    made.values().removeIf(Set::isEmpty);
    return new RowContents(on, running, context, policies, made);
  }

  private Map<String, Set<String>> compared(TenantContext context) throws SQLException {
    SessionValues asked = new SessionValues(on, running, context);
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

  private String others(String command, String prefix) {
    return "NOT own AND (" + policies.passes(command, prefix) + ")";
  }

  private String own(String command, String prefix) {
    return "own AND (" + policies.passes(command, prefix) + ")";
  }

  private String from(RowContents contents, Act act) {
    return switch (act) {
      case READS -> others("r", "u") + " AND NOT shared";
      case INSERTS -> others("a", "w") + withDefaults(contents);
      case GIVES -> own("w", "u") + seen();
      case CHANGES ->
          others("w", "u") + seen() + (changesWhatIsAsked() ? "" : " AND " + to(contents, act));
      case DELETES -> others("d", "u") + seen();
    };
  }

  /** A row that stays as it is for all conditions must be let pass by those of both kinds. */
  private boolean changesWhatIsAsked() {
    return policies.read().stream().map(SqlNames::quoted).anyMatch(on.updated()::contains);
  }

  private String seen() {
    return looks ? " AND (" + policies.passes("r", "u") + ")" : "";
  }

  private String to(RowContents contents, Act act) {
    String proposed =
        proposes ? " AND (" + policies.passes("a", "w") + ")" + withDefaults(contents) : "";
    return (act == Act.GIVES ? others("w", "w") : "(" + policies.passes("w", "w") + ")")
        + seen()
        + proposed;
  }

  /** A row that keeps its tenant is given to nobody. */
  private boolean may(Act act) {
    return switch (act) {
      case READS -> reads;
      case DELETES -> on.deletes();
      case INSERTS -> !proposes && !on.inserted().isEmpty();
      case CHANGES -> !on.updated().isEmpty();
      case GIVES -> on.updated().contains(on.by());
    };
  }

  /** Whether there is anything to try, in one question for all ways. */
  Set<Act> crossing(RowContents contents, Set<String> unknown) throws SQLException {
    List<String> conditions = new ArrayList<>();
    for (Act act : Act.values()) {
      conditions.add(may(act) ? from(contents, act) : "false");
    }
    conditions.add(to(contents, Act.CHANGES));
    conditions.add(to(contents, Act.GIVES));
    Iterator<Boolean> any = contents.exist(conditions, unknown).iterator();
    Set<Act> crossing = EnumSet.noneOf(Act.class);
    for (Act act : Act.values()) {
      if (any.next()) {
        crossing.add(act);
      }
    }
    for (Act act : List.of(Act.CHANGES, Act.GIVES)) {
      if (!any.next()) {
        crossing.remove(act);
      }
    }
    return crossing;
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

  /** Some that cross over in this way. */
  List<Content> some(RowContents contents, Act act) throws SQLException {
    return contents.some(from(contents, act), act.command, act.prefix, TRIES);
  }

  /** Whether there may be more of them than some. */
  static boolean areAll(List<Content> some) {
    return some.size() < TRIES;
  }

  /** What it may become that differs from it only in what may be set. */
  List<Content> after(RowContents contents, Act act, Content old) throws SQLException {
    StringBuilder like = new StringBuilder("(" + to(contents, act) + ")");
    old.literals()
        .forEach(
            (column, value) -> {
              if (!on.updated().contains(quoted(column))) {
                like.append(" AND l%d = %s".formatted(contents.at(column), literal(value)));
              }
            });
    return contents.some(like.toString(), "w", "w", TRIES / 2);
  }

  /** Conditions that values cannot be made up for, or for not all of them. */
  Set<String> unknown(boolean bounded) {
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

  /** In which ways tenants may meet if nothing is known of these. */
  Set<Act> mayCross(RowContents contents, Set<String> unknown) throws SQLException {
    return crossing(contents.cutTo(unknown), unknown);
  }

  /** What is not known of a condition, as a sentence. */
  String told(String atom, AtomShape shape) {
    String where = policies.standsIn(atom);
    return "%s of %s asks %s: %s"
        .formatted(
            where.isEmpty() ? "a check" : where,
            on.rows().relation().words(),
            atom.replaceAll("\\s+", " "),
            shape.opaque().isEmpty()
                ? "for which values of "
                    + String.join(", ", shape.atom().columns())
                    + " it is so cannot be tried"
                : "what "
                    + String.join(", ", shape.opaque())
                    + " may come to say of a row cannot be tried");
  }
}
