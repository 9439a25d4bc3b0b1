package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether roles have a right that leads to many others: being a superuser, replication, roles that
 * reach files and programs of the server, making members, passing on what it was granted.
 *
 * <p>Immutable. Reads only, and needs no privilege beyond reading the product's catalogue.
 *
 * @since 0.1
 */
public final class EscalationCheck implements AccessCheck {
  private final String name;
  private final AccessQuestion question;

  private EscalationCheck(String name, AccessQuestion question) {
    this.name = Names.checked(name);
    this.question = question;
  }

  static EscalationCheck of(Grantee grantee) {
    String name = grantee + " has no escalation";
    return new EscalationCheck(name, grantee.asking(name));
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public EscalationCheck named(String newName) {
    return new EscalationCheck(newName, question);
  }

  /**
   * The same check as a guard that is asked again after each such interval.
   *
   * @throws IllegalArgumentException when the interval is not above zero
   */
  public Guard every(Duration interval) {
    return Guard.of(this, interval);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(CheckContext reading) throws SQLException {
    EffectiveAccess access = question.access(reading);
    try {
      return List.of(
          question.name(),
          Outline.UNKNOWN + "until it is asked; roles now " + question.roles(access));
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
      return List.of(
          question.name(),
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + missing.findings().get(0).headline());
    }
  }

  @Override
  public Outcome judge(EffectiveAccess access, Evidence begun) {
    List<String> roles = question.roles(access);
    List<Finding> findings = new ArrayList<>();
    for (String role : roles) {
      for (Escalation escalation : access.escalations(role)) {
        findings.add(
            Finding.of(
                    "privileges.escalation", role + " can make itself or others more than they are")
                .withExpected(question.name())
                .withFound(escalation.toString())
                .withSubjects(List.of(new Subject(role, escalation.path().toString(), "")))
                .withFix(
                    escalation.fix().isEmpty()
                        ? "no single statement takes this away: leave it out with except(\""
                            + role
                            + "\") if it is meant"
                        : escalation.fix()));
      }
    }
    Evidence evidence = begun.with("roles", roles.size());
    return findings.isEmpty() ? Outcome.passed(evidence) : new Outcome.Failed(findings, evidence);
  }

  @Override
  public String toString() {
    return name;
  }
}
