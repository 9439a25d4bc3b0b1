package dev.gatehouse.core.testkit.engine;

import java.sql.Connection;
import java.sql.SQLException;

final class PostgresSql extends ServerSql {

  @Override
  String version(Connection connection) throws SQLException {
    return column(connection, "SHOW server_version").get(0).split(" ", 2)[0];
  }

  @Override
  void createAccount(Connection connection, Account account) throws SQLException {
    String password = account.secret().reveal(String::new);
    execute(connection, "CREATE ROLE " + account.name() + " LOGIN PASSWORD '" + password + "'");
  }

  @Override
  void dropAccount(Connection connection, String name) throws SQLException {
    execute(connection, "DROP ROLE IF EXISTS " + name);
  }

  @Override
  void dropDatabase(Connection connection, String name) throws SQLException {
    execute(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  @Override
  String url(Server server, String database, String driver) {
    return "jdbc:postgresql://"
        + server.host()
        + ":"
        + server.port()
        + "/"
        + database
        + (server.tls() ? "?sslmode=require" : "");
  }

  @Override
  String driver() {
    return "postgresql";
  }

  @Override
  String loginLimit() {
    return "10";
  }

  @Override
  String tables() {
    return "SELECT relname FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'm', 'f')"
        + " AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";
  }
}
