package dev.gatehouse.mysql.script;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.sql.PrintedSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How objects of one kind are now, by what the server prints of each; names as SQL has them. */
record ObjectStates(String kind, List<String> names) {
  /** What stands for an object that is not there. */
  static final String ABSENT = "not there";

  private static final String OF_ANOTHER_KIND = "an object of another kind";

  /** What was set when it was made: it is executed, or read, under that. */
  private static final Set<String> MADE_UNDER =
      Set.of(
          "sql_mode",
          "time_zone",
          "character_set_client",
          "collation_connection",
          "Database Collation");

  /** Without one of these the server may say that there is none, whether there is one or not. */
  private static final Map<String, List<String>> SEEN_BY =
      Map.of(
          "TRIGGER", List.of("TRIGGER"),
          "VIEW", List.of("SHOW VIEW"),
          "EVENT", List.of("EVENT"),
          "PROCEDURE", List.of("CREATE ROUTINE", "ALTER ROUTINE", "EXECUTE"),
          "FUNCTION", List.of("CREATE ROUTINE", "ALTER ROUTINE", "EXECUTE"));

  /**
   * By name, sorted.
   *
   * @throws Refusal when one is not to be seen, and may be there
   */
  Map<String, String> now(Connection connection) throws SQLException {
    Map<String, String> states = PinnedPrinting.of(connection, this::read);
    if (states.containsValue(ABSENT)) {
      refuseUnseen(connection);
    }
    return states;
  }

  private Map<String, String> read(Connection connection) throws SQLException {
    Map<String, String> states = new TreeMap<>();
    for (String name : names) {
      states.put(name, state(connection, kind, name));
    }
    return states;
  }

  /**
   * Of one object, whatever it was made under beside its definition.
   *
   * @param connection whose settings of printing are pinned
   */
  static String state(Connection connection, String kind, String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery("SHOW CREATE " + kind + " " + name)) {
        return row.next() ? state(row, connection.getCatalog()) : ABSENT;
      }
    } catch (SQLException e) {
      if (ErrorCodes.isGone(e)) {
        return ABSENT;
      }
      if (ErrorCodes.isOfAnotherKind(e)) {
        return OF_ANOTHER_KIND;
      }
      if (ErrorCodes.isDenied(e) && SEEN_BY.containsKey(kind)) {
        throw unseen(kind, name);
      }
      throw e;
    }
  }

  private static String state(ResultSet row, String database) throws SQLException {
    StringBuilder state = new StringBuilder();
    ResultSetMetaData columns = row.getMetaData();
    for (int i = 2; i <= columns.getColumnCount(); i++) {
      String label = columns.getColumnLabel(i);
      String value = row.getString(i);
      if (label.startsWith("Create ") || label.equals("SQL Original Statement")) {
        if (value == null) {
          throw new SQLException("the account may not read the definition of " + row.getString(1));
        }
        state.insert(0, definition(label, value, database));
      } else if (MADE_UNDER.contains(label)) {
        state.append("\n  ").append(label).append(": ").append(value);
      }
    }
    return state.toString();
  }

  /** A view is printed with the name of its database or without, as the server likes. */
  private static String definition(String label, String text, String database) {
    if (text.startsWith("CREATE TABLE ")) {
      return TableText.of(text).text();
    }
    return label.equals("Create View") ? PrintedSql.of(text).within(database) : text;
  }

  /**
   * While planning, and where nothing is to be seen.
   *
   * @throws Refusal when an object that is there would be told as absent
   */
  void refuseUnseen(Connection connection) throws SQLException {
    List<String> rights = SEEN_BY.getOrDefault(kind, List.of());
    if (rights.isEmpty()) {
      return;
    }
    OwnRights own = OwnRights.of(connection);
    for (String name : names) {
      String place = place(name);
      if (rights.stream().noneMatch(right -> own.hold(right + " ON " + place))) {
        throw unseen(kind, name);
      }
    }
  }

  private static Refusal unseen(String kind, String name) {
    List<String> rights = SEEN_BY.getOrDefault(kind, List.of());
    return new Refusal(
        Finding.of("lone.unseen", "whether an object is there the account may not see")
            .withExpected(String.join(" or ", rights) + " on its database")
            .withFound(kind + " " + name)
            .withFix(
                "GRANT "
                    + rights.get(0)
                    + " ON its database.* TO the target's account, or say"
                    + " outsideTransaction(...).appliedWhen(\"select 1 from ...\")"));
  }

  private static String place(String name) {
    int end = PrintedSql.of(name).bare().indexOf("`.`");
    return end < 0 ? "this" : name.substring(1, end).replace("``", "`") + ".*";
  }

  /** As one text. */
  static String text(Map<String, String> states) {
    StringBuilder text = new StringBuilder();
    states.forEach((name, state) -> text.append(name).append(": ").append(state).append('\n'));
    return text.toString();
  }
}
