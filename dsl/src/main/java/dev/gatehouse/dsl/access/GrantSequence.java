package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.Computed;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.GrantStatement;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Grants where each statement commits: one part for each, and a last one that asks the claims.
 *
 * <p>The statements are computed once, when a run is planned; a run that is resumed has them from
 * its journal, because what they were computed from has moved on.
 *
 * @param head what the plan says of all of it
 */
record GrantSequence(
    List<String> head,
    Grants grants,
    GrantMethod.InSequence method,
    List<GrantStatement> statements)
    implements Effect.InSequence {

  /** Looks at what there is, and says what is to be done. */
  @FunctionalInterface
  interface Computing {
    Computed from(Connection reading) throws SQLException;
  }

  /** What a change of grants wants. */
  record Grants(
      GrantChange step,
      List<String> said,
      List<PrivilegeCheck> claims,
      List<String> creators,
      List<String> scope,
      List<AcceptedGain> accepted,
      Computing computing) {

    GrantJudgement judge(GrantMethod.GrantOutcome outcome) {
      return GrantJudgement.of(outcome, claims, creators, scope, accepted);
    }
  }

  /**
   * @throws Refusal when it cannot be expressed, or would not come to what was meant
   */
  static GrantSequence bind(Grants grants, GrantMethod.InSequence method, CheckContext reading)
      throws SQLException {
    Optional<List<String>> before = reading.boundBefore(grants.step());
    List<String> head = new ArrayList<>(grants.said());
    if (before.isPresent()) {
      List<GrantStatement> statements =
          before.get().stream()
              .filter(text -> !text.isEmpty())
              .map(GrantStatementText::read)
              .toList();
      return new GrantSequence(List.copyOf(head), grants, method, statements);
    }
    Computed computed;
    try {
      computed = grants.computing().from(reading.connection());
      GrantJudgement judgement = grants.judge(computed.outcome());
      if (!judgement.findings().isEmpty()) {
        throw Refusal.of(judgement.findings());
      }
      head.add(computed(computed, judgement));
    } catch (Refusal | StepFailed refused) {
      throw reading.targetIsFinal() ? refusal(refused) : behindOthers(refused);
    }
    return new GrantSequence(List.copyOf(head), grants, method, computed.statements());
  }

  private static Refusal refusal(RuntimeException refused) {
    return refused instanceof StepFailed failed ? Refusal.of(failed.findings()) : (Refusal) refused;
  }

  /** Its parts are told when it is planned, so an earlier step cannot be waited for. */
  private static Refusal behindOthers(RuntimeException refused) {
    List<Finding> findings = refusal(refused).findings();
    return Refusal.of(
        findings.stream()
            .map(
                finding ->
                    finding.withFix(
                        finding.fix()
                            + "\nor, if an earlier step of this runbook changes that: make the grants"
                            + " a runbook of their own, planned when it has run"))
            .toList());
  }

  /** No part of the plan's digest: a run that is resumed does not compute it again. */
  private static String computed(Computed computed, GrantJudgement judgement) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Outline.UNKNOWN
            + "until it is applied; computed from the effective access as of planning, not tried:"
            + " GRANT and REVOKE commit here");
    if (computed.statements().isEmpty()) {
      lines.add("nothing is to be granted or revoked");
    }
    lines.addAll(judgement.told(computed.outcome()));
    return String.join("\n", lines);
  }

  @Override
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (GrantStatement statement : statements) {
      parts.add(GrantPart.forth(this, statement));
    }
    parts.add(GrantProof.of(this));
    return List.copyOf(parts);
  }

  /** What takes all of it back, the last first. */
  Effect backwards() {
    List<Part> parts = new ArrayList<>();
    for (int at = statements.size() - 1; at >= 0; at--) {
      parts.add(GrantPart.back(this, statements.get(at)));
    }
    parts.add(GrantProof.undone(this));
    return new Backwards(List.copyOf(parts));
  }

  private record Backwards(List<Part> parts) implements Effect.InSequence {
    @Override
    public Optional<String> comparison() {
      return Optional.of("by the entries of before");
    }

    @Override
    public Reach reach() {
      return Reach.UNKNOWN;
    }
  }

  /**
   * Accounts and their grants are the server's; each entry is looked at before it is taken back.
   */
  @Override
  public Reach reach() {
    return Reach.UNKNOWN;
  }

  @Override
  public List<String> preview() {
    List<String> all = new ArrayList<>(head);
    all.addAll(Effect.InSequence.super.preview());
    return all;
  }
}
