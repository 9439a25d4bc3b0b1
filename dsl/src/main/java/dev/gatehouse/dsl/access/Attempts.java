package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.RoleProbes.Actor;
import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.core.dialect.RoleProbes.RoleSession;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.dsl.access.RoleAttempt.Verdicts;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a role is to try, before it is said on which tables.
 *
 * <p>Immutable. Not a step yet: say {@code on("pattern")}.
 *
 * @since 0.1
 */
public final class Attempts {
  private final Actor actor;
  private final String role;
  private final boolean denied;
  private final List<Command> commands;

  Attempts(Actor actor, boolean denied, List<Privilege> privileges) {
    this.actor = actor;
    this.role = actor.name();
    this.denied = denied;
    this.commands = privileges.stream().map(Attempts::command).distinct().toList();
  }

  private static Command command(Privilege privilege) {
    return Arrays.stream(Command.values())
        .filter(command -> command.name().equals(privilege.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    privilege
                        + " cannot be tried without lasting effect: one of "
                        + List.of(Command.values())
                        + ", or ask grantee(...)"));
  }

  /**
   * On every table and view that one of the patterns matches: {@code eng.*}, {@code
   * {eng,vh}.*sensitive*}; without a schema, in every schema. Views that take no rows are left out
   * of INSERT, UPDATE, DELETE and TRUNCATE. Refused while planning where the product has no roles,
   * when there is no such role, and when a pattern matches nothing that one of the commands could
   * be tried on, unless an earlier step may yet make them.
   *
   * @throws IllegalArgumentException when a pattern is blank
   */
  public NamedCheck on(String first, String... rest) {
    List<String> patterns = Names.list(first, rest);
    for (String pattern : patterns) {
      if (pattern.isBlank()) {
        throw new IllegalArgumentException("pattern is blank");
      }
    }
    String name = this + " on " + String.join(", ", patterns);
    return NamedCheck.of(
        Names.of(name),
        reading -> plan(name, patterns, reading),
        reading ->
            RoleAttempt.judge(
                name,
                actor,
                denied,
                reading,
                (acting, verdicts) ->
                    attempt(acting, verdicts, relations(name, patterns, reading))));
  }

  private List<String> plan(String name, List<String> patterns, CheckContext reading)
      throws SQLException {
    RoleProbes probes = RoleAttempt.probes(name, reading);
    String line = "acting as a role, each attempt taken back: " + name;
    try {
      RoleAttempt.refuseMissing(probes, role, reading);
      Map<Command, List<String>> relations = relations(name, patterns, reading);
      return List.of(line, Outline.UNKNOWN + "until it is tried; now on " + relations);
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
      return List.of(
          line,
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + missing.findings().get(0).headline());
    }
  }

  /** Asked on the run's session, which sees what an open transaction has made. */
  private Map<Command, List<String>> relations(
      String name, List<String> patterns, CheckContext reading) throws SQLException {
    RoleProbes probes = RoleAttempt.probes(name, reading);
    Map<Command, List<String>> all = new LinkedHashMap<>();
    for (Command command : commands) {
      List<String> these = new ArrayList<>();
      for (String pattern : patterns) {
        List<String> matched = probes.relations(reading.connection(), pattern, command);
        if (matched.isEmpty()) {
          throw new Refusal(
              Finding.of(
                      "probe.no-table",
                      "nothing named like '" + pattern + "' is there for " + command)
                  .withExpected("at least one table or view that takes " + command)
                  .withFound("none")
                  .withFix("correct on(\"" + pattern + "\"), or take " + command + " out"));
        }
        these.addAll(matched);
      }
      all.put(command, these.stream().distinct().toList());
    }
    return all;
  }

  private void attempt(RoleSession acting, Verdicts verdicts, Map<Command, List<String>> relations)
      throws SQLException {
    for (Map.Entry<Command, List<String>> entry : relations.entrySet()) {
      for (String relation : entry.getValue()) {
        Command command = entry.getKey();
        Answer answer = denied ? acting.atAll(command, relation) : acting.inFull(command, relation);
        sort(answer, command, relation, verdicts);
      }
    }
  }

  private void sort(Answer answer, Command command, String relation, Verdicts verdicts) {
    String what = command + " on " + relation;
    boolean byPrivilege =
        answer instanceof Answer.Rejected rejected && rejected.by() == DeniedBy.PRIVILEGE;
    boolean executed =
        answer instanceof Answer.Allowed
            || answer instanceof Answer.NoRows
            || answer instanceof Answer.Accepted;
    if (denied ? byPrivilege : executed) {
      verdicts.right(answer);
    } else if (denied ? executed : byPrivilege) {
      verdicts.wrong(
          new Subject(role, command.name(), relation),
          what + ": " + RoleAttempt.words(answer),
          denied
              ? "REVOKE " + what + " FROM " + role + ", and from what it is a member of, and PUBLIC"
              : "GRANT " + what + " TO " + role);
    } else {
      verdicts.unclear(what + ": " + RoleAttempt.words(answer));
    }
  }

  @Override
  public String toString() {
    return role
        + (denied ? " is denied " : " can ")
        + commands.stream().map(Command::name).collect(Collectors.joining(", "));
  }
}
