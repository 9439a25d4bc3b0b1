package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.testkit.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

final class MySqlSql extends ServerSql {
  private final Product product;

  MySqlSql(Product product) {
    this.product = product;
  }

  @Override
  String version(Connection connection) throws SQLException {
    return Sql.one(connection, "SELECT VERSION()").split("-", 2)[0];
  }

  @Override
  void createAccount(Connection connection, Account account) throws SQLException {
    String password = account.secret().reveal(String::new);
    Sql.run(
        connection, "CREATE USER '" + account.name() + "'@'%' IDENTIFIED BY '" + password + "'");
  }

  @Override
  void dropAccount(Connection connection, String name) throws SQLException {
    String hosts = "SELECT host FROM mysql.user WHERE user = '" + name + "'";
    for (String host : Sql.rows(connection, hosts)) {
      boolean role = product == Product.MARIADB && host.isEmpty();
      Sql.run(connection, role ? "DROP ROLE " + name : "DROP USER '" + name + "'@'" + host + "'");
    }
  }

  @Override
  void dropDatabase(Connection connection, String name) throws SQLException {
    String sessions = "SELECT id FROM information_schema.processlist WHERE db = '" + name + "'";
    for (String id : Sql.rows(connection, sessions)) {
      try {
        Sql.run(connection, "KILL " + id);
      } catch (SQLException e) {
        // it ended by itself
      }
    }
    Sql.run(connection, "DROP DATABASE IF EXISTS " + name);
  }

  @Override
  String session() {
    return "SELECT CONNECTION_ID()";
  }

  @Override
  void endSession(Connection admin, long id) throws SQLException {
    Sql.run(admin, "KILL " + id);
    long deadline = System.nanoTime() + 30_000_000_000L;
    String there = "SELECT id FROM information_schema.processlist WHERE id = " + id;
    while (!Sql.rows(admin, there).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("session " + id + " did not end in 30 s");
      }
      LockSupport.parkNanos(5_000_000);
    }
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
  int unitsOfASecond() {
    return 1_000;
  }

  @Override
  String tables() {
    return "SELECT table_name FROM information_schema.tables WHERE table_schema = database()";
  }
}
