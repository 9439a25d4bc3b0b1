package dev.gatehouse.core.disk;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files and directories for their owner only, where the file system knows owners; elsewhere made
 * without modes.
 *
 * <p>Thread-safe. Never used on a live database: closing a file drops the locks of the process.
 *
 * @since 0.1
 */
public final class PrivateFiles {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateFiles() {}

  /**
   * Creates an empty file with mode 0600.
   *
   * @throws java.nio.file.FileAlreadyExistsException when something has that name
   */
  public static void create(Path file) throws IOException {
    Files.createFile(file, mode(file, "rw-------"));
  }

  /**
   * Creates a file with mode 0600 and that content, on disk when this returns.
   *
   * @throws java.nio.file.FileAlreadyExistsException when something has that name
   */
  public static void write(Path file, byte[] content) throws IOException {
    create(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  /**
   * Creates a directory with mode 0700.
   *
   * @throws java.nio.file.FileAlreadyExistsException when something has that name
   */
  public static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, mode(directory, "rwx------"));
  }

  /** Creates a directory and those above it with mode 0700; one that exists stays as it is. */
  public static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, mode(directory, "rwx------"));
    }
  }

  /**
   * Makes sure of a file that holds what others must not see.
   *
   * @param code of the finding
   * @throws Refusal when it is a link, is not regular, or others may read or write it
   */
  public static void requirePrivate(Path file, String code) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Refusal(
          Finding.of(code, "not a regular file: " + file)
              .withFix("name the file itself: realpath " + file));
    }
    PosixFileAttributeView posix =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (posix == null) {
      return;
    }
    Set<PosixFilePermission> is = posix.readAttributes().permissions();
    if (!OWNER.containsAll(is)) {
      throw new Refusal(
          Finding.of(code, "other accounts may read or write " + file)
              .withExpected("rw-------")
              .withFound(PosixFilePermissions.toString(is))
              .withFix("chmod 600 " + file));
    }
  }

  /** Makes a file just created or renamed survive a power loss, where a directory can be forced. */
  public static void forceDirectory(@Nullable Path directory) throws IOException {
    if (directory == null || !posix(directory)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] mode(Path path, String mode) {
    return posix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
