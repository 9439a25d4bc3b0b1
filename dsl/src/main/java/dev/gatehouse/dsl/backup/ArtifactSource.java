package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Which backup is meant: the one that a {@link BackUp} step makes in this run, or one chosen from a
 * {@link Catalogue}. Never a file name, and never just the newest file.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public abstract sealed class ArtifactSource permits BackUp, CatalogueEntry, SafetyBackup {

  ArtifactSource() {}

  /** In words, as an outline prints it. */
  abstract String words();

  /** Where it is kept, and where a safety backup goes. */
  abstract Destination place();

  /** The artifact, if it can be known while planning. */
  abstract Optional<Artifact> known(CheckContext reading) throws SQLException;

  /** The artifact, when it is needed. */
  abstract Artifact artifact(CheckContext reading) throws SQLException;

  /** Steps that must have run before. */
  abstract List<Step> needed();
}
