package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.testkit.Sql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** What the test kit itself says to a server. Names come from {@link Names}: nothing to quote. */
abstract class ServerSql {

  static ServerSql of(Product product) {
    return product == Product.POSTGRES ? new PostgresSql() : new MySqlSql(product);
  }

  /** The version as the server tells it, digits and dots only. */
  abstract String version(Connection connection) throws SQLException;

  abstract void createAccount(Connection connection, Account account) throws SQLException;

  /** Every account or role of exactly that name, whatever its host. */
  abstract void dropAccount(Connection connection, String name) throws SQLException;

  /** Also ends the sessions in it. */
  abstract void dropDatabase(Connection connection, String name) throws SQLException;

  /** A query for the number the server knows the session by that asks. */
  abstract String session();

  /** Returns when the session has ended; one that nobody has is an error. */
  abstract void endSession(Connection admin, long id) throws SQLException;

  /**
   * @param driver as a JDBC address names it
   */
  abstract String url(Server server, String database, String driver);

  abstract String driver();

  /** A query for the names of all tables of the database, also those the account may not read. */
  abstract String tables();

  /** The driver's unit for its timeouts. */
  abstract int unitsOfASecond();

  void createDatabase(Connection connection, String name) throws SQLException {
    Sql.run(connection, "CREATE DATABASE " + name);
  }

  Connection connect(Server server, String database, Account account) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", account.name());
    account.secret().reveal(value -> properties.setProperty("password", new String(value)));
    // whoever accepts and never speaks; what is said later may take its time
    String patience =
        String.valueOf(Integer.getInteger("engines.login-seconds", 10) * unitsOfASecond());
    properties.setProperty("socketTimeout", patience);
    properties.setProperty("connectTimeout", patience); // MariaDB's driver: until the login's end
    Connection connection =
        DriverManager.getConnection(url(server, database, driver()), properties);
    connection.setNetworkTimeout(Runnable::run, 0);
    return connection;
  }
}
