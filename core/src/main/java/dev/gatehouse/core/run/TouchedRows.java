package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.StepLine;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How many rows the tables hold that a plan names, as the server's statistics have it. */
final class TouchedRows {

  /** More than anybody reads. */
  private static final int MOST_TABLES = 50;

  private TouchedRows() {}

  /** What a name in a statement may mean is told too often rather than too seldom. */
  static List<String> of(Plan plan, Connection connection) {
    List<String> lines = new ArrayList<>();
    Optional<CatalogueReader> reader = plan.target().dialect().catalogue();
    if (reader.isEmpty()) {
      return List.of("rows: not told by this product");
    }
    try {
      List<CatalogueReader.Rows> all = reader.get().estimatedRows(connection);
      lines.add(
          "rows of all tables: " + estimate(all.stream().filter(one -> !one.divided()).toList()));
      String statements = statements(plan.outline());
      List<CatalogueReader.Rows> named =
          all.stream().filter(table -> names(statements, table.table())).toList();
      for (CatalogueReader.Rows table : named.subList(0, Math.min(MOST_TABLES, named.size()))) {
        lines.add("rows of " + table.table() + ", named in the plan: " + estimate(List.of(table)));
      }
      if (named.size() > MOST_TABLES) {
        lines.add((named.size() - MOST_TABLES) + " more tables are named in the plan");
      }
      lines.add(
          "estimates are the statistics of the server, as old as those; what triggers, cascades,"
              + " routines and views reach, and tables of other databases, are not named");
    } catch (Exception e) {
      lines.add("rows: unknown, " + plan.scrubber().describe(e));
    }
    return lines;
  }

  private static String estimate(List<CatalogueReader.Rows> tables) {
    long rows = tables.stream().mapToLong(table -> table.estimate().orElse(0L)).sum();
    long never = tables.stream().filter(table -> table.estimate().isEmpty()).count();
    if (never == tables.size()) {
      return tables.isEmpty() ? "no table is seen" : "unknown, without statistics";
    }
    return "about "
        + rows
        + " (estimated)"
        + (never > 0 ? ", without those of " + never + " tables that have no statistics" : "");
  }

  private static String statements(Outline outline) {
    StringBuilder text = new StringBuilder();
    for (StepLine step : outline.steps()) {
      if (step.changes()) {
        step.preview().forEach(line -> text.append(line).append('\n'));
      }
    }
    return text.toString();
  }

  private static boolean names(String statements, String table) {
    String name = table.substring(table.lastIndexOf('.') + 1);
    return Pattern.compile(
            "(?<![\\p{L}\\p{N}_$])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}_$])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(statements)
        .find();
  }
}
