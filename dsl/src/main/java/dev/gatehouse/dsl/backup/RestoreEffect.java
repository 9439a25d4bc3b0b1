package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.dsl.words.Seconds;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Verify, keep what is there, unpack, replace.
 *
 * @param changes what evidence says of changes that are replayed; empty where none are
 */
record RestoreEffect(
    Restore step,
    BackupMethod method,
    RestoreMethod.Swap swap,
    Optional<Artifact> pinned,
    Optional<OtherAccount> other,
    Map<String, String> changes,
    List<String> preview)
    implements Effect.External {
  private static final String PURPOSE = "restore";

  @Override
  public Optional<String> comparison() {
    return Optional.of(
        "with the content of the backup"
            + (changes.isEmpty() ? "" : "; what is replayed on it is counted"));
  }

  @Override
  public boolean touchesTarget() {
    return true;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    long begun = System.nanoTime();
    Vault vault = step.source().place().open();
    Artifact artifact = artifact(working);
    Target as = other.map(OtherAccount::login).orElse(working.target());
    other.ifPresent(it -> it.requireSame(step.name()));
    step.refuseForeign(artifact, fingerprint(as));
    vault.verify(artifact);
    working.progress().reached("restore.verified");
    swap.takeBack(artifact, as, working.key(), working.progress());
    Artifact safety = SafetyBackup.take(working, as, method, vault);
    working.progress().reached("restore.safety-published");
    try (WorkDirectory work = WorkDirectory.in(vault.root(), PURPOSE, working.key())) {
      vault.unpack(artifact, work.path());
      working.progress().reached("restore.unpacked");
      swap.restore(artifact, work.path(), as, working.key(), working.progress());
    }
    return OtherAccount.told(
            other, replayed(evidence(working.now(), artifact, Optional.of(safety))))
        .with("seconds", Seconds.since(begun));
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    Optional<Vault> existing = step.source().place().existing();
    if (existing.isPresent()) {
      WorkDirectory.sweep(existing.get().root(), PURPOSE, key);
    }
    RestoreMethod.State state = swap.state(reading.target(), key);
    if (state == RestoreMethod.State.APPLIED) {
      Optional<Artifact> safety = existing.flatMap(vault -> SafetyBackup.last(vault, key));
      return new ProbeResult(
          ProbeResult.Kind.APPLIED,
          "the target is the restored one",
          replayed(evidence(reading.now(), artifact(reading), safety)));
    }
    return switch (state) {
      case NOT_APPLIED ->
          new ProbeResult(
              ProbeResult.Kind.NOT_APPLIED, "the target is what it was before", reading.evidence());
      case REPEATABLE ->
          new ProbeResult(
              ProbeResult.Kind.REPEATABLE,
              "a restore was begun and not ended; the next try completes it or takes it back",
              reading.evidence());
      default ->
          new ProbeResult(
              ProbeResult.Kind.UNKNOWN,
              "the target does not tell whether it was",
              reading.evidence());
    };
  }

  /** The rows of the backup are proved equal; what is replayed on them is counted. */
  private Evidence replayed(Evidence restored) {
    Evidence evidence = restored;
    for (Map.Entry<String, String> fact : new TreeMap<>(changes).entrySet()) {
      evidence = evidence.with(fact.getKey(), fact.getValue());
    }
    return changes.isEmpty()
        ? evidence
        : evidence.with(Artifacts.LEVEL, Artifacts.EQUAL + ", then changes replayed and counted");
  }

  private Artifact artifact(CheckContext reading) throws SQLException {
    return pinned.isPresent() ? pinned.get() : step.source().artifact(reading);
  }

  static Evidence evidence(Instant at, Artifact artifact, Optional<Artifact> safety) {
    Evidence evidence =
        Artifacts.equal(
            Evidence.at(at)
                .keeping(Artifacts.ID, artifact.id())
                .keeping("snapshotAt", artifact.manifest().snapshotAt())
                .with("rows", artifact.manifest().content().rows()),
            Artifacts.EQUAL,
            artifact);
    return safety
        .map(
            kept ->
                evidence
                    .keeping(SafetyBackup.ID, kept.id())
                    .with("safetyDirectory", kept.directory())
                    .with(RestoreMethod.BACK, CatalogueEntry.java(kept)))
        .orElse(evidence);
  }

  /** On a session of its own that is gone again: the restore wants the target for itself. */
  static Fingerprint fingerprint(Target target) throws SQLException {
    try (Connection connection = target.dialect().openReading(target)) {
      return target.dialect().identify(connection);
    }
  }
}
