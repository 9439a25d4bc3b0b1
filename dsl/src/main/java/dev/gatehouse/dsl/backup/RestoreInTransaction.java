package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.dsl.words.Seconds;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Before: verify, unpack, keep what is there. Then in the run's transaction: replace and prove. */
record RestoreInTransaction(
    Restore step,
    BackupMethod method,
    RestoreMethod.InTransaction replacing,
    boolean endingSessions,
    Optional<Artifact> pinned,
    Optional<OtherAccount> other,
    List<String> preview)
    implements Effect.InTransaction {
  private static final String PURPOSE = "restore";

  /** Verified, unpacked and kept ready once: the transaction holds the latch, and must not wait. */
  private record Unpacked(
      RestoreInTransaction of, Artifact artifact, Artifact safety, WorkDirectory work)
      implements Prepared {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      long begun = System.nanoTime();
      of.step.refuseForeign(artifact, working.target().dialect().identify(working.connection()));
      Content restored =
          of.replacing.replace(artifact, work.path(), working.connection(), working.progress());
      working.progress().reached("restore.replaced");
      return OtherAccount.told(
              of.other,
              Artifacts.noted(
                  RestoreEffect.evidence(working.now(), artifact, Optional.of(safety)), restored))
          .with("seconds", Seconds.since(begun));
    }

    @Override
    public void close() throws IOException {
      work.close();
    }
  }

  @Override
  public Optional<Target> account() {
    return other.map(OtherAccount::login);
  }

  private Target as(EffectContext working) {
    return account().orElse(working.target());
  }

  @Override
  public Optional<String> comparison() {
    return Optional.of("with the content of the backup");
  }

  @Override
  public Prepared prepare(EffectContext working) throws Exception {
    Vault vault = step.source().place().open();
    Artifact artifact = artifact(working);
    other.ifPresent(it -> it.requireSame(step.name()));
    step.refuseForeign(artifact, RestoreEffect.fingerprint(as(working)));
    return Opened.orClose(
        WorkDirectory.in(vault.root(), PURPOSE, working.key()),
        work -> new Unpacked(this, artifact, ready(working, vault, artifact, work), work));
  }

  /** All that comes before the transaction; the safety backup that was taken. */
  private Artifact ready(EffectContext working, Vault vault, Artifact artifact, WorkDirectory work)
      throws Exception {
    vault.unpack(artifact, work.path());
    working.progress().reached("restore.verified");
    replacing.preflight(artifact, work.path(), as(working), working.progress());
    working.progress().reached("restore.read");
    if (!endingSessions) {
      replacing.refuseSessions(as(working));
    }
    Artifact safety = SafetyBackup.take(working, as(working), method, vault);
    working.progress().reached("restore.safety-published");
    if (endingSessions) {
      replacing.endSessions(as(working));
      working.progress().reached("restore.sessions-ended");
    }
    return safety;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    try (Prepared prepared = prepare(working)) {
      return prepared.apply(working);
    }
  }

  private Artifact artifact(EffectContext working) throws SQLException {
    return pinned.isPresent() ? pinned.get() : step.source().artifact(working);
  }
}
