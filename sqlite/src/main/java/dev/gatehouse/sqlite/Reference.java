package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Finding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table that refers to another. Names are in lower case.
 *
 * @param onDelete what becomes of its rows with those they refer to, such as {@code CASCADE}
 */
record Reference(String child, String parent, String onDelete) {

  private static final Set<String> ACTIONS = Set.of("CASCADE", "SET NULL", "SET DEFAULT");

  /** Those that stand in the database. */
  static List<Reference> of(Connection connection) throws SQLException {
    List<Reference> found = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT lower(t.name), lower(f.\"table\"), f.on_delete FROM main.sqlite_schema AS"
                    + " t, pragma_foreign_key_list(t.name, 'main') AS f WHERE t.type = 'table'"
                    + " ORDER BY 1, f.id, f.seq");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(new Reference(rows.getString(1), rows.getString(2), rows.getString(3)));
      }
    }
    return found.stream().distinct().toList();
  }

  boolean holdsUp(String table) {
    return parent.equals(table) && !child.equals(table);
  }

  /** Whether rows of it go, or change, with those they refer to. */
  boolean follows(String table) {
    return parent.equals(table) && ACTIONS.contains(onDelete.toUpperCase(Locale.ROOT));
  }

  /** What is replaced is deleted first, and with it goes what refers to it. */
  static Finding replacement(ScriptStatement replace, String table, List<Reference> following) {
    return Finding.of("script.replaced-rows", "a script replaces rows that others refer to")
        .withExpected(
            "no table that refers to " + table + " with ON DELETE, or foreign keys switched off")
        .withFound(
            replace.where()
                + "  REPLACE of rows of "
                + table
                + ", which deletes each before it inserts another of its key\n"
                + following.stream()
                    .map(Reference::fate)
                    .distinct()
                    .collect(Collectors.joining("\n")))
        .withFix(
            "INSERT INTO "
                + table
                + " ... ON CONFLICT (...) DO UPDATE SET ..., which keeps the row; or"
                + " inOneTransaction(...).withoutForeignKeys(), which proves before the commit that"
                + " no reference was broken");
  }

  /** Rows that come back do not bring back those that went with them. */
  static Finding refilling(ScriptStatement emptying, String table, List<Reference> following) {
    return Finding.of("script.emptied-table", "a script empties a table and fills it again")
        .withExpected(
            "no table that refers to " + table + " with ON DELETE, or foreign keys switched off")
        .withFound(
            emptying.where()
                + "  DELETE of all rows of "
                + table
                + "\n"
                + following.stream()
                    .map(Reference::fate)
                    .distinct()
                    .collect(Collectors.joining("\n")))
        .withFix(
            "inOneTransaction(...).withoutForeignKeys(), which proves before the commit that no"
                + " reference was broken; or UPDATE the rows, or delete those that are meant with"
                + " WHERE");
  }

  /** To drop a table deletes its rows first, and with them goes what refers to them. */
  static Finding loss(ScriptStatement drop, String table, List<Reference> held) {
    String children =
        held.stream().map(Reference::child).distinct().collect(Collectors.joining(", "));
    return Finding.of("script.referenced-table", "a script drops a table that others refer to")
        .withExpected("no other table that refers to " + table + ", or foreign keys switched off")
        .withFound(
            drop.where()
                + "  DROP TABLE "
                + table
                + ", which deletes its rows first\n"
                + held.stream().map(Reference::fate).distinct().collect(Collectors.joining("\n")))
        .withFix(
            "to rebuild it: inOneTransaction(...).withoutForeignKeys(), which proves before the"
                + " commit that no reference was broken; for it to go for good: drop "
                + children
                + " first, or rebuild without the reference");
  }

  private String fate() {
    String action = onDelete.toUpperCase(Locale.ROOT);
    return switch (action) {
      case "CASCADE" -> "rows of " + child + " would be deleted with them (ON DELETE CASCADE)";
      case "SET NULL", "SET DEFAULT" ->
          "rows of " + child + " would lose their reference (ON DELETE " + action + ")";
      default -> "rows of " + child + " that refer to them would make it fail";
    };
  }
}
