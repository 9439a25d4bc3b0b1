package dev.gatehouse.postgres.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of contents at the head of a pg_dump archive (custom format, or toc.dat of the
 * directory format), as pg_backup_archiver.c writes it: versions 1.14 (PostgreSQL 12) to 1.16 (17,
 * 18).
 */
public final class DumpToc {
  private static final int CUSTOM = 1;

  /** What toc.dat of the directory format calls itself: it is the head of a tar archive. */
  private static final int DIRECTORY = 3;

  private static final int MOST = 10_000_000;

  /**
   * One entry.
   *
   * @param data whether the archive holds data for it
   * @param copy the statement that reads its data; empty when none does
   */
  public record Entry(
      int id,
      boolean data,
      String tag,
      String kind,
      String definition,
      String copy,
      String namespace,
      String owner) {}

  private static final int PIECE = 1 << 16;

  private final InputStream in;
  private final byte[] piece = new byte[PIECE];
  private int version;
  private int intSize;
  private int offsetSize;
  private int format;
  private final List<Entry> entries = new ArrayList<>();

  private DumpToc(InputStream in) {
    this.in = in;
  }

  /**
   * Reads the head of an archive, and of the stream no byte more.
   *
   * @throws IOException when it is none, of an unknown version, or not whole
   */
  static DumpToc read(InputStream in) throws IOException {
    DumpToc toc = new DumpToc(in);
    toc.head();
    toc.contents();
    return toc;
  }

  List<Entry> entries() {
    return entries;
  }

  private void head() throws IOException {
    if (!new String(in.readNBytes(5), StandardCharsets.US_ASCII).equals("PGDMP")) {
      throw new IOException("not an archive of pg_dump");
    }
    version = oneByte() << 16 | oneByte() << 8 | oneByte();
    if (version < 0x010e00 || version > 0x0110ff) {
      throw new IOException(
          "archive version " + (version >> 16) + "." + (version >> 8 & 0xff) + " is not known");
    }
    intSize = oneByte();
    offsetSize = oneByte();
    format = oneByte();
    if (intSize != 4 || offsetSize > 8 || (format != CUSTOM && format != DIRECTORY)) {
      throw new IOException("archive of format " + format + ", integers of " + intSize + " bytes");
    }
    if (version >= 0x010f00) {
      oneByte(); // compression
    } else {
      integer();
    }
    for (int field = 0; field < 7; field++) {
      integer(); // the time of the dump
    }
    text(); // database
    text(); // server version
    text(); // tool version
  }

  private void contents() throws IOException {
    int count = integer();
    if (count < 0 || count > MOST) {
      throw new IOException(count + " entries");
    }
    for (int i = 0; i < count; i++) {
      entries.add(entry());
    }
  }

  private Entry entry() throws IOException {
    int id = integer();
    boolean data = integer() != 0;
    text(); // table oid
    text(); // oid
    String tag = text();
    String kind = text();
    integer(); // section
    String definition = text();
    text(); // drop statement
    String copy = text();
    String namespace = text();
    text(); // tablespace
    text(); // access method
    if (version >= 0x011000) {
      integer(); // relkind
    }
    String owner = text();
    text(); // with oids
    boolean dependency = text() != null;
    while (dependency) {
      dependency = text() != null;
    }
    if (format == CUSTOM) {
      oneByte();
      skip(offsetSize);
    } else {
      text(); // name of its file
    }
    return new Entry(
        id,
        data,
        none(tag),
        none(kind),
        none(definition),
        none(copy),
        none(namespace),
        none(owner));
  }

  private static String none(@Nullable String text) {
    return text == null ? "" : text;
  }

  int integer() throws IOException {
    boolean negative = oneByte() != 0;
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value |= oneByte() << (8 * i);
    }
    return negative ? -value : value;
  }

  private @Nullable String text() throws IOException {
    int length = integer();
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("it ends within its table of contents");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  int oneByte() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException("it ends too early");
    }
    return value;
  }

  /** Hands on so many bytes. */
  void copy(long bytes, OutputStream to) throws IOException {
    for (long left = bytes; left > 0; ) {
      int n = in.read(piece, 0, (int) Math.min(left, piece.length));
      if (n < 0) {
        throw new EOFException("it ends too early");
      }
      to.write(piece, 0, n);
      left -= n;
    }
  }

  /** One byte, or -1 where the archive may end. */
  int byteOrEnd() throws IOException {
    return in.read();
  }

  void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
  }
}
