package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.ScriptReader.Cause;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One query with its binds: refused early when it is nonsense, asked read-only. */
public record Query(String sql, List<Object> binds) {

  @FunctionalInterface
  interface Answer {
    Outcome of(ResultSet rows) throws SQLException;
  }

  public Query {
    binds = List.copyOf(binds);
    sql = sql.strip();
    for (Object bind : binds) {
      if (bind instanceof Secret secret) {
        throw new IllegalArgumentException(
            "bind is the secret '" + secret.label() + "': a query is printed with its binds");
      }
    }
  }

  public static Query of(String sql, Object... binds) {
    return new Query(sql, List.of(binds));
  }

  /**
   * Lets the driver prepare it. What an earlier step may yet bring into being (a table, a column)
   * makes the plan say UNKNOWN; whatever else the server rejects is refused.
   */
  List<String> plan(CheckContext reading) throws SQLException {
    refuseNonsense();
    String line = line();
    try (PreparedStatement prepared = reading.connection().prepareStatement(sql)) {
      prepared.getMetaData();
      refuseMisread(reading);
      int wanted = prepared.getParameterMetaData().getParameterCount();
      if (wanted != binds.size()) {
        throw new Refusal(
            Finding.of("query.binds", "a query and its binds do not match")
                .withExpected("a bind for each of " + wanted + " parameters")
                .withFound(binds.size() + " binds in: " + line)
                .withFix("give the values after the query, in order: rows(query, value, ...)"));
      }
      return List.of(line);
    } catch (SQLException e) {
      boolean behind = reading instanceof BehindStatements;
      if (!reading.targetIsFinal() && (mayYetExist(e) || (!behind && isNoValue(e)))) {
        return List.of(line, Outline.UNKNOWN + "until an earlier step has run: " + message(e));
      }
      Optional<Cause> cause = cause(reading, e);
      String otherwise =
          behind && isNoValue(e)
              ? "correct the value; if the transaction adds it to an enum itself, ask in a"
                  + " step behind it: the server lets a new value be used once it is committed"
              : "correct the query, or grant the account what it reads; try it in the"
                  + " product's own client";
      throw new Refusal(
          Finding.of("query.rejected", "the server rejects a query")
              .withExpected("a query that can be prepared on " + reading.target().name())
              .withFound(message(e) + because(cause) + "\n" + line)
              .withFix(cause.flatMap(Cause::fix).orElse(otherwise)),
          e);
    }
  }

  /** Asks it; an error of the server is no answer. */
  Outcome ask(CheckContext reading, Answer answer) {
    refuseNonsense();
    try (PreparedStatement prepared = reading.connection().prepareStatement(sql)) {
      refuseMisread(reading);
      for (int i = 0; i < binds.size(); i++) {
        prepared.setObject(i + 1, binds.get(i));
      }
      try (ResultSet rows = prepared.executeQuery()) {
        return answer.of(rows);
      }
    } catch (SQLException e) {
      Optional<Cause> cause = cause(reading, e);
      return Outcome.inconclusive(
          Finding.of("query.error", "the query could not be answered")
              .withExpected("an answer to: " + line())
              .withFound(message(e) + because(cause))
              .withFix(
                  cause
                      .flatMap(Cause::fix)
                      .orElse(
                          "run the query in the product's own client, fix what it reports, ask"
                              + " again")));
    }
  }

  /** The query and its binds in one line, as plans and messages print it. */
  String line() {
    return binds.isEmpty() ? sql : sql + "  -- binds " + binds;
  }

  private void refuseMisread(CheckContext reading) throws SQLException {
    reading.target().dialect().refuseMisread(reading.connection(), sql);
  }

  private void refuseNonsense() {
    SqlText text = SqlText.of(sql);
    if (text.isEmpty()) {
      throw new Refusal(
          Finding.of("query.blank", "a check asks nothing")
              .withExpected("one query")
              .withFound("'" + sql + "'")
              .withFix("write what it asks: noRows(\"select ...\")"));
    }
    if (text.hasSeveralStatements()) {
      throw new Refusal(
          Finding.of("query.several-statements", "a check holds more than one statement")
              .withExpected("one query; a driver would drop the rest or execute it unseen")
              .withFound(sql)
              .withFix("write one check for each query, or put the others into sql(\"...\")"));
    }
    if (!text.isQuery()) {
      throw new Refusal(
          Finding.of("query.writes", "a check holds a statement that is not a query")
              .withExpected("a statement that begins with SELECT, WITH, VALUES, TABLE or SHOW")
              .withFound(sql)
              .withFix("put it into a change: inOneTransaction(sql(\"...\")).undoneBy(...)"));
    }
  }

  private static Optional<Cause> cause(CheckContext reading, SQLException e) {
    try {
      return reading.target().dialect().cause(reading.connection(), e);
    } catch (SQLException again) {
      return Optional.empty();
    }
  }

  private static String because(Optional<Cause> cause) {
    return cause.map(Cause::words).filter(words -> !words.isEmpty()).map("\n"::concat).orElse("");
  }

  static String message(SQLException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** A text that is no value of its type, such as one that an earlier step adds to an enum. */
  private static boolean isNoValue(SQLException e) {
    return "22P02".equals(e.getSQLState());
  }

  /** Undefined table, column, function or schema, by SQLSTATE; SQLite tells it in words only. */
  private static boolean mayYetExist(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String words = message(e).toLowerCase(Locale.ROOT);
    return List.of("42P01", "42703", "42883", "42704", "3F000", "42S02", "42S22").contains(state)
        || words.contains("no such table")
        || words.contains("no such column")
        || words.contains("unknown database");
  }
}
