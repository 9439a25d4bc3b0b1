package dev.gatehouse.postgres.policy;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the catalogue says of row security, table by table, partitions and children included. */
public final class RowSecurityFlags {

  /**
   * What the catalogue says of one table.
   *
   * @param policies each as command and kind: {@code *p} is a permissive one for all
   */
  public record Flags(
      String oid,
      String schema,
      String name,
      String kind,
      boolean enabled,
      boolean forced,
      List<String> policies,
      List<String> parents) {
    String words() {
      return schema + "." + name;
    }

    String quoted() {
      return SqlNames.quoted(schema) + "." + SqlNames.quoted(name);
    }
  }

  private static final String QUERY =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
        coalesce((SELECT string_agg(p.polcmd::text || CASE WHEN p.polpermissive THEN 'p' ELSE 'r' END, ',')
          FROM pg_policy p WHERE p.polrelid = c.oid), '') AS policies,
        coalesce((SELECT string_agg(i.inhparent::text, ',') FROM pg_inherits i WHERE i.inhrelid = c.oid), '') AS parents
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f')
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\"\
      """;

  private RowSecurityFlags() {}

  /**
   * One question about each table that the pattern means.
   *
   * @param judge what is wrong with one table; empty when nothing is
   */
  public static NamedCheck check(
      String words, List<String> patterns, Function<Flags, Optional<Finding>> judge) {
    String name = words + String.join(", ", patterns);
    return NamedCheck.of(
        name,
        Products.only(reading -> plan(name, patterns, reading)),
        reading -> {
          List<Flags> tables = tables(patterns, reading.connection());
          List<Finding> findings =
              tables.stream().map(judge).flatMap(Optional::stream).limit(100).toList();
          Evidence evidence = reading.evidence().with("tables", tables.size());
          return findings.isEmpty()
              ? Outcome.passed(evidence)
              : new Outcome.Failed(findings, evidence);
        });
  }

  private static List<String> plan(String name, List<String> patterns, CheckContext reading)
      throws SQLException {
    String line = name + ", each partition and child by its own flag";
    try {
      List<String> now = tables(patterns, reading.connection()).stream().map(Flags::words).toList();
      return List.of(line, Outline.UNKNOWN + "until it is asked; tables now " + now);
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
      String why = missing.findings().get(0).headline();
      return List.of(line, Outline.UNKNOWN + "until an earlier step has run: " + why);
    }
  }

  private static List<Flags> tables(List<String> patterns, Connection connection)
      throws SQLException {
    List<Flags> all = Queries.rows(connection, QUERY, RowSecurityFlags::flags);
    Map<String, Flags> chosen = new LinkedHashMap<>();
    for (String pattern : patterns) {
      NamePattern wanted = NamePattern.of(pattern);
      List<Flags> matched =
          all.stream()
              .filter(table -> !table.kind().equals("f"))
              .filter(table -> Relation.matches(wanted, table.schema(), table.name()))
              .toList();
      if (matched.isEmpty()) {
        throw new Refusal(
            Finding.of("rowsecurity.no-table", "no table is named like '" + pattern + "'")
                .withExpected("at least one table; views have no row security of their own")
                .withFound("none")
                .withFix("correct the pattern \"" + pattern + "\""));
      }
      matched.forEach(table -> chosen.put(table.oid(), table));
    }
    int before;
    do {
      before = chosen.size();
      all.stream()
          .filter(table -> table.parents().stream().anyMatch(chosen::containsKey))
          .forEach(table -> chosen.putIfAbsent(table.oid(), table));
    } while (chosen.size() > before);
    return List.copyOf(chosen.values());
  }

  private static Flags flags(Row row) {
    return new Flags(
        row.text("oid"),
        row.text("nspname"),
        row.text("relname"),
        row.text("relkind"),
        row.isTrue("relrowsecurity"),
        row.isTrue("relforcerowsecurity"),
        list(row.text("policies")),
        list(row.text("parents")));
  }

  private static List<String> list(String joined) {
    return joined.isEmpty() ? List.of() : List.of(joined.split(","));
  }

  public static Optional<Finding> enabled(Flags table) {
    if (table.enabled()) {
      return Optional.empty();
    }
    int policies = table.policies().size();
    return Optional.of(
        Finding.of("rowsecurity.disabled", "row security is off for " + table.words())
            .withSubjects(List.of(Subject.on(table.quoted())))
            .withExpected("on")
            .withFound(
                "off"
                    + (policies == 0 ? "" : ", and none of its " + policies + " policies applies"))
            .withFix("ALTER TABLE " + table.quoted() + " ENABLE ROW LEVEL SECURITY"));
  }

  public static Optional<Finding> forced(Flags table) {
    if (!table.enabled() || table.forced()) {
      return enabled(table);
    }
    return Optional.of(
        Finding.of(
                "rowsecurity.not-forced",
                "the owner of " + table.words() + " is not subject to its policies")
            .withSubjects(List.of(Subject.on(table.quoted())))
            .withExpected("forced")
            .withFound(
                "enabled, but not forced: policies do not apply to the owner and its members")
            .withFix("ALTER TABLE " + table.quoted() + " FORCE ROW LEVEL SECURITY"));
  }

  public static Optional<Finding> policies(Flags table, List<Command> commands) {
    if (!table.enabled()) {
      return enabled(table);
    }
    List<String> missing = new ArrayList<>();
    List<Subject> subjects = new ArrayList<>();
    for (Command command : commands) {
      List<String> these =
          table.policies().stream().filter(policy -> isFor(policy, command)).toList();
      if (these.stream().noneMatch(policy -> policy.endsWith("p"))) {
        subjects.add(new Subject("", command.name(), table.quoted()));
        missing.add(command + (these.isEmpty() ? ": none" : ": restrictive ones only"));
      }
    }
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.of("rowsecurity.no-policy", "no policy lets rows of " + table.words() + " pass")
            .withSubjects(subjects)
            .withExpected("a permissive policy for each of " + commands)
            .withFound(String.join("\n", missing))
            .withFix(
                "CREATE POLICY tenant ON " + table.quoted() + " USING (...) WITH CHECK (...)"));
  }

  private static boolean isFor(String policy, Command command) {
    String letter =
        switch (command) {
          case SELECT -> "r";
          case INSERT -> "a";
          case UPDATE -> "w";
          case DELETE -> "d";
          case TRUNCATE -> "-";
        };
    return policy.startsWith("*") || policy.startsWith(letter);
  }
}
