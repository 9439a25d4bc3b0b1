package dev.gatehouse.core.access;

import java.util.Locale;

/**
 * Something that privileges are granted on, by the name its product prints: schema first where
 * there are schemas, quoted where SQL wants it.
 *
 * <p>Immutable.
 *
 * @param name such as {@code eng.teams}; of a column {@code eng.teams.name}; of a routine with the
 *     types of its arguments, {@code eng.close(integer, text)}; of large objects the number of the
 *     first
 * @since 0.1
 */
public record AccessObject(Kind kind, String name) {

  /** What it is. */
  public enum Kind {
    /** A table, view, materialized view or foreign table. */
    TABLE,
    COLUMN,
    SEQUENCE,
    SCHEMA,
    ROUTINE,
    DATABASE,
    /** A type or domain that has privileges of its own: no row type, no array. */
    TYPE,
    LANGUAGE,
    FOREIGN_SERVER,
    FOREIGN_DATA_WRAPPER,
    /** All large objects of one owner with the same privileges: there may be millions. */
    LARGE_OBJECTS,
    /** A setting of the server. */
    PARAMETER,
    TABLESPACE;

    /** What people call it, such as {@code foreign server}. */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  public AccessObject {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name is blank");
    }
  }

  /** A table, view, materialized view or foreign table. */
  public static AccessObject table(String name) {
    return new AccessObject(Kind.TABLE, name);
  }

  /** A column, such as {@code eng.teams.name}. */
  public static AccessObject column(String name) {
    return new AccessObject(Kind.COLUMN, name);
  }

  /** A sequence. */
  public static AccessObject sequence(String name) {
    return new AccessObject(Kind.SEQUENCE, name);
  }

  /** A schema. */
  public static AccessObject schema(String name) {
    return new AccessObject(Kind.SCHEMA, name);
  }

  /** A function or procedure, with the types of its arguments. */
  public static AccessObject routine(String name) {
    return new AccessObject(Kind.ROUTINE, name);
  }

  /** A database. */
  public static AccessObject database(String name) {
    return new AccessObject(Kind.DATABASE, name);
  }

  /** The schema that its name begins with, without quotes; empty when it names none. */
  public String schema() {
    if (!name.startsWith("\"")) {
      return name.substring(0, Math.max(name.indexOf('.'), 0));
    }
    int end = 1;
    while (end < name.length() && (name.charAt(end) != '"' || name.startsWith("\"\"", end))) {
      end += name.charAt(end) == '"' ? 2 : 1;
    }
    return name.startsWith("\".", end) ? name.substring(1, end).replace("\"\"", "\"") : "";
  }

  @Override
  public String toString() {
    return name;
  }
}
