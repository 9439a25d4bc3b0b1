package dev.gatehouse.core.letter;

import dev.gatehouse.core.disk.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room in an inbox for one letter that stops the run, should the disk be full when somebody writes
 * it. Where it cannot be kept, or a file system writes changed blocks elsewhere, letters have to do
 * without.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class Room {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);
  private static final LinkOption AS_IT_IS = LinkOption.NOFOLLOW_LINKS;

  /** One with a usual reason has less than a thousand. */
  private static final int BYTES = 8 << 10;

  private final Path journal;
  private final Path directory;
  private final Path spare;

  Room(Path journal, Path directory) {
    this.journal = journal;
    this.directory = directory;
    this.spare = directory.resolve(".room");
  }

  /** Keeps it, unless it is there; makes the box. */
  public void keep() {
    if (Files.exists(journal, AS_IT_IS) && !Files.exists(spare, AS_IT_IS)) {
      try {
        PrivateFiles.createDirectories(directory);
        Path part = directory.resolve(".room.part");
        Files.deleteIfExists(part);
        PrivateFiles.write(part, new byte[BYTES]);
        Files.move(part, spare, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        LOG.debug("no room is kept for a letter: {}", e.getClass());
      }
    }
  }

  /** Nobody will write any more: the box goes with it when it is empty. */
  public void giveBack() {
    try {
      if (Files.deleteIfExists(spare)) {
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      LOG.debug("the inbox stays: {}", e.getClass());
    }
  }

  /**
   * Writes over what is there already, which needs no room.
   *
   * @return whether the file is there now, whole
   */
  boolean take(Path file, byte[] bytes) throws IOException {
    if (bytes.length > BYTES || !Files.isRegularFile(spare, AS_IT_IS)) {
      return false;
    }
    Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, AS_IT_IS)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.truncate(bytes.length);
      channel.force(true);
    }
    return true;
  }
}
