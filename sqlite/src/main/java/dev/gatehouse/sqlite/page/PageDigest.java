package dev.gatehouse.sqlite.page;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * SHA-256 over all pages of a database, as a file in rollback mode would hold them: of a copy it is
 * that of its file, whatever journal mode that asks for.
 *
 * @param header the first 100 bytes
 */
public record PageDigest(String sha256, ByteBuffer header) {
  private static final int BUFFER = 1 << 20;
  private static final int HEADER = 100;
  private static final int PAGES = 28;

  /** No page is ever stored here: SQLite locks these bytes. */
  private static final long LOCKED_BYTE = 1L << 30;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /**
   * Of a database that is in use.
   *
   * @param file its bytes; those of pages that the log holds do not count
   * @param moved is told how many bytes were read
   * @return empty when the file is none that SQLite itself could read, such as an encrypted one
   */
  public static Optional<PageDigest> of(
      InputStream file, int pageSize, long pages, LogFrames log, LongConsumer moved)
      throws IOException {
    MessageDigest sha256 = Sha256.begin();
    ByteBuffer header = ByteBuffer.allocate(0);
    int most = Math.max(1, BUFFER / pageSize);
    byte[] buffer = new byte[most * pageSize];
    for (long first = 1; first <= pages; first += most) {
      int count = (int) Math.min(most, pages - first + 1);
      int there = file.readNBytes(buffer, 0, count * pageSize);
      for (int i = 0; i < count; i++) {
        if (log.holds(first + i)) {
          log.read(first + i, buffer, i * pageSize);
        } else if ((i + 1) * pageSize > there) {
          throw new IOException("the database ends before its page " + (first + i));
        }
        if (first + i == LOCKED_BYTE / pageSize + 1) {
          Arrays.fill(buffer, i * pageSize, (i + 1) * pageSize, (byte) 0);
        }
      }
      if (first == 1) {
        if (!Arrays.equals(buffer, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
          return Optional.empty();
        }
        JournalMode.ROLLBACK.writeInto(buffer);
        ByteBuffer.wrap(buffer).putInt(PAGES, (int) pages);
        header = ByteBuffer.wrap(Arrays.copyOf(buffer, HEADER)).asReadOnlyBuffer();
      }
      sha256.update(buffer, 0, count * pageSize);
      moved.accept(there);
    }
    return Optional.of(new PageDigest(Sha256.end(sha256), header));
  }

  /** Of a copy, which nobody uses, by its file. */
  public static String of(Path copy, Progress progress) throws IOException {
    MessageDigest sha256 = Sha256.begin();
    byte[] buffer = new byte[BUFFER];
    try (InputStream file = Files.newInputStream(copy, LinkOption.NOFOLLOW_LINKS)) {
      boolean first = true;
      for (int n = file.readNBytes(buffer, 0, BUFFER); n > 0; ) {
        progress.continuing();
        if (first && n >= HEADER) {
          JournalMode.ROLLBACK.writeInto(buffer);
        }
        first = false;
        sha256.update(buffer, 0, n);
        n = file.readNBytes(buffer, 0, BUFFER);
      }
    }
    return Sha256.end(sha256);
  }
}
