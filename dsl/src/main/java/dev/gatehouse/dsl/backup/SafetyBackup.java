package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import java.util.List;
import java.util.Optional;

/** The backup that a restore takes of what it is about to replace: what its undo restores. */
final class SafetyBackup extends ArtifactSource {
  static final String ID = RestoreMethod.SAFETY;

  private final Step of;
  private final Destination place;

  /**
   * @param of the restore that takes it
   */
  SafetyBackup(Step of, Destination place) {
    this.of = of;
    this.place = place;
  }

  /**
   * Takes it. One that an interrupted attempt left is used again only if the target still holds the
   * same content: an undo would lose what was written since.
   *
   * @param as the target, as the account that reads it
   */
  static Artifact take(EffectContext working, Target as, BackupMethod method, Vault vault)
      throws Exception {
    Optional<Artifact> last = last(vault, working.key());
    if (last.isPresent()
        && method
            .contentAs(last.get().manifest().content(), as, working.progress())
            .equals(last.get().manifest().content())) {
      return last.get();
    }
    int attempt = 1;
    while (vault.published(key(working.key(), attempt)).isPresent()) {
      attempt++;
    }
    return Artifacts.take(
        working,
        as,
        method,
        vault,
        BackupMethod.Options.DEFAULT,
        new Artifacts.Mark(Manifest.SAFETY_COPY, Optional.empty()),
        key(working.key(), attempt));
  }

  /** The one that was taken last under a restore's key. */
  static Optional<Artifact> last(Vault vault, String key) {
    Optional<Artifact> last = Optional.empty();
    for (int attempt = 1; ; attempt++) {
      Optional<Artifact> next = vault.published(key(key, attempt));
      if (next.isEmpty()) {
        return last;
      }
      last = next;
    }
  }

  private static String key(String key, int attempt) {
    return key + "/safety" + (attempt == 1 ? "" : "/" + attempt);
  }

  @Override
  String words() {
    return "the safety backup that '" + of.name() + "' takes first";
  }

  @Override
  Destination place() {
    return place;
  }

  @Override
  Optional<Artifact> known(CheckContext reading) {
    return reading.evidenceOf(of).map(evidence -> artifact(reading));
  }

  @Override
  Artifact artifact(CheckContext reading) {
    Optional<Evidence> told = reading.evidenceOf(of);
    // A restore of which only the marker was found after a crash could not tell it.
    return told.filter(evidence -> evidence.fact(ID).isEmpty())
        .flatMap(evidence -> evidence.fact("key"))
        .flatMap(key -> last(place.open(), key))
        .orElseGet(() -> Artifacts.reported(place, told, of.name(), ID));
  }

  @Override
  List<Step> needed() {
    return List.of(of);
  }

  @Override
  public String toString() {
    return words();
  }
}
