package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.dsl.words.Seconds;
import java.util.List;
import java.util.Optional;

/**
 * Before: verify, keep what is there. Then all of it in the run's transaction: unpack, replace,
 * prove.
 */
record RestoreInTransaction(
    Restore step,
    BackupMethod method,
    RestoreMethod.InTransaction replacing,
    boolean endingSessions,
    Optional<Artifact> pinned,
    List<String> preview)
    implements Effect.InTransaction {
  private static final String PURPOSE = "restore";

  @Override
  public void prepare(EffectContext working) throws Exception {
    Vault vault = step.source().place().open();
    Artifact artifact = artifact(working);
    step.refuseForeign(artifact, RestoreEffect.fingerprint(working.target()));
    try (WorkDirectory work = WorkDirectory.in(vault.root(), PURPOSE, working.key())) {
      vault.unpack(artifact, work.path());
      working.progress().reached("restore.verified");
      replacing.preflight(artifact, work.path(), working.target(), working.progress());
      working.progress().reached("restore.read");
    }
    if (!endingSessions) {
      replacing.refuseSessions(working.target());
    }
    SafetyBackup.take(working, method, vault);
    working.progress().reached("restore.safety-published");
    if (endingSessions) {
      replacing.endSessions(working.target());
      working.progress().reached("restore.sessions-ended");
    }
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    long begun = System.nanoTime();
    Vault vault = step.source().place().open();
    Artifact artifact = artifact(working);
    step.refuseForeign(artifact, working.target().dialect().identify(working.connection()));
    Content restored;
    try (WorkDirectory work = WorkDirectory.in(vault.root(), PURPOSE, working.key())) {
      vault.unpack(artifact, work.path());
      working.progress().reached("restore.unpacked");
      restored = replacing.replace(artifact, work.path(), working.connection(), working.progress());
      working.progress().reached("restore.replaced");
    }
    return Artifacts.noted(
            RestoreEffect.evidence(
                working.now(), artifact, SafetyBackup.last(vault, working.key())),
            restored)
        .with("seconds", Seconds.since(begun));
  }

  private Artifact artifact(EffectContext working) {
    return pinned.orElseGet(() -> step.source().artifact(working));
  }
}
