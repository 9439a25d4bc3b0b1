package dev.gatehouse.mysql.binlog;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Under which settings of its session a statement was executed, as its QUERY event tells them; the
 * library passes over these. They are read up to the first that nobody here knows.
 *
 * @param mode sql_mode as a number; -1 where it is not told
 * @param client character set as a number of a collation; -1 where it is not told
 * @param others by their names
 * @param checks whether foreign keys were asked
 * @param micros behind the second at which it began
 * @param invoker who executed it, where that matters, as SQL has an account
 * @param text of the statement; empty where its bytes are none of its character set
 * @param unread number of a setting that nobody here knows; -1 where all are read
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/">MySQL source, Query_event</a>
 */
record LoggedSettings(
    long mode,
    int client,
    Map<String, String> others,
    boolean checks,
    int micros,
    Optional<String> invoker,
    Optional<String> text,
    int unread) {
  /** Which collation a character set means in the session, on MariaDB from 11.2 on. */
  static final String COLLATIONS = "character_set_collations";

  private static final int DATABASE_LENGTH = LogEvent.HEADER + 8;
  private static final int LENGTH = LogEvent.HEADER + 11;
  private static final int BEGIN = LogEvent.HEADER + 13;

  private static final long NO_FOREIGN_KEY_CHECKS = 1L << 26;
  private static final long NO_UNIQUE_CHECKS = 1L << 27;
  private static final long ANSI_QUOTES = 1L << 2;
  private static final long NO_BACKSLASH_ESCAPES = 1L << 20;

  /** utf8mb3 and utf8mb4 of either product, by the number that a client's character set has. */
  private static final Set<Integer> UTF8 = Set.of(33, 45, 46, 83, 255);

  static LoggedSettings of(LogEvent event) {
    ByteBuffer bytes = ByteBuffer.wrap(event.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int end = BEGIN + (bytes.getShort(LENGTH) & 0xffff);
    int text = end + (bytes.get(DATABASE_LENGTH) & 0xff) + 1;
    int length = event.bytes().length - LogEvent.CHECKSUM - text;
    try {
      return new Reading(bytes.slice(BEGIN, end - BEGIN).order(ByteOrder.LITTLE_ENDIAN))
          .all(bytes.slice(text, length));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw LogRefusal.event(event.position(), "a statement", "its settings end too early");
    }
  }

  boolean quotesNames() {
    return (mode & ANSI_QUOTES) != 0;
  }

  boolean hasNoEscapes() {
    return (mode & NO_BACKSLASH_ESCAPES) != 0;
  }

  boolean isTold() {
    return mode >= 0 && client >= 0;
  }

  /** One thread at a time. */
  private static final class Reading {
    private final ByteBuffer left;
    private long mode = -1;
    private int client = -1;
    private boolean checks = true;
    private int micros;
    private Optional<String> invoker = Optional.empty();
    private final Map<String, String> others = new LinkedHashMap<>();

    Reading(ByteBuffer left) {
      this.left = left;
    }

    LoggedSettings all(ByteBuffer sql) {
      int unread = -1;
      while (left.hasRemaining() && unread < 0) {
        int code = left.get() & 0xff;
        if (!read(code)) {
          unread = code;
        }
      }
      return new LoggedSettings(
          mode,
          client,
          Collections.unmodifiableMap(others),
          checks,
          micros,
          invoker,
          text(sql),
          unread);
    }

    private Optional<String> text(ByteBuffer sql) {
      boolean wide = UTF8.contains(client);
      try {
        return Optional.of(
            (wide ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII)
                .newDecoder()
                .decode(sql)
                .toString());
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }

    /** Numbers as both products' sources have them; those from 128 on are MariaDB's. */
    private boolean read(int code) {
      switch (code) {
        case 0 -> flags(left.getInt() & 0xffff_ffffL);
        case 1 -> mode = left.getLong();
        case 3 -> {
          others.put("auto_increment_increment", "" + number());
          others.put("auto_increment_offset", "" + number());
        }
        case 4 -> {
          client = number();
          others.put("character_set_client", "" + client);
          others.put("collation_connection", "" + number());
          number(); // of the server, for CREATE DATABASE alone
        }
        case 5 -> others.put("time_zone", name());
        case 6 -> name(); // the catalogue, always std
        case 7 -> others.put("lc_time_names", "" + number());
        case 8 -> number(); // of the database, which a replay does not change
        case 9, 17, 129 -> left.getLong(); // table maps, transactions of the engine
        case 10 -> left.getInt(); // length on a source
        case 11 -> invoker = Optional.of(quoted(name()) + "@" + quoted(name()));
        case 12 -> databases();
        case 13, 128 -> micros = (left.get() & 0xff) | (number() << 8);
        case 16 -> others.put("explicit_defaults_for_timestamp", "" + (left.get() & 0xff));
        case 131 -> others.put(COLLATIONS, collations());
        case 19, 20 -> left.get(); // what a table must have, or is by default, on the source
        default -> {
          return code == 18 && number() == 255;
        }
      }
      return true;
    }

    /** Told where a statement names a character set without one, as pairs of numbers. */
    private String collations() {
      StringJoiner pairs = new StringJoiner(",");
      for (int count = left.get() & 0xff; count > 0; count--) {
        pairs.add(number() + "=" + number());
      }
      return pairs.toString();
    }

    private void flags(long flags) {
      checks = (flags & NO_FOREIGN_KEY_CHECKS) == 0;
      others.put("unique_checks", (flags & NO_UNIQUE_CHECKS) == 0 ? "1" : "0");
    }

    private int number() {
      return left.getShort() & 0xffff;
    }

    private String name() {
      byte[] name = new byte[left.get() & 0xff];
      left.get(name);
      return new String(name, StandardCharsets.UTF_8);
    }

    /** An account without a name has an empty one. */
    private static String quoted(String name) {
      return '`' + name.replace("`", "``") + '`';
    }

    /** Those whose tables it changes, each ended by a zero; 254 stands for too many. */
    private void databases() {
      int count = left.get() & 0xff;
      for (int i = 0; count < 254 && i < count; i++) {
        while (left.get() != 0) {}
      }
    }
  }
}
