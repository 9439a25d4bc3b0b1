package dev.gatehouse.mysql.backup;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Statements that make a database up by chance; each of them is taken by both products. */
final class RandomSchema {
  private static final List<String> NAMES =
      List.of(
          "plain",
          "with space",
          "per%cent",
          "under_score",
          "quo'te",
          "do\"uble",
          "back`tick",
          "semi;colon",
          "brace{x}",
          "dot.ted",
          "select",
          "ünï",
          "日本",
          "hash#",
          "dash--x",
          "a/b",
          "back\\slash",
          "UPPER",
          "star/*x*/");

  private static final List<String> TYPES =
      List.of(
          "INT",
          "BIGINT UNSIGNED",
          "TINYINT(1)",
          "DECIMAL(20,5)",
          "FLOAT",
          "DOUBLE",
          "BIT(9)",
          "YEAR",
          "DATE",
          "TIME(3)",
          "DATETIME(6)",
          "TIMESTAMP NULL",
          "CHAR(7)",
          "VARCHAR(60)",
          "VARCHAR(60) CHARACTER SET latin1",
          "TEXT CHARACTER SET utf16",
          "LONGTEXT",
          "VARBINARY(90)",
          "BLOB",
          "ENUM('a','b;','')",
          "SET('x','y')",
          "POINT",
          "VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");

  private final Random random;
  private final List<String> tables = new ArrayList<>();
  private final List<String> statements = new ArrayList<>();
  private int numbered;

  RandomSchema(long seed) {
    random = new Random(seed);
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size())) + " " + ++numbered;
  }

  /** In order. */
  List<String> statements() {
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      table();
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      view();
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      routine();
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      trigger();
    }
    if (random.nextBoolean()) {
      statements.add(
          "CREATE EVENT "
              + quoted(name())
              + " ON SCHEDULE EVERY 3 DAY "
              + (random.nextBoolean() ? "DISABLE " : "")
              + "COMMENT 'ENABLE; DO' DO BEGIN SET @a = ';'; SET @b = 2; END");
    }
    return statements;
  }

  private void table() {
    String name = quoted(name());
    List<String> columns = new ArrayList<>();
    List<String> types = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (int i = 1 + random.nextInt(7); i > 0; i--) {
      String column = quoted(name());
      String type = TYPES.get(random.nextInt(TYPES.size()));
      columns.add(column);
      types.add(type);
      parts.add(column + " " + type + (random.nextInt(4) == 0 ? " COMMENT 'it''s; \\\\ ü'" : ""));
    }
    String key = "id";
    parts.add("n INT NOT NULL DEFAULT 4");
    if (random.nextInt(4) > 0) {
      parts.add("id INT AUTO_INCREMENT PRIMARY KEY");
    } else {
      parts.add("id INT, KEY " + quoted(name()) + " (id)");
    }
    if (random.nextBoolean()) {
      parts.add(quoted(name()) + " INT GENERATED ALWAYS AS (n * 2 + 1) STORED");
    }
    statements.add(
        "CREATE TABLE "
            + name
            + " ("
            + String.join(", ", parts)
            + ") CHARACTER SET "
            + (random.nextBoolean() ? "utf8mb4" : "latin1")
            + (random.nextInt(3) == 0 ? " COMMENT = 'a;b'" : "")
            + (!types.contains("POINT") && random.nextInt(5) == 0
                ? " PARTITION BY HASH (id) PARTITIONS 3"
                : ""));
    tables.add(name);
    int rows = random.nextInt(12);
    for (int row = 0; row < rows; row++) {
      List<String> values = new ArrayList<>();
      for (String type : types) {
        values.add(value(type));
      }
      values.add(String.valueOf(row * (1 + random.nextInt(2)) + 100 * row));
      columns.add(key);
      statements.add(
          "INSERT INTO "
              + name
              + " ("
              + String.join(", ", columns)
              + ") VALUES ("
              + String.join(", ", values)
              + ")");
      columns.remove(columns.size() - 1);
    }
  }

  private String value(String type) {
    if (random.nextInt(5) == 0) {
      return "NULL";
    }
    String head = type.split("[( ]")[0];
    return switch (head) {
      case "INT", "BIGINT" -> String.valueOf(random.nextInt(Integer.MAX_VALUE));
      case "TINYINT" -> String.valueOf(random.nextInt(256) - 128);
      case "DECIMAL" -> random.nextInt() + "." + random.nextInt(99_999);
      case "FLOAT" -> String.valueOf(random.nextFloat() * 1e20f);
      case "DOUBLE" -> String.valueOf(Double.longBitsToDouble(random.nextLong() >>> 2));
      case "BIT" -> String.valueOf(random.nextInt(512));
      case "YEAR" -> String.valueOf(1901 + random.nextInt(200));
      case "DATE" ->
          random.nextInt(9) == 0 ? "'0000-00-00'" : "'20%02d-02-28'".formatted(random.nextInt(99));
      case "TIME" -> "'%d:59:59.123'".formatted(random.nextInt(1_600) - 800);
      case "DATETIME" -> "'1999-12-31 23:59:59.%06d'".formatted(random.nextInt(999_999));
      case "TIMESTAMP" -> "'2030-06-30 12:%02d:00'".formatted(random.nextInt(60));
      case "ENUM" -> String.valueOf(1 + random.nextInt(3));
      case "SET" -> String.valueOf(random.nextInt(4));
      case "POINT" ->
          "ST_GeomFromText('POINT(%d %d)')".formatted(random.nextInt(90), random.nextInt(90));
      case "VARBINARY", "BLOB" -> "x'" + hex(random.nextInt(80)) + "'";
      default -> text(type.contains("latin1"), head.equals("CHAR") ? 6 : 30);
    };
  }

  private String hex(int bytes) {
    byte[] some = new byte[bytes];
    random.nextBytes(some);
    return HexFormat.of().formatHex(some);
  }

  private String text(boolean latin, int longest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(longest); i > 0; i--) {
      int kind = random.nextInt(latin ? 8 : 10);
      text.append(
          kind < 5
              ? String.valueOf((char) ('a' + random.nextInt(26)))
              : kind == 5
                  ? "''"
                  : kind == 6
                      ? List.of("\\t", "\\n", "\\0", "\\\\", " ").get(random.nextInt(5))
                      : kind == 7 ? "é" : kind == 8 ? "日" : "€");
    }
    return "'" + text + "'";
  }

  private String table(int at) {
    return tables.get(at % tables.size());
  }

  private void view() {
    String view = quoted(name());
    statements.add(
        "CREATE "
            + (random.nextBoolean() ? "SQL SECURITY INVOKER " : "")
            + "VIEW "
            + view
            + " AS SELECT a.id AS "
            + quoted(name())
            + ", 'x;''y' AS lit FROM "
            + table(random.nextInt(9))
            + " a LEFT JOIN "
            + table(random.nextInt(9))
            + " b ON a.id = b.id WHERE a.id > 0");
    if (random.nextBoolean()) {
      statements.add("CREATE VIEW " + quoted("A" + name()) + " AS SELECT lit FROM " + view);
    }
  }

  private void routine() {
    String body = "BEGIN DECLARE r INT DEFAULT 1; /* ; // */ IF r = 1 THEN SET r = 2; END IF; ";
    statements.add(
        random.nextBoolean()
            ? "CREATE FUNCTION "
                + quoted(name())
                + "(`n m` INT) RETURNS INT DETERMINISTIC COMMENT"
                + " 'c;' "
                + body
                + "RETURN r; END"
            : "CREATE PROCEDURE "
                + quoted(name())
                + "(OUT o INT) "
                + body
                + "SELECT ';;', 'ü' INTO @a,"
                + " @b; END");
  }

  private void trigger() {
    statements.add(
        "CREATE TRIGGER "
            + quoted(name())
            + " "
            + List.of("BEFORE", "AFTER").get(random.nextInt(2))
            + " "
            + List.of("INSERT", "UPDATE", "DELETE").get(random.nextInt(3))
            + " ON "
            + table(random.nextInt(9))
            + " FOR EACH ROW BEGIN SET @x = 1; SET @y = 'a;b'; END");
  }
}
