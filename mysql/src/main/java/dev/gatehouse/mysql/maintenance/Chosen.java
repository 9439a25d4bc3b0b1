package dev.gatehouse.mysql.maintenance;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck.Planning;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Which tables are meant.
 *
 * @param named none for every table
 * @param left those that are left out
 */
record Chosen(List<String> named, List<String> left) {
  static final String PRODUCT = "MySQL or MariaDB";

  private static final int TOLD = 20;

  private static final String TABLES =
      "SELECT table_name, COALESCE(engine, '') AS engine FROM information_schema.tables"
          + " WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"
          + " ORDER BY table_name";

  /** One of them, with its engine in lower case. */
  record Table(String name, String engine) {
    String quoted() {
      return SqlNames.quoted(name);
    }
  }

  static Planning only(Planning planning) {
    return planning.onlyOn(PRODUCT);
  }

  String words() {
    return named.isEmpty()
        ? "all tables" + (left.isEmpty() ? "" : " but " + String.join(", ", left))
        : "tables " + String.join(", ", named);
  }

  /** As they are now, sorted by name. */
  List<Table> in(Connection session) throws SQLException {
    List<Table> all =
        Queries.rows(session, TABLES, Function.identity()).stream().map(Chosen::table).toList();
    return all.stream()
        .filter(table -> named.isEmpty() || named.contains(table.name()))
        .filter(table -> !left.contains(table.name()))
        .toList();
  }

  private static Table table(Row row) {
    return new Table(row.text("table_name"), row.text("engine").toLowerCase(Locale.ROOT));
  }

  /**
   * One line for each of them.
   *
   * @throws Refusal when a table is not there, or none is left
   */
  List<String> lines(CheckContext reading, String line) throws SQLException {
    List<Table> tables = in(reading.connection());
    if (reading.targetIsFinal()) {
      refuseMissing(reading.connection(), tables);
    }
    List<String> lines = new ArrayList<>();
    tables.stream()
        .limit(TOLD)
        .forEach(table -> lines.add(line.formatted(table.quoted(), Maintenance.mending(table))));
    if (tables.size() > TOLD) {
      lines.add("and " + (tables.size() - TOLD) + " more tables");
    }
    return lines;
  }

  void refuseMissing(Connection session, List<Table> found) throws SQLException {
    List<String> names = found.stream().map(Table::name).toList();
    List<String> missing = new ArrayList<>(named.stream().filter(n -> !names.contains(n)).toList());
    List<String> all =
        left.isEmpty()
            ? List.of()
            : new Chosen(List.of(), List.of()).in(session).stream().map(Table::name).toList();
    left.stream().filter(name -> !all.contains(name)).forEach(missing::add);
    if (!missing.isEmpty() || found.isEmpty()) {
      throw new Refusal(
          Finding.of("tables.missing", "there is no such table")
              .withExpected(words() + ", as base tables of the database")
              .withFound(
                  missing.isEmpty() ? "no table" : "none named " + String.join(", ", missing))
              .withFix("name tables that are there, as SHOW TABLES prints them"));
    }
  }
}
