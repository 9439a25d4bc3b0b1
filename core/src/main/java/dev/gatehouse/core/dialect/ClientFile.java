package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A file in which client programs of a product look for a password: a plain one of at most 1 MiB.
 * Whoever closes it wipes what was read.
 *
 * @param mode as {@code ls} prints it: {@code rw-------}
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClientFile(Path path, byte[] bytes, String mode) implements AutoCloseable {
  private static final int LONGEST = 1 << 20;

  /** That file in the home directory of whoever started this process. */
  public static String inHome(Map<String, String> environment, String name) {
    String home = environment.getOrDefault("HOME", "");
    return (home.isEmpty() ? System.getProperty("user.home") : home) + "/" + name;
  }

  /**
   * Reads it.
   *
   * @param refused makes the refusal of what was found and how that is put right
   */
  public static ClientFile read(String file, BiFunction<String, String, Refusal> refused) {
    byte[] bytes = new byte[LONGEST + 1];
    try {
      Path path = Path.of(file);
      PosixFileAttributes seen = Files.readAttributes(path, PosixFileAttributes.class);
      if (!seen.isRegularFile()) {
        throw refused.apply("not a plain file", "ls -l '" + file + "'");
      }
      try (InputStream in = Files.newInputStream(path)) {
        int length = in.readNBytes(bytes, 0, bytes.length);
        if (length > LONGEST) {
          throw refused.apply("more than " + LONGEST + " bytes", "keep passwords alone in it");
        }
        String mode = PosixFilePermissions.toString(seen.permissions());
        return new ClientFile(path, Arrays.copyOf(bytes, length), mode);
      }
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      throw refused.apply(
          "not read: " + e.getClass().getSimpleName(),
          "see that it is there: ls -l '" + file + "'");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
