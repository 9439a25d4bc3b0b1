package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Grants, revokes and verifies, and leaves behind what the undo needs. */
record GrantEffect(
    GrantMethod.InTransaction method,
    Reconciling reconciling,
    Function<GrantOutcome, GrantJudgement> judge,
    List<String> preview)
    implements Effect.InTransaction {

  static final String KEY = "key";
  static final String INVERSE = "inverse";
  static final String DIGEST = "inverseSha256";

  /** The room that a journal keeps for an outcome is 64 KiB: a longer text stays in the target. */
  private static final int LONGEST = 8 << 10;

  /** Does it in the open transaction. */
  @FunctionalInterface
  interface Reconciling {
    GrantOutcome in(EffectContext working) throws SQLException;
  }

  /** Roles and memberships are the server's; the undo looks what of its own is still there. */
  @Override
  public Reach reach() {
    return Reach.UNKNOWN;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    GrantOutcome outcome = reconciling.in(working);
    working.progress().reached("grants.settled");
    GrantJudgement judgement = judge.apply(outcome);
    if (!judgement.findings().isEmpty()) {
      throw new StepFailed(judgement.findings());
    }
    method.keep(working.connection(), working.key(), outcome.inverse());
    Evidence evidence =
        working
            .evidence()
            .keeping(KEY, working.key())
            .with("statements", outcome.statements().size())
            .with("executed", cut(outcome.statements()))
            .with("effect", cut(judgement.effect()))
            .keeping(DIGEST, digest(outcome.inverse()));
    return outcome.inverse().length() > LONGEST
        ? evidence
        : evidence.with(INVERSE, outcome.inverse());
  }

  static String digest(String inverse) {
    return Sha256.of(inverse.getBytes(StandardCharsets.UTF_8));
  }

  static String cut(List<String> lines) {
    String all = String.join("\n", lines);
    if (all.length() <= LONGEST) {
      return all;
    }
    int end = all.lastIndexOf('\n', LONGEST);
    return all.substring(0, end < 0 ? LONGEST : end) + "\n... of " + lines.size();
  }
}
