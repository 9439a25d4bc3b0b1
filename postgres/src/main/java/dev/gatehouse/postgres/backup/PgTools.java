package dev.gatehouse.postgres.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where pg_dump and pg_restore are. Found by themselves unless something else is said: on PATH,
 * then where distributions install them; of the server's major version or newer.
 *
 * <p>Immutable. Naming a place looks at nothing: a step that needs a tool looks while planning.
 *
 * @since 0.1
 */
public final class PgTools {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Optional<Path> directory;
  private final List<String> prefix;
  private final Duration patience;

  private PgTools(Optional<Path> directory, List<String> prefix, Duration patience) {
    this.directory = directory;
    this.prefix = List.copyOf(prefix);
    this.patience = patience;
  }

  /** Those of PATH, or of a distribution's layout such as {@code /usr/lib/postgresql/17/bin}. */
  public static PgTools found() {
    return new PgTools(Optional.empty(), List.of(), PATIENCE);
  }

  /** Those of that directory and no others. */
  public static PgTools at(Path directory) {
    return new PgTools(Optional.of(directory.toAbsolutePath()), List.of(), PATIENCE);
  }

  /**
   * Those that the command leads to: {@code inside("docker", "exec", "-i", "pg")}. The command must
   * hand its standard input on. The server's address is then as the container sees it. A backup in
   * parallel, and a drill or restore of one, need tools of this machine.
   */
  public static PgTools inside(String command, String... arguments) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(arguments));
    return new PgTools(Optional.empty(), words, PATIENCE);
  }

  /**
   * The same tools, killed when for so long no byte comes from them. Default 10 minutes.
   *
   * @throws IllegalArgumentException when not above zero
   */
  public PgTools withPatience(Duration silence) {
    if (silence.isZero() || silence.isNegative()) {
      throw new IllegalArgumentException("silence is " + silence + ": above zero");
    }
    return new PgTools(directory, prefix, silence);
  }

  Optional<Path> directory() {
    return directory;
  }

  List<String> prefix() {
    return prefix;
  }

  Duration patience() {
    return patience;
  }

  @Override
  public String toString() {
    return prefix.isEmpty()
        ? directory.map(Path::toString).orElse("on PATH or of a distribution")
        : "inside " + String.join(" ", prefix);
  }
}
