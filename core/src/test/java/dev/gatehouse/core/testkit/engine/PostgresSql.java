package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.testkit.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

final class PostgresSql extends ServerSql {

  @Override
  String version(Connection connection) throws SQLException {
    return Sql.one(connection, "SHOW server_version").split(" ", 2)[0];
  }

  @Override
  void createAccount(Connection connection, Account account) throws SQLException {
    String verifier = ScramVerifier.of(account.secret());
    Sql.run(connection, "CREATE ROLE " + account.name() + " LOGIN PASSWORD '" + verifier + "'");
  }

  @Override
  void dropAccount(Connection connection, String name) throws SQLException {
    Sql.run(connection, "DROP ROLE IF EXISTS " + name);
  }

  @Override
  void dropDatabase(Connection connection, String name) throws SQLException {
    Sql.run(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  @Override
  String session() {
    return "SELECT pg_backend_pid()";
  }

  @Override
  void endSession(Connection admin, long id) throws SQLException {
    if (!Sql.rows(admin, "SELECT pg_terminate_backend(" + id + ", 30000)").equals(List.of("t"))) {
      throw new IllegalStateException("session " + id + " was not there, or did not end in 30 s");
    }
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
  int unitsOfASecond() {
    return 1;
  }

  @Override
  String tables() {
    return "SELECT relname FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'm', 'f')"
        + " AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";
  }
}
