package dev.gatehouse.core.testkit.engine;

import java.sql.Connection;
import java.sql.SQLException;

final class MySqlSql extends ServerSql {
  private final Product product;

  MySqlSql(Product product) {
    this.product = product;
  }

  @Override
  String version(Connection connection) throws SQLException {
    return column(connection, "SELECT VERSION()").get(0).split("-", 2)[0];
  }

  @Override
  void createAccount(Connection connection, Account account) throws SQLException {
    String password = account.secret().reveal(String::new);
    execute(
        connection, "CREATE USER '" + account.name() + "'@'%' IDENTIFIED BY '" + password + "'");
  }

  @Override
  void dropAccount(Connection connection, String name) throws SQLException {
    String hosts = "SELECT host FROM mysql.user WHERE user = '" + name + "'";
    for (String host : column(connection, hosts)) {
      boolean role = product == Product.MARIADB && host.isEmpty();
      execute(connection, role ? "DROP ROLE " + name : "DROP USER '" + name + "'@'" + host + "'");
    }
  }

  @Override
  void dropDatabase(Connection connection, String name) throws SQLException {
    String sessions = "SELECT id FROM information_schema.processlist WHERE db = '" + name + "'";
    for (String id : column(connection, sessions)) {
      try {
        execute(connection, "KILL " + id);
      } catch (SQLException e) {
        // it ended by itself
      }
    }
    execute(connection, "DROP DATABASE IF EXISTS " + name);
  }

  @Override
  String url(Server server, String database, String driver) {
    String tls = driver.equals("mariadb") ? "?sslMode=trust" : "?sslMode=REQUIRED";
    return "jdbc:"
        + driver
        + "://"
        + server.host()
        + ":"
        + server.port()
        + "/"
        + database
        + (server.tls() ? tls : "");
  }

  @Override
  String driver() {
    return product.key();
  }

  @Override
  String loginLimit() {
    return "10000";
  }

  @Override
  String tables() {
    return "SELECT table_name FROM information_schema.tables WHERE table_schema = database()";
  }
}
