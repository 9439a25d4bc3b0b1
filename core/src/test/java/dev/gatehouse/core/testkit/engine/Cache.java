package dev.gatehouse.core.testkit.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What was unpacked once is kept for this user: {@code gatehouse-engines-<user>} under {@code
 * java.io.tmpdir}. A directory of it is either whole or not there.
 */
final class Cache {
  private static final String NAME = "gatehouse-engines-" + System.getProperty("user.name");
  private static final Path ROOT = Path.of(System.getProperty("java.io.tmpdir"), NAME);
  private static final Path MEMORY = Path.of("/dev/shm", NAME);
  private static final long GIGABYTE = 1L << 30;

  /** The longest fill is the download of a server's packages over a slow line. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private Cache() {}

  /** The directory of that name, if it is there. */
  static Optional<Path> known(String name) {
    return Optional.of(root().resolve(name)).filter(Files::isDirectory);
  }

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
          } catch (IOException | RuntimeException e) {
            long free = root().toFile().getUsableSpace() >> 20;
            // on a full disk the half of it would be in everybody's way
            delete(begun);
            throw new IllegalStateException(
                "%s could not be made, with %d MB free there: %s"
                    .formatted(whole, free, e.getMessage()),
                e);
          }
        });
  }

  /** Work that one process of this user does at a time. */
  static <T> T locked(String name, Supplier<T> work) {
    return locked(name, PATIENCE, work);
  }

  /**
   * @param patience how long others may take
   */
  static synchronized <T> T locked(String name, Duration patience, Supplier<T> work) {
    Path file = root().resolve(name + ".lock");
    long end = System.nanoTime() + patience.toNanos();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (!holds(channel)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "another build has held %s for %d s: see whether it still works"
                  .formatted(file, patience.toSeconds()));
        }
        LockSupport.parkNanos(50_000_000);
      }
      return work.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lock ends with the channel. */
  private static boolean holds(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /**
   * A path nothing stands at yet, for the data of one server: in memory where there is plenty. On a
   * disk, the files of a database that is made and dropped cost eight times the processor time.
   */
  static Path serverDirectory(String hint) {
    return inMemory() ? below(trusted(MEMORY), hint) : runDirectory(hint);
  }

  /**
   * A directory of this process for what tests make themselves, in memory where there is plenty;
   * those of processes that are dead are removed.
   */
  static Path scratchDirectory() throws IOException {
    Path all = Files.createDirectories((inMemory() ? trusted(MEMORY) : root()).resolve("scratch"));
    Path own = all.resolve(String.valueOf(ProcessHandle.current().pid()));
    if (!Files.isDirectory(own)) {
      try (DirectoryStream<Path> others = Files.newDirectoryStream(all, "[0-9]*")) {
        for (Path one : others) {
          long pid = Long.parseLong(String.valueOf(one.getFileName()));
          if (ProcessHandle.of(pid).isEmpty()) {
            delete(one);
          }
        }
      }
    }
    return Files.createDirectories(own);
  }

  /** A path nothing stands at yet. */
  static Path runDirectory(String hint) {
    return below(root(), hint);
  }

  private static boolean inMemory() {
    try {
      Path memory = Path.of("/dev/shm");
      // the memory of the container, where this is one
      return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
          && system.getTotalMemorySize() >= 8 * GIGABYTE
          && Files.isWritable(memory)
          && Files.getFileStore(memory).type().equals("tmpfs")
          && Files.getFileStore(memory).getUsableSpace() >= 4 * GIGABYTE;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path below(Path root, String hint) {
    try {
      return Files.createDirectories(root.resolve("run")).resolve(Names.unique(hint));
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
    return trusted(ROOT);
  }

  /**
   * The directory, made if it is not there. Its name is easy to guess and everybody may write
   * beside it: one that somebody else made, or could change, would give us programs to run.
   */
  static Path trusted(Path root) {
    try {
      make(root);
      PosixFileAttributes found =
          Files.readAttributes(root, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Path self = Path.of("/proc/self");
      boolean foreign = Files.exists(self) && !found.owner().equals(Files.getOwner(self));
      boolean open =
          found.permissions().contains(PosixFilePermission.GROUP_WRITE)
              || found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
      if (!found.isDirectory() || foreign || open) {
        throw new IllegalStateException(
            "%s %s: remove it, or use another directory by -DargLine=-Djava.io.tmpdir=..."
                .formatted(
                    root,
                    found.isDirectory()
                        ? foreign ? "belongs to somebody else" : "may be written by others"
                        : "is no directory"));
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path root) throws IOException {
    try {
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      // a server that does not run as root has to pass through it
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (FileAlreadyExistsException e) {
      // by an earlier build, or by one beside us
    }
  }
}
