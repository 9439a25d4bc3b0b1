package dev.gatehouse.core.journal;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A locked file. Not a {@code FileChannel}: that one closes itself when the thread is interrupted,
 * and an abort must still be able to journal what it found.
 */
final class FileStorage implements Storage {

  /**
   * Files open in this JVM. The one static state that anything depends on, because the rule it
   * stands for is one of the process: POSIX drops a lock when any descriptor of the file is closed,
   * so none but the two of one storage may be opened, and these are closed together. Guarded by
   * itself.
   */
  private static final Map<Object, FileStorage> OPEN = new HashMap<>();

  private final Path path;
  private final Object key;
  private final RandomAccessFile file;

  /**
   * Forces the same file without its times, which the descriptor of {@link #file} cannot: over
   * space that was reserved nothing but the record itself is waited for. It does not close itself
   * when the thread is interrupted either.
   */
  private final AsynchronousFileChannel disk;

  private boolean cut;

  private FileStorage(Path path, Object key, RandomAccessFile file, AsynchronousFileChannel disk) {
    this.path = path;
    this.key = key;
    this.file = file;
    this.disk = disk;
  }

  static FileStorage open(Path path) throws IOException {
    synchronized (OPEN) {
      boolean created = create(path);
      Object key = key(path);
      if (OPEN.containsKey(key)) {
        throw locked(path, "open in this process");
      }
      if (!created) {
        PrivateFiles.requirePrivate(path, "journal.file");
      }
      return Opened.orClose(
          new RandomAccessFile(path.toFile(), "rw"),
          file -> Opened.orClose(disk(path), disk -> opened(path, key, file, disk, created)));
    }
  }

  private static AsynchronousFileChannel disk(Path path) throws IOException {
    return AsynchronousFileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileStorage opened(
      Path path, Object key, RandomAccessFile file, AsynchronousFileChannel disk, boolean created)
      throws IOException {
    if (!lock(file) || !key(path).equals(key)) {
      throw locked(path, "locked by another process");
    }
    if (created) {
      PrivateFiles.forceDirectory(path.toAbsolutePath().getParent());
    }
    FileStorage storage = new FileStorage(path.toAbsolutePath(), key, file, disk);
    OPEN.put(key, storage);
    return storage;
  }

  static boolean isHeld(Path path) throws IOException {
    synchronized (OPEN) {
      return OPEN.containsKey(key(path)) || isHeldElsewhere(path);
    }
  }

  static boolean isHeldElsewhere(Path path) throws IOException {
    synchronized (OPEN) {
      if (OPEN.containsKey(key(path))) {
        return false;
      }
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        return !lock(file);
      }
    }
  }

  /** All bytes of a file, also of one that is open here, without dropping its lock. */
  static byte[] bytes(Path path) throws IOException {
    synchronized (OPEN) {
      FileStorage open = OPEN.get(key(path.toRealPath()));
      return open != null ? open.read() : Files.readAllBytes(path);
    }
  }

  private static boolean create(Path path) throws IOException {
    try {
      PrivateFiles.create(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static Object key(Path path) throws IOException {
    return key(path, regular(path));
  }

  private static Object key(Path path, BasicFileAttributes is) throws IOException {
    Object inode = is.fileKey();
    return inode != null ? inode : path.toRealPath();
  }

  private static BasicFileAttributes regular(Path path) throws IOException {
    BasicFileAttributes is =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!is.isRegularFile()) {
      throw new Refusal(
          Finding.of("journal.file", "the journal is not a regular file")
              .withExpected("a regular file at " + path)
              .withFound(is.isSymbolicLink() ? "a symbolic link" : "something else")
              .withFix("name the file itself: realpath " + path));
    }
    return is;
  }

  private static boolean lock(RandomAccessFile file) throws IOException {
    try {
      @Nullable FileLock lock = file.getChannel().tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Refusal locked(Path path, String found) {
    return new Refusal(
        Finding.of("journal.locked", "somebody else has the journal open")
            .withExpected("nobody else has " + path + " open")
            .withFound(found)
            .withFix("wait for the other run or stop it; see who it is with: fuser " + path));
  }

  /**
   * Asked before every write and force, so this is where a file that left its place is missed: a
   * descriptor outlives the name, and what nobody can find afterwards proves nothing. One question
   * to the file system tells both, and each costs a tenth of a force.
   */
  @Override
  public synchronized long size() throws IOException {
    try {
      BasicFileAttributes is = regular(path);
      if (key(path, is).equals(key)) {
        return is.size();
      }
    } catch (NoSuchFileException | Refusal e) {
      // it is not there, or something else is
    }
    throw new IOException(
        "'" + path + "' is not the file that was opened: it was moved, deleted or replaced");
  }

  @Override
  public synchronized byte[] read() throws IOException {
    byte[] bytes = new byte[Math.toIntExact(file.length())];
    file.seek(0);
    file.readFully(bytes);
    return bytes;
  }

  @Override
  public synchronized void write(long position, byte[] bytes) throws IOException {
    file.seek(position);
    file.write(bytes);
  }

  @Override
  public synchronized void truncate(long size) throws IOException {
    if (size < file.length()) {
      file.setLength(size);
      cut = true;
    }
  }

  @Override
  public synchronized void force() throws IOException {
    // What grew is waited for in any case: without its size no record could be read.
    disk.force(cut);
    cut = false;
  }

  @Override
  public void close() throws IOException {
    synchronized (OPEN) {
      if (OPEN.remove(key, this)) {
        try (file) {
          disk.close();
        }
      }
    }
  }
}
