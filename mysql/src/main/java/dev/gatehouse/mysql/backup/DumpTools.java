package dev.gatehouse.mysql.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where mysqldump (of MySQL) or mariadb-dump is, for backups by it: which of the two, the server
 * decides. On PATH unless something else is said, and never older than the server.
 *
 * <p>Immutable. Naming a place looks at nothing: a step that needs the tool looks while planning.
 *
 * @since 0.1
 */
public final class DumpTools {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Optional<Path> directory;
  private final Duration patience;

  private DumpTools(Optional<Path> directory, Duration patience) {
    this.directory = directory;
    this.patience = patience;
  }

  /** Those of PATH. */
  public static DumpTools found() {
    return new DumpTools(Optional.empty(), PATIENCE);
  }

  /** Those of that directory and no others. */
  public static DumpTools at(Path directory) {
    return new DumpTools(Optional.of(directory.toAbsolutePath()), PATIENCE);
  }

  /**
   * The same tools, killed when for so long no byte comes from them. Default 10 minutes.
   *
   * @throws IllegalArgumentException when not above zero
   */
  public DumpTools withPatience(Duration silence) {
    if (silence.isZero() || silence.isNegative()) {
      throw new IllegalArgumentException("silence is " + silence + ": above zero");
    }
    return new DumpTools(directory, silence);
  }

  Optional<Path> directory() {
    return directory;
  }

  Duration patience() {
    return patience;
  }

  @Override
  public String toString() {
    return directory.map(Path::toString).orElse("on PATH");
  }
}
