package dev.gatehouse.sqlite.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The two header bytes by which a database asks for a write-ahead log
 * (https://sqlite.org/fileformat2.html, "file format version numbers").
 *
 * <p>A copy that asks for one cannot be opened on read-only media, so copies never do; a restored
 * database asks for what the one in its place asked for.
 */
public enum JournalMode {
  ROLLBACK(1),
  WAL(2);

  private static final int OFFSET = 18;

  private final byte version;

  JournalMode(int version) {
    this.version = (byte) version;
  }

  public static JournalMode named(String pragma) {
    return pragma.equalsIgnoreCase("wal") ? WAL : ROLLBACK;
  }

  /** Writes it into the beginning of a file. */
  public void writeInto(byte[] beginning) {
    Arrays.fill(beginning, OFFSET, OFFSET + 2, version);
  }

  /** Writes it into a file that no connection but the caller's has open; the caller syncs that. */
  public void writeInto(Path database) throws IOException {
    try (FileChannel channel =
        FileChannel.open(database, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer versions = ByteBuffer.wrap(new byte[] {version, version});
      while (versions.hasRemaining()) {
        channel.write(versions, OFFSET + versions.position());
      }
    }
  }
}
