package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that privileges are granted on.
 *
 * @param place number of the item of its database; its own where it is one
 * @param database its own name where it is one
 * @param name empty where it is a database
 * @param form what it is more exactly, such as {@code view} or {@code procedure}
 * @param columns of a table or view
 * @param program what a view or a routine does
 */
record Item(
    int number,
    int place,
    Kind kind,
    String database,
    String name,
    String form,
    List<String> columns,
    Optional<Program> program) {

  /** Begins the form of a table whose engine keeps no rows: the engine's name is behind it. */
  static final String ELSEWHERE = "table of engine ";

  /** Its rows are those of other tables of the server. */
  private static final String MERGE = "MRG_MYISAM";

  Item {
    columns = List.copyOf(columns);
  }

  AccessObject object() {
    return new AccessObject(kind, shown());
  }

  String shown() {
    return name.isEmpty()
        ? SqlNames.printed(database)
        : SqlNames.printed(database) + "." + SqlNames.printed(name);
  }

  String words() {
    return form + " " + shown();
  }

  /** The form by the word that claims ask for it, whatever the product. */
  String asked() {
    if (kind == Kind.ROUTINE && program.filter(Program::definers).isPresent()) {
      return "definer routine";
    }
    return form.startsWith(ELSEWHERE) && !form.endsWith(MERGE) ? "foreign table" : form;
  }

  /** As GRANT writes it behind ON. */
  String inSql() {
    String place = SqlNames.quotedAsIs(database) + ".";
    return switch (kind) {
      case DATABASE -> place + "*";
      case ROUTINE -> form.toUpperCase(Locale.ROOT) + " " + place + SqlNames.quotedAsIs(name);
      default -> place + SqlNames.quotedAsIs(name);
    };
  }
}
