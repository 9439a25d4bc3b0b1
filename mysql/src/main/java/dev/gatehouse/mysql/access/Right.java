package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What can be granted on a database or on less, a bit each. */
enum Right {
  SELECT(0),
  INSERT(1),
  UPDATE(2),
  DELETE(3),
  CREATE(4),
  DROP(5),
  REFERENCES(6),
  INDEX(7),
  ALTER(8),
  TRIGGER(9),
  CREATE_VIEW(10),
  SHOW_VIEW(11),
  DELETE_HISTORY(12),
  EXECUTE(13),
  ALTER_ROUTINE(14),
  CREATE_ROUTINE(15),
  EVENT(16),
  LOCK_TABLES(17),
  CREATE_TEMPORARY_TABLES(18),
  GRANT_OPTION(19),
  /** MariaDB, from 11.3 on. */
  SHOW_CREATE_ROUTINE(20);

  static final long READS = SELECT.bit();
  static final long WRITES = INSERT.bit() | UPDATE.bit() | DELETE.bit();
  private static final long TABLE =
      mask(
          EnumSet.of(
              SELECT,
              INSERT,
              UPDATE,
              DELETE,
              CREATE,
              DROP,
              REFERENCES,
              INDEX,
              ALTER,
              TRIGGER,
              CREATE_VIEW,
              SHOW_VIEW));
  private static final long COLUMN = mask(EnumSet.of(SELECT, INSERT, UPDATE, REFERENCES));
  private static final long ROUTINE = mask(EnumSet.of(EXECUTE, ALTER_ROUTINE));
  private static final long DATABASE =
      TABLE
          | ROUTINE
          | mask(EnumSet.of(CREATE_ROUTINE, EVENT, LOCK_TABLES, CREATE_TEMPORARY_TABLES));

  private final long bit;

  Right(int place) {
    this.bit = 1L << place;
  }

  long bit() {
    return bit;
  }

  /** As GRANT writes it. */
  String words() {
    return name().replace('_', ' ');
  }

  /** Those that objects of a kind have; MariaDB's on the history of tables are left out. */
  static long of(Kind kind) {
    return switch (kind) {
      case TABLE -> TABLE;
      case COLUMN -> COLUMN;
      case ROUTINE -> ROUTINE;
      case DATABASE -> DATABASE;
      default -> 0;
    };
  }

  private static final Map<Long, Set<String>> NAMES = new ConcurrentHashMap<>();

  static List<Right> in(long mask) {
    List<Right> rights = new ArrayList<>();
    for (Right right : values()) {
      if ((mask & right.bit()) != 0) {
        rights.add(right);
      }
    }
    return rights;
  }

  /** Asked for each account and each table: there are few masks, and many of both. */
  static Set<String> names(long mask) {
    if (mask == 0) {
      return Set.of();
    }
    Set<String> known = NAMES.get(mask);
    if (known == null) {
      Set<String> names = new TreeSet<>();
      in(mask).forEach(right -> names.add(right.words()));
      known = Collections.unmodifiableSet(names);
      NAMES.put(mask, known);
    }
    return known;
  }

  private static long mask(Set<Right> rights) {
    return rights.stream().mapToLong(Right::bit).reduce(0, (a, b) -> a | b);
  }

  /** By its name in GRANT; empty for what is granted on the whole server alone. */
  static Optional<Right> named(String words) {
    String name = words.toUpperCase(Locale.ROOT).replace(' ', '_');
    for (Right right : values()) {
      if (right.name().equals(name)) {
        return Optional.of(right);
      }
    }
    return Optional.empty();
  }

  static long mask(Iterable<String> words) {
    long mask = 0;
    for (String word : words) {
      mask |= named(word).map(Right::bit).orElse(0L);
    }
    return mask;
  }

  /**
   * As GRANT names what the grant tables call otherwise: {@code Create_tmp_table}, {@code Grant}.
   */
  static String inGrant(String inTable) {
    String word = inTable.toUpperCase(Locale.ROOT).replace('_', ' ').strip();
    return switch (word) {
      case "CREATE TMP TABLE" -> "CREATE TEMPORARY TABLES";
      case "GRANT" -> "GRANT OPTION";
      case "SHOW DB" -> "SHOW DATABASES";
      case "REPL SLAVE" -> "REPLICATION SLAVE";
      case "REPL CLIENT" -> "REPLICATION CLIENT";
      case "DELETE VERSIONING ROWS" -> "DELETE HISTORY";
      default -> word;
    };
  }
}
