package dev.gatehouse.core.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory known by its identity and not only by its path: a link or another directory put in
 * its place later is noticed, and no file in it is reached through a link.
 *
 * <p>Immutable.
 */
final class Directory {
  private static final Set<PosixFilePermission> OWNER_FILE =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final FileAttribute<?> FILE_0600 =
      PosixFilePermissions.asFileAttribute(OWNER_FILE);
  static final FileAttribute<?> DIRECTORY_0700 =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final @Nullable Object identity;

  private Directory(Path path, @Nullable Object identity) {
    this.path = path;
    this.identity = identity;
  }

  /** The directory that lies there now; a link is none. */
  static Directory of(Path path) throws IOException {
    BasicFileAttributes found = attributes(path);
    if (!found.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "is not a directory of its own");
    }
    return new Directory(path, found.fileKey());
  }

  /** A new directory within, for its owner only. */
  Directory make(String name) throws IOException {
    refuseImpostor();
    return of(Files.createDirectory(path.resolve(name), DIRECTORY_0700));
  }

  Path path() {
    return path;
  }

  Path at(String name) {
    return path.resolve(name);
  }

  boolean has(String name) {
    return Files.exists(at(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Names within, sorted. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = opened()) {
      entries.forEach(entry -> names.add(Objects.requireNonNull(entry.getFileName()).toString()));
    }
    Collections.sort(names);
    return names;
  }

  /** Size of a regular file; anything else is refused, so that opening it cannot block. */
  long size(String name) throws IOException {
    BasicFileAttributes found = attributes(at(name));
    if (!found.isRegularFile()) {
      throw new FileSystemException(at(name).toString(), null, "is not a regular file");
    }
    return found.size();
  }

  FileChannel read(String name) throws IOException {
    size(name);
    return open(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  FileChannel create(String name) throws IOException {
    return open(
        name,
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        FILE_0600);
  }

  /** Opens for reading and writing, creating the file when it is not there. */
  FileChannel openOrCreate(String name) throws IOException {
    return open(
        name,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        FILE_0600);
  }

  /** The whole of a small file. */
  byte[] bytes(String name, long atMost) throws IOException {
    try (FileChannel file = read(name)) {
      long size = file.size();
      if (size > atMost) {
        throw new FileSystemException(
            at(name).toString(), null, "is " + size + " bytes, more than " + atMost);
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
      return Arrays.copyOf(bytes.array(), bytes.position());
    }
  }

  /** Writes a new file and syncs it. */
  void write(String name, byte[] bytes) throws IOException {
    try (FileChannel file = create(name)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        file.write(left);
      }
      file.force(true);
    }
  }

  /** Renames within, replacing what has the new name; one instant, no state between. */
  void rename(String from, String to) throws IOException {
    refuseImpostor();
    Files.move(at(from), at(to), StandardCopyOption.ATOMIC_MOVE);
  }

  void delete(String name) throws IOException {
    refuseImpostor();
    Files.deleteIfExists(at(name));
  }

  /** Deletes a directory of files within; does nothing when it is not there. */
  void deleteDirectory(String name) throws IOException {
    if (!has(name)) {
      return;
    }
    Directory doomed = of(at(name));
    for (String file : doomed.names()) {
      doomed.delete(file);
    }
    delete(name);
  }

  /** Makes a file readable and writable for its owner only. */
  void keepPrivate(String name) throws IOException {
    try (DirectoryStream<Path> here = opened()) {
      PosixFileAttributeView view =
          here instanceof SecureDirectoryStream<Path> safe
              ? safe.getFileAttributeView(
                  Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              : Files.getFileAttributeView(
                  at(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      Objects.requireNonNull(view).setPermissions(OWNER_FILE);
    }
  }

  /** Makes creations, renames and deletions within durable. */
  void sync() throws IOException {
    refuseImpostor();
    sync(path);
  }

  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private FileChannel open(String name, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    try (DirectoryStream<Path> here = opened()) {
      if (here instanceof SecureDirectoryStream<Path> safe
          && safe.newByteChannel(Path.of(name), options, attributes) instanceof FileChannel file) {
        return file;
      }
      return FileChannel.open(at(name), options, attributes);
    }
  }

  /** Opened and then identified, so that what was identified is what is used. */
  @SuppressWarnings("StreamResourceLeak") // closed by the caller
  private DirectoryStream<Path> opened() throws IOException {
    DirectoryStream<Path> here = Files.newDirectoryStream(path);
    try {
      identify(here);
      return here;
    } catch (IOException | RuntimeException e) {
      here.close();
      throw e;
    }
  }

  private void identify(DirectoryStream<Path> here) throws IOException {
    if (here instanceof SecureDirectoryStream<Path> safe) {
      BasicFileAttributeView view = safe.getFileAttributeView(BasicFileAttributeView.class);
      if (!Objects.equals(identity, view.readAttributes().fileKey())) {
        throw impostor();
      }
    } else {
      refuseImpostor();
    }
  }

  private void refuseImpostor() throws IOException {
    BasicFileAttributes found = attributes(path);
    // A link may be given the very number that a deleted directory had.
    if (!found.isDirectory() || !Objects.equals(identity, found.fileKey())) {
      throw impostor();
    }
  }

  private FileSystemException impostor() {
    return new FileSystemException(path.toString(), null, "another directory took its place");
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
