package dev.gatehouse.examples.mysql;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * A small shop on a throw-away server of MariaDB or MySQL.
 *
 * @param tools where client programs for it are, when they are asked for
 */
public record MySqlShop(Target target, Supplier<Path> tools, Runnable end)
    implements AutoCloseable {

  /** Who can start a server that ends with this process; the examples' tests bring one. */
  public interface Engine {
    /**
     * A database nobody has used.
     *
     * @param product {@code MariaDB} or {@code MySQL}
     */
    MySqlShop open(String product);
  }

  /** A database nobody has used, of that product. */
  public static MySqlShop empty(String product) {
    return ServiceLoader.load(Engine.class)
        .findFirst()
        .orElseThrow(MySqlShop::noServer)
        .open(product);
  }

  /** A shop with a few orders. */
  public static MySqlShop open() throws SQLException {
    MySqlShop shop = empty("MariaDB");
    shop.execute(
        "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL)",
        "CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT NOT NULL,"
            + " total_cents INT NOT NULL, state VARCHAR(20) NOT NULL,"
            + " FOREIGN KEY (customer_id) REFERENCES customers (id))",
        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')",
        "INSERT INTO orders VALUES (1, 1, 1250, 'delivered'), (2, 1, 900, 'open'),"
            + " (3, 2, 4700, 'delivered')");
    return shop;
  }

  /** As somebody does who does not use a runbook. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = target.dialect().openWriting(target);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Refusal noServer() {
    return new Refusal(
        Finding.of("example.server", "there is no server to run this on")
            .withExpected("a class path with the examples' own engine")
            .withFound("none")
            .withFix("start it with examples/run mysql-quickstart"));
  }

  @Override
  public void close() {
    end.run();
  }
}
