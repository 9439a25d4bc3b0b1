package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * One event as it lies in its file. Its place is where it was read: MariaDB 11.4 writes 0 for the
 * end into the events of a transaction.
 *
 * @param file name of the file, without its directory
 * @param at offset of its first byte
 * @param bytes header of 19 bytes, content, and CRC32 of both
 */
@SuppressWarnings("ArrayRecordComponent") // read by this package alone, and never compared
record LogEvent(String file, long at, byte[] bytes) {
  static final int HEADER = 19;
  static final int CHECKSUM = 4;

  static final int QUERY = 2;
  static final int STOP = 3;
  static final int ROTATE = 4;
  static final int INTVAR = 5;
  static final int RAND = 13;
  static final int USER_VAR = 14;
  static final int FORMAT = 15;
  static final int XID = 16;
  static final int TABLE_MAP = 19;
  static final int GTID = 33;
  static final int ANONYMOUS_GTID = 34;
  static final int PREVIOUS_GTIDS = 35;
  static final int START_ENCRYPTION = 164;
  static final int MARIADB_GTID = 162;
  static final int MARIADB_GTID_LIST = 163;

  /** Of the file's first event: the server writes it yet, or died. No checksum knows of it. */
  static final int IN_USE = 1;

  /** Who does not know the event may pass over it. */
  private static final int IGNORABLE = 0x80;

  private static final int FLAGS = 17;

  /** What carries no change: notes of the server to itself and to replicas. */
  private static final Map<Integer, String> NOTES =
      Map.of(
          27,
          "HEARTBEAT",
          28,
          "IGNORABLE",
          29,
          "ROWS_QUERY",
          PREVIOUS_GTIDS,
          "PREVIOUS_GTIDS",
          160,
          "ANNOTATE_ROWS",
          161,
          "BINLOG_CHECKPOINT",
          MARIADB_GTID_LIST,
          "GTID_LIST");

  /** What cannot be replayed, by the name that manuals have for it. */
  private static final Map<Integer, String> REFUSED =
      Map.ofEntries(
          Map.entry(6, "LOAD"),
          Map.entry(9, "APPEND_BLOCK"),
          Map.entry(11, "DELETE_FILE"),
          Map.entry(12, "NEW_LOAD"),
          Map.entry(17, "BEGIN_LOAD_QUERY"),
          Map.entry(18, "EXECUTE_LOAD_QUERY"),
          Map.entry(26, "INCIDENT"),
          Map.entry(36, "TRANSACTION_CONTEXT"),
          Map.entry(37, "VIEW_CHANGE"),
          Map.entry(38, "XA_PREPARE"),
          Map.entry(39, "PARTIAL_UPDATE_ROWS"),
          Map.entry(40, "TRANSACTION_PAYLOAD, which is compressed"),
          Map.entry(42, "GTID_TAGGED"),
          Map.entry(START_ENCRYPTION, "START_ENCRYPTION"),
          Map.entry(165, "QUERY_COMPRESSED"),
          Map.entry(166, "WRITE_ROWS_COMPRESSED_V1"),
          Map.entry(167, "UPDATE_ROWS_COMPRESSED_V1"),
          Map.entry(168, "DELETE_ROWS_COMPRESSED_V1"),
          Map.entry(169, "WRITE_ROWS_COMPRESSED"),
          Map.entry(170, "UPDATE_ROWS_COMPRESSED"),
          Map.entry(171, "DELETE_ROWS_COMPRESSED"));

  int type() {
    return bytes[4] & 0xff;
  }

  /** When the statement began, in seconds. */
  long seconds() {
    return little(0);
  }

  long serverId() {
    return little(5);
  }

  private long little(int from) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(from) & 0xffff_ffffL;
  }

  private int flags() {
    return bytes[FLAGS] & 0xff;
  }

  /** Offset behind its last byte. */
  long end() {
    return at + bytes.length;
  }

  Position position() {
    return new Position(file, at);
  }

  Position endPosition() {
    return new Position(file, end());
  }

  boolean isNote() {
    return NOTES.containsKey(type()) || (name().isEmpty() && (flags() & IGNORABLE) != 0);
  }

  /** Rows that are written, updated or deleted, in either version of such events. */
  boolean isRows() {
    return (type() >= 23 && type() <= 25) || (type() >= 30 && type() <= 32);
  }

  boolean begins() {
    return type() == GTID || type() == ANONYMOUS_GTID || type() == MARIADB_GTID;
  }

  /** Of what nobody can replay; empty for all others. */
  String name() {
    return REFUSED.getOrDefault(type(), "");
  }

  boolean isWhole() {
    byte[] covered = Arrays.copyOf(bytes, bytes.length - CHECKSUM);
    if (type() == FORMAT) {
      covered[FLAGS] &= (byte) ~IN_USE;
    }
    return checksum(covered, covered.length) == little(bytes.length - CHECKSUM);
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  /** Which checksums the file's first event says its file has: 0 none, 1 CRC32. */
  int checksums() {
    return bytes[bytes.length - CHECKSUM - 1];
  }

  /**
   * A table map with another name of the database; everything else stays.
   *
   * @param database as it stands there, in UTF-8
   * @param with in UTF-8, 255 bytes at most
   */
  byte[] renamed(byte[] database, byte[] with) {
    int name = HEADER + 8;
    if ((bytes[name] & 0xff) != database.length
        || !Arrays.equals(
            bytes, name + 1, name + 1 + database.length, database, 0, database.length)) {
      throw new IllegalStateException("the table map at " + position() + " is of another database");
    }
    ByteBuffer renamed =
        ByteBuffer.allocate(bytes.length + with.length - database.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    renamed.put(bytes, 0, name).put((byte) with.length).put(with);
    int rest = name + 1 + database.length;
    renamed.put(bytes, rest, bytes.length - CHECKSUM - rest);
    renamed.putInt(9, renamed.capacity());
    renamed.putInt((int) checksum(renamed.array(), renamed.position()));
    return renamed.array();
  }
}
