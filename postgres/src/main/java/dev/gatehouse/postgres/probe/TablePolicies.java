package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.policy.AtomShape;
import dev.gatehouse.postgres.policy.PolicyAtom;
import dev.gatehouse.postgres.policy.PrintedExpression;
import dev.gatehouse.postgres.policy.TableColumn;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What decides over the rows of a table for a role: its policies, and the checks that no row gets
 * past, as conditions that can be asked of rows that are made up.
 *
 * @param read columns that the conditions read
 * @param unreadable names of policies whose text could not be read
 */
record TablePolicies(
    String table,
    Map<String, TableColumn> columns,
    List<Policy> policies,
    List<Condition> checks,
    Set<String> read,
    Set<String> unreadable) {

  /**
   * @param name empty for what is no policy
   * @param words what it is, for sentences
   * @param command as pg_policy has it: r, a, w, d or *
   */
  record Policy(
      String name,
      String words,
      String command,
      boolean permissive,
      Condition using,
      Condition checked) {
    boolean isFor(String wanted) {
      return command.equals("*") || command.equals(wanted);
    }
  }

  /**
   * What stands between a role and the rows beside policies, such as the WHERE of a view.
   *
   * @param words what it is, for sentences
   * @param using of rows that are there; empty for all
   * @param checked of rows that come about; empty for all
   */
  record Narrowing(String words, String using, String checked) {}

  record Condition(String text, List<AtomShape> atoms) {
    /** A permissive policy that says nothing lets nothing pass, a restrictive one everything. */
    private static Condition none(boolean permissive) {
      return new Condition(permissive ? "false" : "true", List.of());
    }

    /** With what lets most rows pass in the place of each of these. */
    String without(Set<String> unknown) {
      StringBuilder changed = new StringBuilder(text);
      for (int i = atoms.size() - 1; i >= 0; i--) {
        PolicyAtom atom = atoms.get(i).atom();
        if (unknown.contains(atom.text())) {
          changed.replace(atom.start(), atom.end(), atom.negated() ? "false" : "true");
        }
      }
      return changed.toString();
    }
  }

  private static final String POLICIES =
      """
      SELECT p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS checked
      FROM pg_policy p WHERE p.polrelid = ?::oid
        AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) r (oid) WHERE pg_has_role(?::text, r.oid, 'USAGE')))
      ORDER BY p.polname\
      """;

  private static final String CHECKS =
      """
      SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = ?::oid AND contype = 'c' AND convalidated
      UNION ALL SELECT pg_get_partition_constraintdef(oid) FROM pg_class WHERE oid = ?::oid AND relispartition\
      """;

  static boolean areAsked(Connection admin, String role, String oid) throws SQLException {
    return Queries.isTrue(
        admin,
        "SELECT c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls AND"
            + " (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))"
            + " FROM pg_class c CROSS JOIN pg_roles r WHERE r.rolname = ?::text AND c.oid = ?::oid",
        role,
        oid);
  }

  /**
   * Those that apply to the role, and what narrows it further.
   *
   * @throws IllegalArgumentException when a narrowing cannot be read
   */
  static TablePolicies of(ProbeContext on, String role, List<Narrowing> narrowings)
      throws SQLException {
    Connection admin = on.session().admin();
    String oid = on.rows().relation().oid();
    Reading reading =
        new Reading(on.rows().relation().name(), TableColumn.of(admin, oid), on.claim().accepted());
    List<Policy> policies = new ArrayList<>();
    if (areAsked(admin, role, oid)) {
      for (Row row : Queries.rows(admin, POLICIES, Function.identity(), oid, role)) {
        policies.add(reading.policy(row));
      }
    } else {
      Condition all = Condition.none(false);
      policies.add(new Policy("", "", "*", true, all, all));
    }
    for (Narrowing narrowing : narrowings) {
      policies.add(reading.policy(narrowing));
    }
    Set<String> read = new LinkedHashSet<>(Set.of(on.rows().by()));
    read.addAll(reading.mentioned(on.claim().shared()));
    for (Policy policy : policies) {
      read.addAll(reading.read(policy.using()));
      read.addAll(reading.read(policy.checked()));
    }
    List<Condition> checks = new ArrayList<>();
    for (String text : Queries.column(admin, CHECKS, oid, oid)) {
      reading
          .check(text)
          .filter(one -> reading.read(one).stream().anyMatch(read::contains))
          .ifPresent(checks::add);
    }
    checks.forEach(check -> read.addAll(reading.read(check)));
    return new TablePolicies(
        reading.table(), reading.columns(), policies, checks, read, reading.unreadable);
  }

  /** Conditions as far as they can be read. */
  private static final class Reading {
    private final String table;
    private final Map<String, TableColumn> columns;
    private final List<String> accepted;
    private final Set<String> unreadable = new LinkedHashSet<>();

    private Reading(String table, Map<String, TableColumn> columns, List<String> accepted) {
      this.table = table;
      this.columns = columns;
      this.accepted = accepted;
    }

    private String table() {
      return table;
    }

    private Map<String, TableColumn> columns() {
      return columns;
    }

    private Policy policy(Row row) {
      Condition using = condition(row, "using");
      Condition checked = row.text("checked").isEmpty() ? using : condition(row, "checked");
      String name = row.text("polname");
      return new Policy(
          name,
          "policy " + SqlNames.quoted(name),
          row.text("polcmd"),
          row.isTrue("polpermissive"),
          using,
          checked);
    }

    private Policy policy(Narrowing narrowing) {
      return new Policy(
          "", narrowing.words(), "*", false, all(narrowing.using()), all(narrowing.checked()));
    }

    private Condition all(String text) {
      return text.isEmpty() ? Condition.none(false) : read(text);
    }

    private Condition condition(Row row, String which) {
      String text = row.text(which);
      Condition none = Condition.none(row.isTrue("polpermissive"));
      if (text.isEmpty()) {
        return none;
      }
      try {
        return read(text);
      } catch (IllegalArgumentException e) {
        unreadable.add(row.text("polname"));
        return none;
      }
    }

    private Condition read(String text) {
      return new Condition(
          text,
          PolicyAtom.of(PrintedExpression.of(text), table, columns.keySet()).stream()
              .map(atom -> new AtomShape(atom, table, columns, accepted))
              .toList());
    }

    /** One that cannot be read is left out: rows it forbids are then tried in vain. */
    private Optional<Condition> check(String text) {
      try {
        return text.isEmpty() ? Optional.empty() : Optional.of(read(text));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    private Set<String> read(Condition condition) {
      return condition.atoms().stream()
          .flatMap(shape -> shape.atom().columns().stream())
          .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<String> mentioned(String text) {
      try {
        return PolicyAtom.columnsIn(PrintedExpression.of(text).pieces(), table, columns.keySet());
      } catch (IllegalArgumentException e) {
        return columns.keySet();
      }
    }
  }

  Optional<TableColumn> column(String name) {
    return Optional.ofNullable(columns.get(name));
  }

  private List<Condition> conditions() {
    List<Condition> all = new ArrayList<>(checks);
    policies.forEach(policy -> all.addAll(List.of(policy.using(), policy.checked())));
    return all;
  }

  /** All conditions that they are made of, each text once. */
  Map<String, AtomShape> atoms() {
    Map<String, AtomShape> atoms = new LinkedHashMap<>();
    conditions()
        .forEach(one -> one.atoms().forEach(shape -> atoms.put(shape.atom().text(), shape)));
    return atoms;
  }

  /** The policies and the like in which that condition stands. */
  String standsIn(String atom) {
    return policies.stream()
        .filter(
            policy ->
                List.of(policy.using(), policy.checked()).stream()
                    .flatMap(condition -> condition.atoms().stream())
                    .anyMatch(shape -> shape.atom().text().equals(atom)))
        .map(Policy::words)
        .collect(Collectors.joining(", "));
  }

  /** Whether a row passes, of booleans that are named by prefix and number. */
  String passes(String command, String prefix) {
    return "("
        + joined(command, prefix, true, " OR ", "false")
        + ") AND ("
        + joined(command, prefix, false, " AND ", "true")
        + ")";
  }

  private String joined(
      String command, String prefix, boolean permissive, String by, String otherwise) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      if (policies.get(i).isFor(command) && policies.get(i).permissive() == permissive) {
        names.add(prefix + i);
      }
    }
    return names.isEmpty() ? otherwise : String.join(by, names);
  }
}
