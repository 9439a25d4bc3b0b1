package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.archive.CopyText;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Ways to read the rows of one table in a session whose settings are pinned. */
final class TableReading {
  /** Names algorithm, settings and order of columns: compared only under the same name. */
  static final String HASHED = "pg-rowtext64-sum:";

  /** Undefined schema, table, column, function or type: of a function, or the table is gone. */
  private static final Set<String> UNREADABLE = Set.of("3F000", "42P01", "42703", "42883", "42704");

  private final Connection session;

  TableReading(Connection session) {
    this.session = session;
  }

  /** One way. */
  @FunctionalInterface
  interface Way {
    TableContent of(TableReading reading, ContentTable table) throws SQLException;

    /** All of it is read by the server, which adds up a hash of each row's text. */
    Way HASHING = (reading, table) -> reading.hashed(table, table.rows());
  }

  /** The server adds up bigints without overflow, and faster than numerics. */
  TableContent hashed(ContentTable table, String from) throws SQLException {
    String sql =
        "SELECT pg_catalog.count(*), coalesce(pg_catalog.sum(pg_catalog.hashtextextended("
            + (table.columns().isEmpty() ? "'()'" : "ROW(" + table.columns() + ")::text")
            + ", 0)), 0)::text FROM "
            + from
            + " AS t";
    return told(
        table,
        sql,
        answer -> new TableContent(table.name(), answer.getLong(1), HASHED + answer.getString(2)));
  }

  /**
   * What a dump under the same snapshot holds of it: the rows are counted here and digested there.
   * Where its rows have not the same text everywhere, or are too large for whoever compares them,
   * they are read here as well.
   *
   * @return without a digest where the dump's is meant
   */
  TableContent counted(ContentTable table) throws SQLException {
    if (!table.plain()) {
      return hashed(table, table.rows());
    }
    String large =
        table.large().isEmpty() ? "0" : "pg_catalog.count(*) FILTER (WHERE " + table.large() + ")";
    String sql = "SELECT pg_catalog.count(*), " + large + " FROM " + table.rows() + " AS t";
    TableContent counted =
        told(
            table,
            sql,
            answer ->
                new TableContent(
                    table.name(), answer.getLong(1), answer.getLong(2) == 0 ? "" : "-"));
    return counted.digest().isEmpty() ? counted : hashed(table, table.rows());
  }

  /**
   * The rows as a dump has them.
   *
   * @param columns in the dump's order; none where it names none
   */
  TableContent copied(ContentTable table, List<String> columns) throws SQLException {
    String listed = columns.stream().map(SqlNames::quoted).collect(Collectors.joining(", "));
    String named = columns.isEmpty() ? "" : " (" + listed + ")";
    String from =
        table.condition().isEmpty()
            ? table.sql() + named
            : "(SELECT " + listed + " FROM " + table.rows() + " AS t)";
    CopyText rows = new CopyText(columns);
    try {
      Driver.copyOut(session, "COPY " + from + " TO STDOUT", rows);
      return new TableContent(table.name(), rows.rows(), rows.digest());
    } catch (IOException e) {
      throw new SQLException("the rows of " + table.name() + " could not be read", e);
    } catch (SQLException e) {
      throw told(table, e);
    }
  }

  @FunctionalInterface
  private interface Answer {
    TableContent of(ResultSet row) throws SQLException;
  }

  /** Not prepared: an extension's condition may hold the operator "?". */
  private TableContent told(ContentTable table, String sql, Answer as) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      ResultSet row = statement.executeQuery(sql);
      row.next();
      return as.of(row);
    } catch (SQLException e) {
      throw told(table, e);
    }
  }

  private static SQLException told(ContentTable table, SQLException e) {
    if (!UNREADABLE.contains(SqlStates.of(e))) {
      return e;
    }
    StepFailed failed =
        new StepFailed(
            Finding.of("backup.rows", "the rows of a table cannot be read")
                .withExpected("SELECT count(*) FROM " + table.sql())
                .withFound(e.getMessage() + ", SQL state " + SqlStates.of(e))
                .withFix(
                    "bring back what it names, such as the old name of a schema: a function in an"
                        + " index or a policy of the table needs it; then begin again"));
    failed.initCause(e);
    throw failed;
  }
}
