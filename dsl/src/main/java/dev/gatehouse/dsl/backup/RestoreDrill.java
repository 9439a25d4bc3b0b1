package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;

/**
 * A restore drill, before it is said where: {@code restoreDrill(dump).into(scratch)}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class RestoreDrill {
  private final ArtifactSource source;

  public RestoreDrill(ArtifactSource source) {
    this.source = source;
  }

  /**
   * Into a directory of its own below that one, removed afterwards.
   *
   * @param scratchDirectory with room for the uncompressed backup; when only its parent is there,
   *     the drill works beside where it would be
   */
  public Drill into(Path scratchDirectory) {
    return Drill.of(source, DrillPlace.directory(scratchDirectory));
  }

  /**
   * Into a database of its own on the server of that target, dropped afterwards. The target's own
   * databases are not touched; its account must be allowed to create databases.
   */
  public Drill into(Target scratchServer) {
    return Drill.of(source, DrillPlace.server(scratchServer));
  }

  /**
   * Into a database of its own on the server that the runbook is planned for, dropped afterwards.
   * The account must be allowed to create databases.
   */
  public Drill intoScratchDatabase() {
    return Drill.of(source, DrillPlace.besideTarget());
  }

  @Override
  public String toString() {
    return "restore drill with "
        + source.words()
        + " (not yet a step: say into(directory), into(target) or intoScratchDatabase())";
  }
}
