package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.util.Optional;

/** With which changes a restore goes on, and how far. */
record Replaying(Changes changes, StopPoint stop, Optional<String> acceptedStatements) {

  /** The stretch of the log, and who restores it. */
  record Found(ChangeLog log, ChangeLog.Replay replay) {}

  /**
   * @throws Refusal when the product has none
   */
  static ChangeLog log(String step, Target target, BackupMethod method) {
    return method
        .changes()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-changes", "'" + step + "' replays changes")
                        .withExpected("a dialect that reads a log of changes")
                        .withFound(target.dialect().name() + " does not")
                        .withFix("leave out .replaying(...), or plan for another target")));
  }

  /**
   * @throws Refusal when the product has no such log, when the backup is not known while planning,
   *     and when the stretch cannot be replayed
   */
  Found find(String step, Target target, BackupMethod method, Optional<Artifact> backup)
      throws IOException {
    ChangeLog log = log(step, target, method);
    Artifact artifact =
        backup.orElseThrow(
            () ->
                new Refusal(
                    Finding.of("changes.backup-unknown", "'" + step + "' replays changes")
                        .withExpected(
                            "a backup that is there while planning: the stop is looked for behind"
                                + " it")
                        .withFound("one that the run will make")
                        .withFix("choose one: fromCatalogue(vault).at(moment)")));
    return new Found(
        log,
        log.resolve(artifact, changes.directory(), stop.stop(), acceptedStatements.isPresent()));
  }

  @Override
  public String toString() {
    return changes + " up to " + stop;
  }
}
