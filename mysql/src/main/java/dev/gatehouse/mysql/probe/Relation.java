package dev.gatehouse.mysql.probe;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A table or view that an attempt can be made on.
 *
 * @param view whether it is one
 * @param updatable whether rows can be written into it
 */
record Relation(String database, String name, boolean view, boolean updatable) {
  private static final Set<String> THEIRS =
      Set.of("information_schema", "performance_schema", "mysql", "sys", "gatehouse");

  private static final String ALL =
      "SELECT t.table_schema AS place, t.table_name AS name, t.table_type AS form,"
          + " COALESCE(v.is_updatable, 'YES') AS updatable, DATABASE() AS here"
          + " FROM information_schema.tables t LEFT JOIN information_schema.views v"
          + " ON v.table_schema = t.table_schema AND v.table_name = t.table_name";

  /** Those the account of the session sees. A pattern without a dot is for its database. */
  static List<Relation> like(Connection connection, String pattern) throws SQLException {
    NamePattern names = NamePattern.of(pattern);
    List<Relation> found = new ArrayList<>();
    for (Row row : Queries.rows(connection, ALL, Function.identity())) {
      String place = row.text("place");
      boolean here = place.equals(row.text("here"));
      boolean meant =
          pattern.contains(".") && (!THEIRS.contains(place) || pattern.startsWith(place));
      if ((here || meant) && names.matches(place, row.text("name"))) {
        found.add(
            new Relation(
                place,
                row.text("name"),
                row.text("form").endsWith("VIEW"),
                row.text("updatable").equals("YES")));
      }
    }
    found.sort(Comparator.comparing(Relation::words));
    return found;
  }

  boolean takes(Command command) {
    return switch (command) {
      case SELECT -> true;
      case INSERT, UPDATE, DELETE -> updatable;
      case TRUNCATE -> !view;
    };
  }

  String words() {
    return SqlNames.printed(database) + "." + SqlNames.printed(name);
  }

  String inSql() {
    return SqlNames.quotedAsIs(database) + "." + SqlNames.quotedAsIs(name);
  }

  /** The columns that can be written: none that the server computes. */
  List<String> columns(Connection connection) throws SQLException {
    return Queries.column(
            connection,
            "SELECT column_name FROM information_schema.columns WHERE table_schema = ?"
                + " AND table_name = ? AND extra NOT LIKE '%GENERATED'"
                + " ORDER BY ordinal_position",
            database,
            name)
        .stream()
        .map(SqlNames::quotedAsIs)
        .toList();
  }
}
