package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.List;

/**
 * Changes that are to be executed and undone on a copy, before it is said of what: {@code
 * rehearsed(housekeeping).onCopyOf(dump).intoScratchDatabase()}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class Rehearsed {
  private final List<Change> changes;

  public Rehearsed(Change first, Change... rest) {
    this.changes = Names.list(first, rest);
  }

  /** On a copy that is restored from that backup. */
  public OnCopy onCopyOf(ArtifactSource backup) {
    return new OnCopy(changes, backup);
  }

  @Override
  public String toString() {
    return "rehearsal of " + changes + " (not yet a step: say onCopyOf(backup))";
  }

  /** The same, before it is said where the copy is restored. */
  public static final class OnCopy {
    private final List<Change> changes;
    private final ArtifactSource source;

    OnCopy(List<Change> changes, ArtifactSource source) {
      this.changes = changes;
      this.source = source;
    }

    /** Into a directory of its own below that one, removed afterwards. */
    public Rehearsal into(Path scratchDirectory) {
      return Rehearsal.of(changes, source, DrillPlace.directory(scratchDirectory));
    }

    /** Into a database of its own on the server of that target, dropped afterwards. */
    public Rehearsal into(Target scratchServer) {
      return Rehearsal.of(changes, source, DrillPlace.server(scratchServer));
    }

    /** Into a database of its own on the server that the runbook is planned for. */
    public Rehearsal intoScratchDatabase() {
      return Rehearsal.of(changes, source, DrillPlace.besideTarget());
    }

    @Override
    public String toString() {
      return "rehearsal of "
          + changes
          + " (not yet a step: say into(directory), into(target) or intoScratchDatabase())";
    }
  }
}
