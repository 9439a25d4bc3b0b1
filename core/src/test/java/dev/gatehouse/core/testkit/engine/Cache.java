package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What was unpacked once is kept for this user: {@code gatehouse-engines-<user>} under {@code
 * java.io.tmpdir}. A directory of it is either whole or not there.
 */
final class Cache {
  private static final Path ROOT =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "gatehouse-engines-" + System.getProperty("user.name"));

  private Cache() {}

  /** The directory of that name, filled the first time; one process fills, others wait. */
  static Path directory(String name, Consumer<Path> fill) {
    Path whole = root().resolve(name);
    if (Files.isDirectory(whole)) {
      return whole;
    }
    return locked(
        name,
        () -> {
          if (Files.isDirectory(whole)) {
            return whole;
          }
          Path begun = root().resolve(name + ".begun");
          delete(begun);
          try {
            Files.createDirectories(begun);
            fill.accept(begun);
            return Files.move(begun, whole, StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Work that one process of this user does at a time. */
  static synchronized <T> T locked(String name, Supplier<T> work) {
    Path file = root().resolve(name + ".lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IllegalStateException("no lock on " + file);
      }
      return work.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path nothing stands at yet, for the data of one server. */
  static Path runDirectory(String hint) {
    try {
      return Files.createDirectories(root().resolve("run")).resolve(Names.unique(hint));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path scratchFile() {
    try {
      return Files.createTempFile(root(), "said", ".txt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a directory with owners, modes and links. */
  static void copy(Path from, Path to) {
    Programs.mustRun(
        List.of("cp", "-a", "--reflink=auto", from.toString(), to.toString()),
        Map.of(),
        root(),
        Optional.empty());
  }

  static void delete(Path directory) {
    if (Files.exists(directory)) {
      Programs.mustRun(
          List.of("rm", "-rf", "--", directory.toString()), Map.of(), root(), Optional.empty());
    }
  }

  private static Path root() {
    try {
      if (!Files.isDirectory(ROOT)) {
        Files.createDirectories(ROOT);
        // a server that does not run as root has to pass through it, nobody else may write
        Files.setPosixFilePermissions(ROOT, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      // under a directory everybody may write to, somebody else could have made it first
      Path self = Path.of("/proc/self");
      if (Files.exists(self) && !Files.getOwner(ROOT).equals(Files.getOwner(self))) {
        throw new IllegalStateException(ROOT + " belongs to somebody else: remove it");
      }
      return ROOT;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
