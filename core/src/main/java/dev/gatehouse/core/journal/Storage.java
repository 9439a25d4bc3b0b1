package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Bytes that survive a power loss once forced: where a journal lives.
 *
 * <p>A journal relies on three promises: bytes written before a {@link #force} that returned are
 * kept; writing bytes does not harm bytes next to them; nobody else writes. It relies on nothing
 * for what was written since the last force: each 512-byte sector of it may be new, old, torn or
 * garbage after a power loss.
 *
 * @since 0.1
 */
public interface Storage extends Closeable {

  /**
   * Size in bytes.
   *
   * @throws IOException when it cannot be told
   */
  long size() throws IOException;

  /**
   * All bytes.
   *
   * @throws IOException when they cannot be read
   */
  byte[] read() throws IOException;

  /**
   * Writes all these bytes from that position on, growing the storage when they reach beyond it.
   *
   * @param position in bytes from the start
   * @throws IOException when not all were written; some may have been
   */
  void write(long position, byte[] bytes) throws IOException;

  /**
   * Cuts everything from that size on.
   *
   * @param size in bytes
   * @throws IOException when it was not cut
   */
  void truncate(long size) throws IOException;

  /**
   * Returns when everything written so far survives a power loss.
   *
   * @throws IOException when it may not; trying again proves nothing: an operating system may
   *     report a lost write once only, and go on showing bytes that are not on the disk until it is
   *     mounted anew
   */
  void force() throws IOException;

  /**
   * The file, created with mode 0600 when absent, for one opener at a time in this and all other
   * processes of this machine. Reading and writing go on when the thread is interrupted.
   *
   * <p>While it is open, do not open and close the same file by other means in this process: POSIX
   * drops the lock when any descriptor of the file is closed. {@link JournalVerifier} knows how to
   * read it. The directory should belong to the account that runs Gatehouse, and be writable for
   * nobody else.
   *
   * @throws Refusal {@code journal.file} when it is a symbolic link or no regular file, or other
   *     accounts may read or write it; {@code journal.locked} when it is open already
   * @throws IOException when it cannot be created or opened
   */
  static Storage open(Path file) throws IOException {
    return FileStorage.open(file);
  }

  /**
   * Whether anybody has the file open, in this process or another.
   *
   * @throws IOException when the file cannot be opened for writing
   */
  static boolean isHeld(Path file) throws IOException {
    return FileStorage.isHeld(file);
  }

  /**
   * Whether another process has the file open. One that is stopped, too: the system takes a lock
   * from a process only when that ends.
   *
   * @throws IOException when the file cannot be opened for writing
   */
  static boolean isHeldElsewhere(Path file) throws IOException {
    return FileStorage.isHeldElsewhere(file);
  }
}
