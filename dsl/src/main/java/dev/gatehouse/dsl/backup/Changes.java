package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files of a server's log of changes, copied to a directory: those of MySQL and MariaDB are its
 * binary log.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Changes {
  private final Path directory;

  private Changes(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  public static Changes in(Path directory) {
    return new Changes(directory);
  }

  /**
   * Whether these files hold all that was changed between a backup and a moment, by the clock of
   * the server, and all of it could be replayed: every file from the place of the backup on, no gap
   * between two, each event's checksum right, and one place for the stop. Reads them whole; writes
   * nothing, and asks the server nothing. Run it where they are copied, before anything is stopped.
   */
  public NamedCheck complete(ArtifactSource backup, Instant before) {
    return complete(backup, StopPoint.moment(before));
  }

  /** The same up to a place, or a transaction. */
  public NamedCheck complete(ArtifactSource backup, StopPoint before) {
    String name = this + " are complete up to " + before;
    return NamedCheck.of(
        name,
        reading -> {
          Replaying.log(name, reading.target(), Artifacts.method(name, reading.target()));
          return List.of("every event from the place of " + backup.words() + " up to " + before);
        },
        reading -> evaluated(name, backup, before, reading));
  }

  private Outcome evaluated(
      String name, ArtifactSource backup, StopPoint before, CheckContext reading)
      throws IOException, SQLException {
    ChangeLog log = Replaying.log(name, reading.target(), Artifacts.method(name, reading.target()));
    Artifact artifact = backup.artifact(reading);
    try {
      ChangeLog.Replay replay = log.resolve(artifact, directory, before.stop(), false);
      Evidence evidence =
          reading.evidence().with("backup", artifact.id()).with("digest", replay.digest());
      for (Map.Entry<String, String> fact : new TreeMap<>(replay.facts()).entrySet()) {
        evidence = evidence.with(fact.getKey(), fact.getValue());
      }
      return Outcome.passed(evidence);
    } catch (Refusal refused) {
      return new Outcome.Failed(
          refused.findings(), reading.evidence().with("backup", artifact.id()));
    }
  }

  Path directory() {
    return directory;
  }

  @Override
  public String toString() {
    return "changes in " + directory;
  }
}
