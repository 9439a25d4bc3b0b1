package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a statement reaches by the names in it: tables, views and what those read, routines and what
 * their bodies name, triggers of the tables. A name counts wherever it stands, and without regard
 * to its case, so that rather too much is found than too little.
 */
public final class Reach {

  /** A name that may be one of an object; both parts in lower case. */
  public record Name(String schema, String name) {}

  /** What an object is. */
  public enum Kind {
    TABLE,
    VIEW,
    ROUTINE,
    TRIGGER
  }

  /**
   * An object.
   *
   * @param on of a trigger, the table it is on
   * @param engine of a table; empty for others
   * @param definition of what has one; empty when it may not be read
   */
  public record Item(Kind kind, Name named, Name on, String engine, String definition) {
    @Override
    public String toString() {
      return kind.name().toLowerCase(Locale.ROOT) + " " + named.schema() + "." + named.name();
    }
  }

  private static final Set<String> OF_THE_SERVER =
      Set.of("information_schema", "performance_schema", "mysql");

  private static final String TABLES =
      "SELECT table_name AS name, table_name AS of_table, COALESCE(engine, '') AS kept_by,"
          + " '' AS definition FROM information_schema.tables WHERE table_schema = ? AND table_type <> 'VIEW' AND LOWER(table_name) IN (%s)";
  private static final String VIEWS =
      "SELECT table_name AS name, table_name AS of_table, '' AS kept_by,"
          + " COALESCE(view_definition, '') AS definition"
          + " FROM information_schema.views WHERE table_schema = ? AND LOWER(table_name) IN (%s)";
  private static final String ROUTINES =
      "SELECT routine_name AS name, routine_name AS of_table, '' AS kept_by,"
          + " COALESCE(routine_definition, '') AS definition"
          + " FROM information_schema.routines WHERE routine_schema = ?"
          + " AND LOWER(routine_name) IN (%s)";
  private static final String TRIGGERS =
      "SELECT trigger_name AS name, event_object_table AS of_table, '' AS kept_by,"
          + " COALESCE(action_statement, '') AS definition"
          + " FROM information_schema.triggers WHERE trigger_schema = ?"
          + " AND LOWER(event_object_table) IN (%s)";

  private final Connection connection;
  private final boolean writing;
  private final Set<Name> asked = new LinkedHashSet<>();
  private final List<Item> items = new ArrayList<>();

  private Reach(Connection connection, boolean writing) {
    this.connection = connection;
    this.writing = writing;
  }

  /**
   * All that these names lead to.
   *
   * @param writing whether the tables are written, so that their triggers are executed
   */
  public static List<Item> of(Connection connection, Collection<Name> names, boolean writing)
      throws SQLException {
    Reach reach = new Reach(connection, writing);
    Deque<Set<Name>> next = new ArrayDeque<>(List.of(new LinkedHashSet<>(names)));
    while (!next.isEmpty()) {
      Set<Name> fresh = next.remove();
      fresh.removeIf(name -> reach.asked.contains(name));
      reach.asked.addAll(fresh);
      for (Item item : reach.found(fresh)) {
        reach.items.add(item);
        if (!item.definition().isEmpty()) {
          next.add(names(SqlTokens.of(item.definition()), item.named().schema()));
        }
      }
    }
    return List.copyOf(reach.items);
  }

  /** The names in these tokens, those without a schema being of that one. */
  public static Set<Name> names(List<ScriptToken> tokens, String schema) {
    Set<Name> names = new LinkedHashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).names()) {
        String name = tokens.get(i).text().toLowerCase(Locale.ROOT);
        boolean qualified = i > 1 && tokens.get(i - 1).isSign('.') && tokens.get(i - 2).names();
        names.add(
            qualified
                ? new Name(tokens.get(i - 2).text().toLowerCase(Locale.ROOT), name)
                : new Name(schema.toLowerCase(Locale.ROOT), name));
      }
    }
    names.removeIf(name -> OF_THE_SERVER.contains(name.schema()));
    return names;
  }

  private List<Item> found(Set<Name> names) throws SQLException {
    List<Item> found = new ArrayList<>();
    var bySchema =
        names.stream()
            .collect(
                Collectors.groupingBy(
                    Name::schema, Collectors.mapping(Name::name, Collectors.toList())));
    for (var each : bySchema.entrySet()) {
      for (String schema : schemas(each.getKey())) {
        found.addAll(found(Kind.TABLE, TABLES, schema, each.getValue()));
        found.addAll(found(Kind.VIEW, VIEWS, schema, each.getValue()));
        found.addAll(found(Kind.ROUTINE, ROUTINES, schema, each.getValue()));
        if (writing) {
          found.addAll(found(Kind.TRIGGER, TRIGGERS, schema, each.getValue()));
        }
      }
    }
    return found;
  }

  /** Most first halves of qualified names are tables, and no schema at all. */
  private List<String> schemas(String name) throws SQLException {
    return Queries.column(
        connection,
        "SELECT schema_name FROM information_schema.schemata WHERE LOWER(schema_name) = ?",
        name);
  }

  private List<Item> found(Kind kind, String question, String schema, List<String> names)
      throws SQLException {
    String marks = names.stream().map(name -> "?").collect(Collectors.joining(", "));
    Object[] binds = Stream.concat(Stream.of(schema), names.stream()).toArray();
    return Queries.rows(
        connection, question.formatted(marks), row -> item(kind, schema, row), binds);
  }

  private static Item item(Kind kind, String schema, Row row) {
    Name named = new Name(lower(schema), lower(row.text("name")));
    Name of = new Name(lower(schema), lower(row.text("of_table")));
    return new Item(kind, named, of, row.text("kept_by"), row.text("definition"));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
