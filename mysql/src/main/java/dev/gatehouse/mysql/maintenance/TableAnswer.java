package dev.gatehouse.mysql.maintenance;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * What a server answers to CHECK, REPAIR and ANALYZE, each row of it judged: such a statement
 * succeeds whatever it finds.
 *
 * @param wrong what is no good news, as the server says it
 * @param unclear why nothing can be said
 * @param rows what a repair did to rows: another number of them, blocks that it could not read
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/check-table.html">CHECK TABLE</a>
 */
record TableAnswer(List<String> wrong, List<String> unclear, List<String> rows) {
  private static final Set<String> GOOD =
      Set.of("ok", "table is already up to date", "engine-independent statistics collected");

  /** Somebody holds the table, or it is gone: that is said as an error, too. */
  private static final Set<Long> NOT_LOOKED = Set.of(1205L, 1146L, 1317L, 3024L, 1969L);

  private static final String CHANGED = "number of rows changed";

  /**
   * @param sql for one table
   */
  static TableAnswer of(Connection session, String sql) throws SQLException {
    List<Row> answer = Queries.rows(session, sql, Function.identity());
    boolean waited =
        Queries.rows(session, "SHOW WARNINGS", row -> row.number("Code")).stream()
            .anyMatch(NOT_LOOKED::contains);
    return of(answer, waited, sql.startsWith("REPAIR"));
  }

  static TableAnswer of(List<Row> answer, boolean notLooked, boolean repaired) {
    List<String> wrong = new ArrayList<>();
    List<String> unclear = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    boolean ended = false;
    for (Row row : answer) {
      String kind = row.text("Msg_type").toLowerCase(Locale.ROOT);
      String text = row.text("Msg_text");
      String low = text.toLowerCase(Locale.ROOT);
      if (kind.equals("status") && GOOD.contains(low)) {
        ended = true;
      } else if (kind.equals("note")) {
        unclear.add(text);
      } else if (repaired && (kind.equals("info") || low.startsWith(CHANGED))) {
        rows.add(text);
      } else {
        (notLooked ? unclear : wrong).add(kind + ": " + text);
      }
    }
    if (!ended && wrong.isEmpty() && unclear.isEmpty()) {
      unclear.add("the server gives no status");
    }
    return new TableAnswer(wrong, unclear, rows);
  }

  boolean isGood() {
    return wrong.isEmpty() && unclear.isEmpty();
  }
}
