package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the objects of all databases of a server, in a number of queries that does not depend on
 * how many tables there are. What the server computes itself ({@code information_schema}, {@code
 * performance_schema}) is left out.
 */
final class ObjectReading {
  private static final String THEIRS = " NOT IN ('information_schema', 'performance_schema')";

  private static final String DATABASES =
      "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name" + THEIRS;
  private static final String TABLES =
      "SELECT table_schema AS place, table_name AS name, table_type AS form,"
          + " COALESCE(engine, '') AS engine FROM information_schema.tables WHERE table_schema"
          + THEIRS;
  private static final String COLUMNS =
      "SELECT table_schema AS place, table_name AS name, column_name FROM"
          + " information_schema.columns WHERE table_schema"
          + THEIRS
          + " ORDER BY table_schema, table_name, ordinal_position";
  private static final String VIEWS =
      "SELECT table_schema AS place, table_name AS name, view_definition AS body, security_type,"
          + " definer FROM information_schema.views WHERE table_schema"
          + THEIRS;
  private static final String ROUTINES =
      "SELECT routine_schema AS place, routine_name AS name, LOWER(routine_type) AS form,"
          + " COALESCE(routine_definition, '') AS body, security_type, definer, sql_mode FROM"
          + " information_schema.routines WHERE routine_schema"
          + THEIRS;
  private static final String TRIGGERS =
      "SELECT trigger_schema AS place, trigger_name AS name, event_object_schema AS table_place,"
          + " event_object_table AS table_name, event_manipulation AS event,"
          + " COALESCE(action_statement, '') AS body, definer, sql_mode FROM"
          + " information_schema.triggers WHERE trigger_schema"
          + THEIRS;
  private static final String KEYS =
      "SELECT constraint_schema AS place, constraint_name AS name, table_name,"
          + " unique_constraint_schema AS parent_place, referenced_table_name AS parent,"
          + " update_rule, delete_rule FROM information_schema.referential_constraints"
          + " WHERE update_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')"
          + " OR delete_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')";

  private static final String FUNCTIONS = "SELECT name FROM mysql.func ORDER BY name";

  private final Connection connection;
  private final List<Item> items = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, Integer> tables = new HashMap<>();

  ObjectReading(Connection connection) {
    this.connection = connection;
  }

  Snapshot read(String database, String product, GrantTables grants) throws SQLException {
    for (String name : Queries.column(connection, DATABASES)) {
      place(name);
    }
    tables();
    routines();
    List<String> functions = Queries.column(connection, FUNCTIONS);
    return Snapshot.of(database, product, grants, items, functions, triggers(), keys());
  }

  /** The number of a database, also of one that was made since they were listed. */
  private int place(String name) {
    return places.computeIfAbsent(
        name,
        key -> {
          int number = items.size();
          items.add(
              new Item(
                  number,
                  number,
                  Kind.DATABASE,
                  name,
                  "",
                  "database",
                  List.of(),
                  Optional.empty()));
          return number;
        });
  }

  private void tables() throws SQLException {
    Map<String, List<String>> columns = new HashMap<>();
    for (Row row : rows(COLUMNS)) {
      columns.computeIfAbsent(place(row), key -> new ArrayList<>()).add(row.text("column_name"));
    }
    Map<String, Program> views = new HashMap<>();
    for (Row row : rows(VIEWS)) {
      views.put(
          place(row),
          Program.of(
              row.text("definer"),
              !row.text("security_type").equalsIgnoreCase("INVOKER"),
              body(row),
              "",
              row.text("place")));
    }
    for (Row row : rows(TABLES)) {
      String place = place(row);
      int database = place(row.text("place"));
      tables.put(place, items.size());
      items.add(
          new Item(
              items.size(),
              database,
              Kind.TABLE,
              row.text("place"),
              row.text("name"),
              form(row),
              columns.getOrDefault(place, List.of()),
              Optional.ofNullable(views.get(place))));
    }
  }

  /** MySQL lists the text of a view for its definer alone, and prints it for others as well. */
  private String body(Row row) throws SQLException {
    if (!row.text("body").isEmpty()) {
      return row.text("body");
    }
    String name =
        SqlNames.quotedAsIs(row.text("place")) + "." + SqlNames.quotedAsIs(row.text("name"));
    try {
      String text =
          Queries.first(connection, "SHOW CREATE VIEW " + name, shown -> shown.texts().get(1))
              .orElse("");
      String bare = PrintedSql.of(text).bare();
      int from = bare.indexOf(" AS ", Math.max(0, bare.indexOf(" VIEW ")));
      return from < 0 ? "" : text.substring(from + 4);
    } catch (SQLException e) {
      if (ErrorCodes.isGone(e)) {
        throw e;
      }
      return ""; // not to be read, so it may lead anywhere
    }
  }

  /** Engines that keep no rows themselves are told: what they lead to stands in no catalogue. */
  private static String form(Row row) {
    String form = row.text("form").toLowerCase(Locale.ROOT);
    String engine = row.text("engine").toUpperCase(Locale.ROOT);
    return switch (engine) {
      case "MRG_MYISAM", "FEDERATED", "CONNECT", "SPIDER" -> Item.ELSEWHERE + engine;
      default -> form.equals("base table") || form.equals("system versioned") ? "table" : form;
    };
  }

  private void routines() throws SQLException {
    for (Row row : rows(ROUTINES)) {
      int database = place(row.text("place"));
      items.add(
          new Item(
              items.size(),
              database,
              Kind.ROUTINE,
              row.text("place"),
              row.text("name"),
              row.text("form"),
              List.of(),
              Optional.of(
                  Program.of(
                      row.text("definer"),
                      !row.text("security_type").equalsIgnoreCase("INVOKER"),
                      // what a package does stands in its body, which is listed apart
                      row.text("form").equals("package") ? "" : row.text("body"),
                      row.text("sql_mode"),
                      row.text("place")))));
    }
  }

  private List<Trigger> triggers() throws SQLException {
    List<Trigger> triggers = new ArrayList<>();
    for (Row row : rows(TRIGGERS)) {
      Integer table = tables.get(key(row.text("table_place"), row.text("table_name")));
      // MariaDB 12 has triggers for several events at once
      for (String event : row.text("event").split(",")) {
        Optional<Right> right = Right.named(event.strip());
        if (table != null && right.isPresent()) {
          triggers.add(
              new Trigger(
                  row.text("name"),
                  table,
                  right.get(),
                  Program.of(
                      row.text("definer"),
                      true,
                      row.text("body"),
                      row.text("sql_mode"),
                      row.text("place"))));
        }
      }
    }
    return triggers;
  }

  private List<ForeignKey> keys() throws SQLException {
    List<ForeignKey> keys = new ArrayList<>();
    for (Row row : rows(KEYS)) {
      Integer child = tables.get(key(row.text("place"), row.text("table_name")));
      Integer parent = tables.get(key(row.text("parent_place"), row.text("parent")));
      if (child != null && parent != null) {
        add(keys, row, parent, child, Right.DELETE, row.text("delete_rule"));
        add(keys, row, parent, child, Right.UPDATE, row.text("update_rule"));
      }
    }
    return keys;
  }

  private static void add(
      List<ForeignKey> keys, Row row, int parent, int child, Right use, String rule) {
    if (rule.equals("CASCADE") || rule.startsWith("SET")) {
      Right done = rule.equals("CASCADE") ? use : Right.UPDATE;
      keys.add(new ForeignKey(row.text("name"), parent, child, use, done));
    }
  }

  private List<Row> rows(String question) throws SQLException {
    return Queries.rows(connection, question, Function.identity());
  }

  private static String place(Row row) {
    return key(row.text("place"), row.text("name"));
  }

  private static String key(String place, String name) {
    return place + "\0" + name;
  }
}
