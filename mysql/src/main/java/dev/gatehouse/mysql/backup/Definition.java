package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.json.Sha256;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An object as SHOW CREATE prints it, without what is a state and without the name of its own
 * database before names.
 *
 * @param settings under which it was made and is executed: {@code sql_mode}, {@code
 *     character_set_client}, {@code collation_connection}, {@code database_collation}, {@code
 *     time_zone}
 * @param status of an event in its source; its text says DISABLE
 */
record Definition(Kind kind, String name, String sql, Map<String, String> settings, String status) {

  /** In the order in which they are made. */
  enum Kind {
    DATABASE,
    SEQUENCE,
    TABLE,
    FUNCTION,
    PROCEDURE,
    PACKAGE,
    PACKAGE_BODY,
    VIEW,
    TRIGGER,
    EVENT;

    /** As information_schema and SHOW CREATE name it. */
    String words() {
      return name().replace('_', ' ');
    }

    /** Whether it is made after the rows are there. */
    boolean isProgram() {
      return compareTo(TABLE) > 0;
    }
  }

  /** For people. */
  String title() {
    return kind.words().toLowerCase(Locale.ROOT) + " " + name;
  }

  /** Whether the two are the same, wherever events are executed. */
  boolean same(Definition other) {
    return sql.equals(other.sql) && settings.equals(other.settings);
  }

  private String line() {
    return kind + "\0" + name + "\0" + sql + "\0" + new TreeMap<>(settings) + "\n";
  }

  /** Over all of them, in whatever order they come. */
  static String digest(Collection<Definition> all) {
    StringBuilder text = new StringBuilder();
    all.stream()
        .sorted(Comparator.comparing(Definition::kind).thenComparing(Definition::name))
        .forEach(one -> text.append(one.line()));
    return "sha256:" + Sha256.of(text.toString());
  }
}
