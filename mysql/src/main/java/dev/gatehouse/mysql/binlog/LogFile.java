package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.outcome.Refusal;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One file, event by event, each with its checksum right. One thread at a time. */
final class LogFile implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0xfe, 'b', 'i', 'n'};
  private static final byte[] ENCRYPTED = {(byte) 0xfd, 'b', 'i', 'n'};

  /** What a server takes for one statement, and somewhat more. */
  private static final long LONGEST = (1L << 30) + (1L << 20);

  private final String name;
  private final long size;
  private final InputStream in;
  private final LogEvent format;
  private long at = MAGIC.length;

  private LogFile(Path path, InputStream in) throws IOException {
    this.name = String.valueOf(path.getFileName());
    this.size = Files.size(path);
    this.in = in;
    requireMagic();
    LogEvent first = next();
    if (first == null || first.type() != LogEvent.FORMAT) {
      throw LogRefusal.damaged(new Position(name, MAGIC.length), "no event that tells the format");
    }
    format = first;
  }

  /**
   * @throws Refusal when it is none, encrypted, or without checksums
   */
  static LogFile open(Path path) throws IOException {
    return Opened.orClose(
        new BufferedInputStream(Files.newInputStream(path), 1 << 16), in -> new LogFile(path, in));
  }

  private void requireMagic() throws IOException {
    byte[] found = in.readNBytes(MAGIC.length);
    if (Arrays.equals(found, ENCRYPTED)) {
      throw LogRefusal.foreign(new Position(name, 0), "an encrypted file");
    }
    if (!Arrays.equals(found, MAGIC)) {
      throw LogRefusal.foreign(new Position(name, 0), "a file that begins as no binary log does");
    }
  }

  String name() {
    return name;
  }

  /** The event that every file begins with. */
  LogEvent format() {
    return format;
  }

  /** The next event; null at the end of the file. */
  @Nullable LogEvent next() throws IOException {
    byte[] head = in.readNBytes(LogEvent.HEADER);
    if (head.length == 0) {
      return null;
    }
    long length =
        head.length < LogEvent.HEADER
            ? 0
            : ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(9) & 0xffff_ffffL;
    if (head.length < LogEvent.HEADER || at + length > size) {
      throw LogRefusal.truncated(new Position(name, at), size);
    }
    if (length < LogEvent.HEADER + LogEvent.CHECKSUM || length > LONGEST) {
      throw LogRefusal.damaged(new Position(name, at), "an event of " + length + " bytes");
    }
    byte[] bytes = Arrays.copyOf(head, (int) length);
    int rest = in.readNBytes(bytes, LogEvent.HEADER, bytes.length - LogEvent.HEADER);
    if (rest < bytes.length - LogEvent.HEADER) {
      throw LogRefusal.truncated(new Position(name, at), size);
    }
    LogEvent event = new LogEvent(name, at, bytes);
    if (event.type() == LogEvent.FORMAT && event.checksums() == 0) {
      throw LogRefusal.foreign(event.position(), "binlog_checksum = NONE: no event has a checksum");
    }
    if (!event.isWhole()) {
      throw LogRefusal.damaged(event.position(), "an event whose checksum is wrong");
    }
    at = event.end();
    return event;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
