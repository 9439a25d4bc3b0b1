package dev.gatehouse.sqlite.page;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the index of a write-ahead log says of it, true while nobody may commit
 * (https://sqlite.org/walformat.html, "WAL-Index File Format").
 *
 * @param frames how many are committed
 * @param pages size of the database with them
 * @param salts of each of these frames
 * @param checksum of the last of them
 * @param allMoved whether all of them were copied into the database, so that the log may be begun
 *     anew at any time
 */
public record LogIndex(
    int frames, int pages, int pageSize, long salts, long checksum, boolean allMoved) {
  /** So many bytes of the file tell all of it. */
  public static final int LENGTH = 100;

  private static final int VERSION = 3_007_000;
  private static final int HEADER = 48;

  /** Empty where the bytes are no index in a state that can be relied upon. */
  public static Optional<LogIndex> of(byte[] bytes) {
    if (bytes.length < LENGTH
        || bytes[12] != 1
        || !Arrays.equals(bytes, 0, HEADER, bytes, HEADER, 2 * HEADER)) {
      return Optional.empty();
    }
    ByteBuffer index = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    if (index.getInt(0) != VERSION) {
      return Optional.empty();
    }
    int size = Short.toUnsignedInt(index.getShort(14));
    int frames = index.getInt(16);
    return Optional.of(
        new LogIndex(
            frames,
            index.getInt(20),
            (size & 0xfe00) + ((size & 1) << 16),
            // As the frames have them: the one number of two that no byte order changes.
            ByteBuffer.wrap(bytes).getLong(32),
            ((long) index.getInt(24) << 32) | Integer.toUnsignedLong(index.getInt(28)),
            index.getInt(96) == frames));
  }
}
