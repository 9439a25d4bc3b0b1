package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** From a step to the artifact it made, and back. */
final class Artifacts {
  static final String ID = "artifact";
  static final String SHA256 = "sha256";

  /** How far a backup or a restore was verified: L0 STORED, L1 READABLE, and so on. */
  static final String LEVEL = "level";

  /** Every row equals what was recorded of the backup's own snapshot. */
  static final String EQUAL = "L4 EQUAL";

  private Artifacts() {}

  static BackupMethod method(String step, Target target) {
    return target
        .dialect()
        .backups()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-backups", "'" + step + "' needs backups")
                        .withExpected("a dialect that backs up and restores")
                        .withFound(target.dialect().name() + " does neither")
                        .withFix("take '" + step + "' out, or plan for another target")));
  }

  /**
   * Takes a backup, unless one was published under that key already.
   *
   * @param as the target, as the account that reads it
   * @param mark what is said of it in its manifest, beside what the product tells
   */
  static Artifact take(
      EffectContext working,
      Target as,
      BackupMethod method,
      Vault vault,
      BackupMethod.Options options,
      Mark mark,
      String key)
      throws Exception {
    Optional<Artifact> published = vault.published(key);
    if (published.isPresent()) {
      return published.get();
    }
    try (Staging staging = vault.stage(key, working.now())) {
      BackupMethod.Produced produced =
          method.backUp(as, staging, fileName(working.target()), options, working.progress());
      Facts facts =
          Facts.of(
                  produced.fileNames(),
                  produced.method(),
                  produced.content(),
                  produced.source().identity(),
                  produced.snapshotAt(),
                  mark.on(produced))
              .restoredBy(method.restoreCommands(produced));
      return staging.publish(
          options.zstd() ? facts.compressed() : facts,
          bytes -> working.progress().moved(bytes, 0),
          working.progress()::reached);
    }
  }

  /**
   * For what a backup is taken.
   *
   * @param kept how long it is to be kept, where somebody said so
   */
  record Mark(String purpose, Optional<Duration> kept) {
    private Map<String, String> on(BackupMethod.Produced produced) {
      Map<String, String> facts = new TreeMap<>(produced.versions());
      facts.put(Manifest.PURPOSE, purpose);
      kept.ifPresent(
          time -> facts.put(Manifest.KEPT_UNTIL, produced.snapshotAt().plus(time).toString()));
      return facts;
    }
  }

  private static String fileName(Target target) {
    String name = target.name().replaceAll("[^A-Za-z0-9_-]", "_");
    return name.length() > 60 ? name.substring(0, 60) : name;
  }

  static Evidence evidence(Artifact artifact) {
    Manifest manifest = artifact.manifest();
    Evidence evidence =
        Evidence.at(manifest.snapshotAt())
            .keeping(ID, manifest.id())
            .with("directory", artifact.directory())
            .keeping(SHA256, manifest.storedSha256())
            .with("bytes", manifest.storedBytes())
            .with("tables", manifest.content().tables().size())
            .with("rows", manifest.content().rows())
            .with("method", manifest.method())
            .with(LEVEL, "L0 STORED");
    for (Map.Entry<String, String> fact : manifest.versions().entrySet()) {
      if (fact.getKey().startsWith("not ")
          || List.of(Manifest.KEPT_UNTIL, Manifest.CONTENT_OF).contains(fact.getKey())) {
        evidence = evidence.with(fact.getKey(), fact.getValue());
      }
    }
    return evidence;
  }

  /** That a copy is equal, and to what where that is told. */
  static Evidence equal(Evidence evidence, String level, Artifact artifact) {
    Evidence equal = evidence.with(LEVEL, level);
    String to = artifact.manifest().versions().get(Manifest.CONTENT_OF);
    return to == null ? equal : equal.with("equal to", to);
  }

  /** With what differs in a copy and is no difference. */
  static Evidence noted(Evidence evidence, Content copy) {
    Evidence noted = evidence;
    for (Map.Entry<String, String> note : copy.notes().entrySet()) {
      noted = noted.with(note.getKey(), note.getValue());
    }
    return noted;
  }

  /** The artifact a step reported; refused when another stands under its name by now. */
  static Artifact reported(
      Destination place, Optional<Evidence> evidence, String step, String fact) {
    String id =
        evidence
            .flatMap(told -> told.fact(fact))
            .orElseThrow(
                () ->
                    new Refusal(
                        Finding.of("artifact.none", "'" + step + "' has made no backup in this run")
                            .withExpected("an artifact")
                            .withFound("none")
                            .withFix("put '" + step + "' before the step that uses it")));
    Artifact artifact = place.open().withId(id);
    String stored = artifact.manifest().storedSha256();
    boolean altered =
        fact.equals(ID)
            && evidence
                .flatMap(told -> told.fact(SHA256))
                .filter(told -> !told.equals(stored))
                .isPresent();
    if (altered) {
      throw new Refusal(
          Finding.of("artifact.altered", "artifact " + id + " is not the one '" + step + "' made")
              .withExpected("sha256 " + evidence.flatMap(told -> told.fact(SHA256)).orElse(""))
              .withFound("sha256 " + stored)
              .withFix("take the backup again, and find out who writes to " + place));
    }
    return artifact;
  }
}
