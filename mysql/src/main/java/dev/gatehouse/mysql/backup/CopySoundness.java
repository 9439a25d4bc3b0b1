package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the engine finds in a copy: its tables checked, its views opened, its references followed.
 */
record CopySoundness(Connection session, Schema schema, Progress progress) {
  private static final String REFERENCES =
      "SELECT constraint_name, table_name, column_name, referenced_table_name,"
          + " referenced_column_name FROM information_schema.key_column_usage"
          + " WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE()"
          + " ORDER BY table_name, constraint_name, ordinal_position";

  private static final String THERE =
      "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?";

  /**
   * @throws StepFailed naming tables that are damaged and views that cannot be read
   */
  void require() throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (Table table : schema.tables()) {
      progress.continuing();
      check(table, findings);
    }
    for (Definition view : schema.of(Definition.Kind.VIEW)) {
      open(view, findings);
    }
    if (!findings.isEmpty()) {
      throw new StepFailed(findings);
    }
    tellOrphans();
  }

  /** Engines that know no CHECK say so in a note. */
  private void check(Table table, List<Finding> findings) throws SQLException {
    for (Row row : rows("CHECK TABLE " + table.quoted())) {
      String kind = row.text("Msg_type");
      String text = row.text("Msg_text");
      if (!kind.equals("note") && !(kind.equals("status") && text.equals("OK"))) {
        findings.add(
            Finding.of("copy.damaged", "the engine finds table '" + table.name() + "' damaged")
                .withExpected("CHECK TABLE: status OK")
                .withFound(kind + " " + text)
                .withFix("do not use this copy as proof; take the backup or the restore again"));
      }
    }
  }

  private void open(Definition view, List<Finding> findings) {
    try {
      Queries.run(session, "SELECT 1 FROM " + SqlNames.quoted(view.name()) + " LIMIT 0");
    } catch (SQLException e) {
      findings.add(
          Finding.of("copy.view", "view '" + view.name() + "' cannot be read in the copy")
              .withExpected("SELECT ... LIMIT 0")
              .withFound(String.valueOf(e.getMessage()))
              .withFix("correct the view or its definer in the source, and back up again"));
    }
  }

  /** The source may have had them: the copy is no worse, but its owner should know. */
  private void tellOrphans() throws SQLException {
    Map<List<String>, List<Row>> references = new LinkedHashMap<>();
    for (Row row : rows(REFERENCES)) {
      references
          .computeIfAbsent(
              List.of(row.text("table_name"), row.text("constraint_name")),
              any -> new ArrayList<>())
          .add(row);
    }
    List<String> told = new ArrayList<>();
    for (Map.Entry<List<String>, List<Row>> each : references.entrySet()) {
      progress.continuing();
      String parent = each.getValue().get(0).text("referenced_table_name");
      String by = String.join(" by ", each.getKey());
      if (!Queries.exists(session, THERE, parent)) {
        told.add(
            "all rows of "
                + by
                + ", as no restore in place can make it: table "
                + parent
                + " is not there");
        continue;
      }
      long orphans = Long.parseLong(Queries.one(session, orphans(each.getValue())));
      if (orphans > 0) {
        told.add(orphans + " rows of " + by);
      }
    }
    if (!told.isEmpty()) {
      progress.noticed(
          Finding.of("copy.orphans", "rows refer to rows that do not exist")
              .withExpected("every reference leads to a row")
              .withFound(String.join(", ", told) + ", in the backup as in its source")
              .withFix("delete or correct these rows in the source"));
    }
  }

  private static String orphans(List<Row> columns) {
    List<String> on = new ArrayList<>();
    List<String> where = new ArrayList<>();
    for (Row column : columns) {
      String child = "c." + SqlNames.quoted(column.text("column_name"));
      String parent = "p." + SqlNames.quoted(column.text("referenced_column_name"));
      on.add(child + " = " + parent);
      where.add(child + " IS NOT NULL");
    }
    Row first = columns.get(0);
    return "SELECT COUNT(*) FROM %s c LEFT JOIN %s p ON %s WHERE %s AND p.%s IS NULL"
        .formatted(
            SqlNames.quoted(first.text("table_name")),
            SqlNames.quoted(first.text("referenced_table_name")),
            String.join(" AND ", on),
            String.join(" AND ", where),
            SqlNames.quoted(first.text("referenced_column_name")));
  }

  private List<Row> rows(String sql) throws SQLException {
    return Queries.rows(session, sql, Function.identity());
  }
}
