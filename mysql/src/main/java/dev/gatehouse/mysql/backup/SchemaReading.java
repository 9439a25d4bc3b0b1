package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.backup.Definition.Kind;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the definitions of one database, what is Gatehouse's own in a copy left out. */
final class SchemaReading {
  /** Marks what Gatehouse made; no part of anybody's content. */
  static final Set<String> OWN_TABLES =
      Set.of("gatehouse_drill", "gatehouse_exchange", "gatehouse_kept");

  private static final String DEFAULTS =
      "SELECT CONCAT('CHARACTER SET ', default_character_set_name, ' COLLATE ',"
          + " default_collation_name) FROM information_schema.schemata"
          + " WHERE schema_name = DATABASE()";
  private static final String TABLES =
      "SELECT table_name, table_type, COALESCE(engine, '') AS engine"
          + " FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name";
  private static final String COLUMNS =
      "SELECT table_name, column_name, data_type, extra FROM information_schema.columns"
          + " WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";
  private static final Pattern GENERATED =
      Pattern.compile("(VIRTUAL|STORED|PERSISTENT) GENERATED", Pattern.CASE_INSENSITIVE);
  static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=(\\d+)");

  private final Connection connection;
  private final Product product;
  private final String database;
  private final List<Definition> definitions = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();

  private SchemaReading(Connection connection, Product product, String database) {
    this.connection = connection;
    this.product = product;
    this.database = database;
  }

  /**
   * As it is now; nothing holds it.
   *
   * @throws Refusal when the account may not read a definition, or something is of a kind that no
   *     backup of Gatehouse holds
   */
  static Schema of(Connection opened) throws SQLException {
    Product product = Products.of(opened);
    return PinnedPrinting.of(
        opened,
        real ->
            new SchemaReading(real, product, Queries.one(real, "SELECT DATABASE()")).everything());
  }

  private Schema everything() throws SQLException {
    add(Kind.DATABASE, "", Queries.one(connection, DEFAULTS), Map.of());
    Map<String, List<Column>> columns = columns();
    List<String> views = new ArrayList<>();
    Map<String, Row> listed = new HashMap<>();
    rows(TABLES).forEach(row -> listed.put(row.text("table_name"), row));
    for (String name : Queries.column(connection, "SHOW TABLES")) {
      if (OWN_TABLES.contains(name)) {
        continue;
      }
      Row row = listed.get(name);
      if (row == null) {
        throw moving(name);
      }
      switch (row.text("table_type")) {
        case "BASE TABLE" -> table(name, row.text("engine"), columns.getOrDefault(name, List.of()));
        case "SEQUENCE" ->
            add(
                Kind.SEQUENCE,
                name,
                shown("SHOW CREATE SEQUENCE " + SqlNames.quoted(name), "Create Table"),
                Map.of());
        case "VIEW" -> views.add(name);
        default -> throw unknown(row.text("table_type").toLowerCase(Locale.ROOT), name);
      }
    }
    new ProgramReading(connection, product, database, definitions).all(views);
    definitions.sort(Comparator.comparing(Definition::kind));
    return new Schema(definitions, tables);
  }

  private void table(String name, String engine, List<Column> columns) throws SQLException {
    if (columns.isEmpty()) {
      throw unknown("table without a stored column", name);
    }
    add(Kind.TABLE, name, tableText(connection, database, name).definition(), Map.of());
    tables.add(new Table(name, engine, columns));
  }

  /**
   * @param counter the next number of AUTO_INCREMENT; 1 where there is none
   */
  record TableText(String definition, String counter) {}

  /** What is printed of a table now. MariaDB names the database of a sequence in a default. */
  static TableText tableText(Connection connection, String database, String name)
      throws SQLException {
    String show = "SHOW CREATE TABLE " + SqlNames.quoted(name);
    PrintedSql printed = PrintedSql.of(shown(connection, show).text("Create Table"));
    Matcher counter = COUNTER.matcher(printed.bare());
    return new TableText(
        PrintedSql.of(printed.without(COUNTER)).collated().within(database),
        counter.find() ? counter.group(1) : "1");
  }

  private Map<String, List<Column>> columns() throws SQLException {
    Map<String, List<Column>> columns = new HashMap<>();
    for (Row row : rows(COLUMNS)) {
      if (GENERATED.matcher(row.text("extra")).find()) {
        continue;
      }
      String table = row.text("table_name");
      String name = row.text("column_name");
      ColumnKind kind =
          ColumnKind.of(row.text("data_type"), product)
              .orElseThrow(
                  () -> unknown("column of type " + row.text("data_type"), table + "." + name));
      columns
          .computeIfAbsent(table, any -> new ArrayList<>())
          .add(new Column(name, kind, row.text("extra").contains("auto_increment")));
    }
    return columns;
  }

  private void add(Kind kind, String name, String sql, Map<String, String> settings) {
    definitions.add(new Definition(kind, name, sql, settings, ""));
  }

  private List<Row> rows(String sql) throws SQLException {
    return Queries.rows(connection, sql, Function.identity());
  }

  private String shown(String show, String column) throws SQLException {
    return shown(connection, show).text(column);
  }

  /** Plain SQL, in which braces are none of JDBC's. */
  static Row shown(Connection connection, String show) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet answer = statement.executeQuery(show)) {
        return Row.all(show, answer).get(0);
      }
    }
  }

  /** MariaDB leaves a table out of its lists while it is altered, and says nothing of it. */
  private static Refusal moving(String table) {
    return new Refusal(
        Finding.of("backup.moving", "a table is altered while the definitions are read")
            .withExpected("every table that SHOW TABLES names in information_schema, too")
            .withFound("table " + table + " is not there")
            .withFix("try again when its ALTER TABLE is done"));
  }

  private static Refusal unknown(String kind, String name) {
    return new Refusal(
        Finding.of("backup.unknown-kind", "the database holds a kind of object no backup holds")
            .withExpected("tables, sequences, views, routines, triggers, events of known types")
            .withFound(kind + ": " + name)
            .withFix("back this database up with the product's own tools, or drop " + name));
  }
}
