package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.PrivilegeCatalogue;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a role may do, before it is said with which tables.
 *
 * <p>Immutable. Not a step yet: say {@code on("pattern")}. Needs the privilege to read the
 * product's catalogue of privileges.
 *
 * @since 0.1
 */
public final class PrivilegeClaim {

  enum Kind {
    MAY("may"),
    MAY_ONLY("may only"),
    MAY_NOT("may not");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final String role;
  private final Kind kind;
  private final Set<String> privileges;

  PrivilegeClaim(String role, Kind kind, List<Privilege> privileges) {
    this.role = role;
    this.kind = kind;
    this.privileges =
        privileges.stream().map(Privilege::toString).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * With every table the pattern matches ({@code *} stands for any run of characters). Refused
   * while planning where the product has no privileges, and when the pattern matches none or there
   * is no such role, unless an earlier step changes the target and may yet make them.
   */
  public NamedCheck on(String pattern) {
    String name = this + " on " + pattern;
    return NamedCheck.of(
        name, reading -> plan(name, pattern, reading), reading -> judge(name, pattern, reading));
  }

  /** Which tables there are now is for the reader only: steps of the same run may change it. */
  private List<String> plan(String name, String pattern, Reading reading) throws SQLException {
    PrivilegeCatalogue catalogue = catalogue(name, reading);
    try {
      List<String> tables = tables(catalogue, reading.connection(), pattern);
      return List.of(name, Outline.UNKNOWN + "until it is asked; tables now " + tables);
    } catch (Refusal missing) {
      if (reading.settled()) {
        throw missing;
      }
      return List.of(
          name,
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + missing.findings().get(0).headline());
    }
  }

  private Outcome judge(String name, String pattern, Reading reading) throws SQLException {
    PrivilegeCatalogue catalogue = catalogue(name, reading);
    List<String> tables = tables(catalogue, reading.connection(), pattern);
    List<String> wrong = new ArrayList<>();
    for (String table : tables) {
      Set<String> has =
          catalogue.effective(reading.connection(), role, table).stream()
              .map(privilege -> privilege.toUpperCase(Locale.ROOT))
              .collect(Collectors.toSet());
      Set<String> bad = bad(has);
      if (!bad.isEmpty()) {
        wrong.add(String.join(", ", bad) + " on " + table);
      }
    }
    Evidence evidence = reading.evidence().with("tables", tables.size());
    if (wrong.isEmpty()) {
      return Outcome.passed(evidence);
    }
    return Outcome.failed(
        Finding.of(
                kind == Kind.MAY ? "privileges.missing" : "privileges.excess",
                role + (kind == Kind.MAY ? " may do less than it should" : " may do more"))
            .withExpected(name)
            .withFound((kind == Kind.MAY ? "not " : "") + String.join("; ", wrong))
            .withFix(
                (kind == Kind.MAY ? "GRANT " : "REVOKE ")
                    + String.join("; ", wrong)
                    + (kind == Kind.MAY ? " TO " : " FROM ")
                    + role),
        evidence);
  }

  private Set<String> bad(Set<String> has) {
    Set<String> bad = new TreeSet<>(kind == Kind.MAY ? privileges : has);
    if (kind == Kind.MAY_NOT) {
      bad.retainAll(privileges);
    } else {
      bad.removeAll(kind == Kind.MAY ? has : privileges);
    }
    return bad;
  }

  private static PrivilegeCatalogue catalogue(String name, Reading reading) {
    return reading
        .target()
        .dialect()
        .privileges()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-privileges", "'" + name + "' needs privileges")
                        .withExpected("a product with roles and privileges")
                        .withFound(reading.target().dialect().name() + " has none")
                        .withFix("take '" + name + "' out of this runbook")));
  }

  private List<String> tables(PrivilegeCatalogue catalogue, Connection connection, String pattern)
      throws SQLException {
    if (!catalogue.roleExists(connection, role)) {
      throw new Refusal(
          Finding.of("privileges.no-role", "there is no role '" + role + "'")
              .withExpected("a role or account of that name")
              .withFound("none")
              .withFix("correct grantee(\"" + role + "\"), or create it first"));
    }
    List<String> tables = catalogue.tables(connection, pattern);
    if (tables.isEmpty()) {
      throw new Refusal(
          Finding.of("privileges.no-table", "no table is named like '" + pattern + "'")
              .withExpected("at least one table")
              .withFound("none")
              .withFix("correct on(\"" + pattern + "\")"));
    }
    return tables;
  }

  @Override
  public String toString() {
    return role + " " + kind.words + " " + String.join(", ", new TreeSet<>(privileges));
  }
}
