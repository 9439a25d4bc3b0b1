package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Unpack, restore beside everything in use, change, undo, compare, remove. */
record RehearsalEffect(
    List<Change> changes,
    List<Check> proving,
    ArtifactSource source,
    BackupMethod method,
    DrillPlace place,
    Scratch scratch,
    List<String> preview)
    implements Effect.External {
  private static final String PURPOSE = "rehearsal";

  @Override
  public boolean touchesTarget() {
    return false;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    Deadline clock = Deadline.of(Optional.empty());
    Artifact artifact = source.artifact(working);
    Vault vault = source.place().open();
    CopyRehearsal rehearsal;
    Content found;
    try (WorkDirectory work = WorkDirectory.in(place.work(vault.root()), PURPOSE, working.key())) {
      vault.unpack(artifact, work.path());
      rehearsal = new CopyRehearsal(changes, proving, method, work.path(), working.progress());
      found =
          method.drill(
              artifact, work.path(), scratch, working.key(), rehearsal, working.progress());
    }
    List<Finding> differences = artifact.manifest().content().differences(found);
    if (!differences.isEmpty()) {
      throw new StepFailed(differences);
    }
    rehearsal.requireProof();
    return Artifacts.noted(working.evidence(), found)
        .keeping(Artifacts.ID, artifact.id())
        .with("changes", changes.size())
        .with("compared", rehearsal.compared())
        .with("seconds", clock.seconds())
        .with("tables", found.tables().size())
        .with("rows", found.rows());
  }

  /** It leaves nothing behind, so whether it ran cannot be seen, and running it again is safe. */
  @Override
  public ProbeResult probe(CheckContext reading, String key) throws IOException {
    WorkDirectory.sweep(place.work(source.place().root()), PURPOSE, key);
    return new ProbeResult(
        ProbeResult.Kind.NOT_APPLIED,
        "a rehearsal proves nothing until it ends",
        reading.evidence());
  }
}
