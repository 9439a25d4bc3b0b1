package dev.gatehouse.mysql.backup;

import dev.gatehouse.mysql.session.Product;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How values of a column leave the server and come back without loss, as bytes.
 *
 * <p>Character columns are read in their own character set: two texts that are equal as Unicode are
 * not always the same bytes.
 */
enum ColumnKind {
  /** Printed by the server in a form that it reads back as the same value. */
  PRINTED("%s", "%s"),
  /** FLOAT is printed with six digits; as DOUBLE it is printed whole, the sign of zero too. */
  FLOATING("%s * 1e0", "%s"),
  /** ENUM, SET and BIT by their number: an ENUM may hold the number 0, which has no text. */
  NUMBERED("CAST(%s AS UNSIGNED)", "CAST(%s AS UNSIGNED)"),
  CHARACTERS("%s", "%s"),
  BYTES("%s", "%s"),
  /** MySQL makes a document of text only. */
  DOCUMENT("%s", "CONVERT(%s USING utf8mb4)");

  private static final Set<String> AS_PRINTED =
      Set.of(
          ("tinyint smallint mediumint int bigint decimal year date time datetime timestamp uuid"
                  + " inet4 inet6")
              .split(" "));
  private static final Set<String> FLOATS = Set.of("float", "double");
  private static final Set<String> NUMBERS = Set.of("enum", "set", "bit");
  private static final Set<String> TEXTS =
      Set.of("char varchar tinytext text mediumtext longtext".split(" "));
  private static final Set<String> BINARIES =
      Set.of(
          ("binary varbinary tinyblob blob mediumblob longblob geometry point linestring polygon"
                  + " multipoint multilinestring multipolygon geomcollection geometrycollection"
                  + " vector")
              .split(" "));

  private final String read;
  private final String written;

  ColumnKind(String read, String written) {
    this.read = read;
    this.written = written;
  }

  /**
   * Of a type, as information_schema names it; empty when it is not known.
   *
   * @param product which of the two, for types that are only spelled alike
   */
  static Optional<ColumnKind> of(String type, Product product) {
    String name = type.toLowerCase(Locale.ROOT);
    if (name.equals("json") && product.name().equals("MySQL")) {
      return Optional.of(DOCUMENT);
    }
    return AS_PRINTED.contains(name)
        ? Optional.of(PRINTED)
        : FLOATS.contains(name)
            ? Optional.of(FLOATING)
            : NUMBERS.contains(name)
                ? Optional.of(NUMBERED)
                : TEXTS.contains(name)
                    ? Optional.of(CHARACTERS)
                    : BINARIES.contains(name) ? Optional.of(BYTES) : Optional.empty();
  }

  /** What is selected to read it. */
  String selected(String quoted) {
    return read.formatted(quoted);
  }

  /** What is inserted, around what stands for the value. */
  String inserted(String value) {
    return written.formatted(value);
  }

  /** Whether the server sends signs of ASCII only. */
  boolean isPlain() {
    return this == PRINTED || this == FLOATING || this == NUMBERED;
  }

  /**
   * Whether it may be a value of this kind: what is inserted as a plain text holds nothing that
   * could end that text.
   */
  boolean takes(byte @Nullable [] value) {
    if (value == null || !isPlain()) {
      return true;
    }
    for (byte one : value) {
      boolean letter = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
      boolean digit = one >= '0' && one <= ':';
      if (!letter && !digit && one != ' ' && one != '.' && one != '-' && one != '+') {
        return false;
      }
    }
    return true;
  }
}
