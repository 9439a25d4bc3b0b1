package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Deadlocks in all databases of the server, since it was started or began to count. */
record Deadlocks() implements Question {

  @Override
  public List<String> preview(Connection connection) throws SQLException {
    return List.of(Products.of(connection).deadlocksQuestion());
  }

  @Override
  public Answer ask(Connection connection) throws SQLException {
    Product product = Products.of(connection);
    Optional<Row> row;
    try {
      row = Queries.first(connection, product.deadlocksQuestion(), Function.identity());
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return Hidden.from(
            connection, "the count of deadlocks is hidden", product.deadlocksRight());
      }
      throw e;
    }
    if (row.isEmpty() || !row.get().text("state").equals("enabled")) {
      return new Unknown(
          Finding.of("mysql.deadlocks-off", "the server does not count deadlocks")
              .withExpected("a count of deadlocks")
              .withFound("performance_schema, or its instrument 'error', is off")
              .withFix(
                  "start the server with performance_schema = ON; UPDATE"
                      + " performance_schema.setup_instruments SET enabled = 'YES' WHERE name ="
                      + " 'error'"));
    }
    return new Counted(
        row.get().number("deadlocks"),
        "in all databases of the server",
        "SHOW ENGINE INNODB STATUS: it names the statements of the last one",
        Optional.of(Duration.ofSeconds(row.get().number("seconds"))));
  }
}
