package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.RoleProbes.Actor;
import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.RoleSession;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What attempts as a role have in common, whatever is attempted. */
final class RoleAttempt {
  private static final int MOST = 20;

  private RoleAttempt() {}

  @FunctionalInterface
  interface Tried {
    void by(RoleSession acting, Verdicts verdicts) throws SQLException;
  }

  /** What was tried, and how it ended. */
  static final class Verdicts {
    private final List<String> wrong = new ArrayList<>();
    private final List<String> unclear = new ArrayList<>();
    private final List<String> fixes = new ArrayList<>();
    private final List<Subject> subjects = new ArrayList<>();
    private int tried;
    private int accepted;

    void right(Answer answer) {
      tried++;
      accepted += answer instanceof Answer.Accepted ? 1 : 0;
    }

    void wrong(Subject subject, String what, String fix) {
      tried++;
      subjects.add(subject);
      wrong.add(what);
      fixes.add(fix);
    }

    void unclear(String what) {
      tried++;
      unclear.add(what);
    }

    private Outcome outcome(String name, String role, boolean denied, CheckContext reading) {
      Evidence attempts = reading.evidence().with("attempts", tried);
      Evidence evidence =
          accepted == 0
              ? attempts
              : attempts.with("checked by the server and not executed", accepted);
      if (tried == 0) {
        throw new IllegalStateException("nothing was attempted for '" + name + "'");
      }
      List<Finding> findings = new ArrayList<>();
      if (!wrong.isEmpty()) {
        findings.add(
            Finding.of(
                    denied ? "probe.allowed" : "probe.rejected",
                    role + (denied ? " can do what it should not" : " cannot do what it should"))
                .withExpected(name)
                .withFound(listed(wrong))
                .withSubjects(subjects)
                .withFix(listed(fixes.stream().distinct().toList())));
      }
      if (!unclear.isEmpty()) {
        findings.add(
            Finding.of("probe.unclear", "an attempt as " + role + " ended in neither way")
                .withExpected(name)
                .withFound(listed(unclear))
                .withFix("fix the cause, then ask again: nothing is known of the role until then"));
      }
      if (!wrong.isEmpty()) {
        return new Outcome.Failed(findings, evidence);
      }
      return findings.isEmpty() ? Outcome.passed(evidence) : new Outcome.Inconclusive(findings);
    }
  }

  private static String listed(List<String> all) {
    String more = all.size() > MOST ? "\n... and " + (all.size() - MOST) + " more" : "";
    return all.stream().limit(MOST).collect(Collectors.joining("\n")) + more;
  }

  static RoleProbes probes(String name, CheckContext reading) {
    return reading
        .target()
        .dialect()
        .roleProbes()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-roles", "'" + name + "' needs to become a role")
                        .withExpected("a product whose sessions can act as a role")
                        .withFound(reading.target().dialect().name() + " cannot")
                        .withFix("take '" + name + "' out of this runbook")));
  }

  static void refuseMissing(RoleProbes probes, String role, CheckContext reading)
      throws SQLException {
    if (!probes.roleExists(reading.connection(), role)) {
      throw new Refusal(
          Finding.of("probe.no-role", "there is no role '" + role + "'")
              .withExpected("a role of that name")
              .withFound("none")
              .withFix("correct actingAs(\"" + role + "\"), or create it first"));
    }
  }

  /** A refusal on the way is no answer; an error of coming back is one of the session. */
  static Outcome judge(String name, Actor actor, boolean denied, CheckContext reading, Tried tried)
      throws SQLException {
    RoleProbes probes = probes(name, reading);
    Verdicts verdicts = new Verdicts();
    try {
      refuseMissing(probes, actor.name(), reading);
      try (RoleSession acting = probes.actAs(reading.target(), reading.connection(), actor)) {
        tried.by(acting, verdicts);
      }
    } catch (Refusal e) {
      return new Outcome.Inconclusive(e.findings());
    }
    return verdicts.outcome(name, actor.name(), denied, reading);
  }

  static String words(Answer answer) {
    if (answer instanceof Answer.Rejected rejected) {
      return (rejected.by() == RoleProbes.DeniedBy.PRIVILEGE
              ? "rejected"
              : "rejected by row security")
          + ": "
          + rejected.words();
    }
    if (answer instanceof Answer.Unclear unclear) {
      return unclear.why();
    }
    if (answer instanceof Answer.Accepted) {
      return "checked and accepted by the server, and not executed";
    }
    return answer instanceof Answer.NoRows
        ? "no error, and no row: row security hides rows in silence"
        : "allowed";
  }
}
