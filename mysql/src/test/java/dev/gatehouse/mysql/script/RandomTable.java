package dev.gatehouse.mysql.script;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A random table named {@code changed}, and a random change of it in one statement. */
final class RandomTable {
  private static final List<String> TYPES =
      List.of(
          "INT",
          "INT UNSIGNED NOT NULL",
          "BIGINT DEFAULT 7",
          "VARCHAR(20) DEFAULT 'a,b(''\\\\'",
          "VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_bin",
          "CHAR(4) NOT NULL DEFAULT ''",
          "DECIMAL(10,3) DEFAULT '1.5'",
          "DATETIME(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)",
          "TIMESTAMP NULL",
          "TEXT",
          "BLOB",
          "ENUM('a','b,','c)') DEFAULT 'a'",
          "SET('x','y') COLLATE utf8mb4_bin",
          "BIT(3) DEFAULT b'101'",
          "DOUBLE",
          "YEAR",
          "JSON");

  private final Random random;
  private final List<String> columns = new ArrayList<>();
  private final List<String> types = new ArrayList<>();
  private final Set<String> indexes = new LinkedHashSet<>();
  private final boolean referring;
  private final String create;
  private int made;

  RandomTable(Random random) {
    this.random = random;
    List<String> items = new ArrayList<>();
    items.add("id INT AUTO_INCREMENT PRIMARY KEY");
    for (int i = 0; i < 3 + random.nextInt(4); i++) {
      String name = "c" + i;
      columns.add(name);
      types.add(any(TYPES));
      items.add(name + " " + types.get(i) + (random.nextInt(4) == 0 ? " COMMENT 'c, (d'" : ""));
    }
    for (int i = 0; i < random.nextInt(3); i++) {
      String name = "k" + i;
      indexes.add(name);
      items.add("KEY " + name + " (" + keyed() + ")");
    }
    referring = random.nextInt(3) == 0;
    if (referring) {
      items.add("p INT");
      items.add("CONSTRAINT of_p FOREIGN KEY (p) REFERENCES parents (id) ON DELETE SET NULL");
    }
    create =
        "CREATE TABLE changed ("
            + String.join(", ", items)
            + ")"
            + (random.nextBoolean() ? " CHARACTER SET latin1" : "")
            + (random.nextInt(3) == 0 ? " COMMENT = 't; x'" : "");
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String keyed() {
    String column = any(columns);
    String type = types.get(columns.indexOf(column));
    boolean cut = type.startsWith("TEXT") || type.startsWith("BLOB");
    boolean json = type.startsWith("JSON");
    return json ? "id" : column + (cut ? "(5)" : "") + (random.nextInt(4) == 0 ? ", id" : "");
  }

  String create() {
    return create;
  }

  /** One to three changes. */
  String alter() {
    if (random.nextInt(8) == 0) {
      return "CREATE INDEX kn ON changed (" + keyed() + ")";
    }
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      changes.add(change());
    }
    String manner = random.nextInt(4) == 0 ? ", ALGORITHM = COPY" : "";
    return "ALTER TABLE changed " + String.join(", ", changes) + manner;
  }

  private String change() {
    made++;
    String column = any(columns);
    String place = random.nextInt(3) == 0 ? " FIRST" : random.nextBoolean() ? " AFTER id" : "";
    return switch (random.nextInt(14)) {
      case 12 ->
          referring ? "DROP FOREIGN KEY of_p" : "ADD k" + made + " INT CHECK (k" + made + " > 0)";
      case 13 ->
          "ADD CONSTRAINT f"
              + made
              + " FOREIGN KEY ("
              + column
              + ") REFERENCES parents (id)"
              + any(List.of("", " ON DELETE CASCADE"));
      case 0, 1 -> "ADD COLUMN n" + made + " " + any(TYPES) + place;
      case 2 -> "DROP COLUMN " + column;
      case 3 -> "MODIFY " + column + " " + any(TYPES) + place;
      case 4 -> "CHANGE " + column + " m" + made + " " + any(TYPES);
      case 5 -> "RENAME COLUMN " + column + " TO r" + made;
      case 6 -> "ADD " + (random.nextBoolean() ? "UNIQUE " : "") + "INDEX (" + keyed() + ")";
      case 7 -> indexes.isEmpty() ? "FORCE" : "DROP INDEX " + any(List.copyOf(indexes));
      case 8 ->
          indexes.isEmpty()
              ? "ENGINE = InnoDB"
              : "RENAME INDEX " + any(List.copyOf(indexes)) + " TO j" + made;
      case 9 -> "COMMENT = 'x" + random.nextInt(3) + "; ''y'";
      case 10 -> "ADD g" + made + " INT GENERATED ALWAYS AS (5 + " + made + ") VIRTUAL";
      default ->
          random.nextBoolean()
              ? "CONVERT TO CHARACTER SET utf8mb4"
              : "ALTER " + column + " DROP DEFAULT";
    };
  }
}
