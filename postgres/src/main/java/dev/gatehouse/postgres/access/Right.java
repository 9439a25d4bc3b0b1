package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A privilege as GRANT and aclexplode() name it; sets of them are masks of bits. */
enum Right {
  SELECT(1 << 0),
  INSERT(1 << 1),
  UPDATE(1 << 2),
  DELETE(1 << 3),
  TRUNCATE(1 << 4),
  REFERENCES(1 << 5),
  TRIGGER(1 << 6),
  MAINTAIN(1 << 7),
  USAGE(1 << 8),
  CREATE(1 << 9),
  EXECUTE(1 << 10),
  CONNECT(1 << 11),
  TEMPORARY(1 << 12),
  SET(1 << 13),
  ALTER_SYSTEM(1 << 14);

  /** Asked for every role and every table, and so not looked up by an object. */
  private static final AtomicReferenceArray<Set<String>> NAMES =
      new AtomicReferenceArray<>(1 << values().length);

  /** What DML does, whatever the product's version. */
  static final int DML = mask(SELECT, INSERT, UPDATE, DELETE);

  /** What nobody but a superuser does to a table of the system. */
  static final int WRITES = mask(INSERT, UPDATE, DELETE, TRUNCATE, USAGE);

  final int bit;

  Right(int bit) {
    this.bit = bit;
  }

  static int mask(Right... rights) {
    int mask = 0;
    for (Right right : rights) {
      mask |= right.bit;
    }
    return mask;
  }

  /** As GRANT writes it. */
  @Override
  public String toString() {
    return name().replace('_', ' ');
  }

  /** The bit of a name; 0 for one that this version of Gatehouse does not know. */
  static int bit(String name) {
    for (Right right : values()) {
      if (right.toString().equals(name)) {
        return right.bit;
      }
    }
    return 0;
  }

  static List<Right> of(int mask) {
    List<Right> rights = new ArrayList<>();
    for (Right right : values()) {
      if ((mask & right.bit) != 0) {
        rights.add(right);
      }
    }
    return rights;
  }

  static Set<String> names(int mask) {
    Set<String> known = NAMES.get(mask);
    if (known == null) {
      Set<String> names = new LinkedHashSet<>();
      of(mask).forEach(right -> names.add(right.toString()));
      known = Collections.unmodifiableSet(names);
      NAMES.set(mask, known);
    }
    return known;
  }

  /** Those that are granted on columns as well. */
  static int ofColumns() {
    return mask(SELECT, INSERT, UPDATE, REFERENCES);
  }

  /** Those a kind of object has. */
  static int of(AccessObject.Kind kind, int major) {
    return switch (kind) {
      case TABLE ->
          mask(SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER)
              | (major >= 17 ? MAINTAIN.bit : 0);
      case COLUMN -> ofColumns();
      case SEQUENCE -> mask(SELECT, UPDATE, USAGE);
      case SCHEMA -> mask(USAGE, CREATE);
      case ROUTINE -> mask(EXECUTE);
      case DATABASE -> mask(CREATE, CONNECT, TEMPORARY);
      case TYPE, LANGUAGE, FOREIGN_SERVER, FOREIGN_DATA_WRAPPER -> mask(USAGE);
      case LARGE_OBJECTS -> mask(SELECT, UPDATE);
      case PARAMETER -> major >= 15 ? mask(SET, ALTER_SYSTEM) : 0;
      case TABLESPACE -> mask(CREATE);
    };
  }
}
