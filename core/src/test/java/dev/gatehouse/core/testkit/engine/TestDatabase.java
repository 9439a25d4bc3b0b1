package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A database (PostgreSQL) or schema (MySQL, MariaDB) of one test. Closing drops it and the accounts
 * it named, and nothing else.
 *
 * <p>One thread at a time.
 */
public final class TestDatabase implements AutoCloseable {
  private final Server server;
  private final ServerSql sql;
  private final String name;
  private final List<String> accounts = new ArrayList<>();

  private TestDatabase(Server server, ServerSql sql, String name) {
    this.server = server;
    this.sql = sql;
    this.name = name;
  }

  static TestDatabase create(Product product, Server server) {
    ServerSql sql = ServerSql.of(product);
    String name = Names.unique("gh");
    try {
      HomeSession.in(server, home -> sql.createDatabase(home, name));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create a test database: " + e.getMessage(), e);
    }
    return new TestDatabase(server, sql, name);
  }

  /** Its address for the product's own driver, TLS asked for where the server has it. */
  public String jdbcUrl() {
    return jdbcUrl(sql.driver());
  }

  /**
   * Its address for another driver.
   *
   * @param driver as addresses name it: {@code mysql} or {@code mariadb}
   */
  public String jdbcUrl(String driver) {
    return sql.url(server, name, driver);
  }

  /** Of the database or schema. */
  public String name() {
    return name;
  }

  public String host() {
    return server.host();
  }

  public int port() {
    return server.port();
  }

  /** The account that may do everything; the same for all databases of the server. */
  public String account() {
    return server.admin().name();
  }

  /** Its password. Do not close it. */
  public Secret secret() {
    return server.admin().secret();
  }

  /** A session of the admin. */
  public Connection connect() throws SQLException {
    return connect(server.admin());
  }

  /** A session of somebody else in this database. */
  public Connection connect(Account account) throws SQLException {
    return sql.connect(server, name, account);
  }

  /** One statement by the admin, in a session of its own. */
  public void run(String statement) throws SQLException {
    try (Connection connection = connect()) {
      Sql.run(connection, statement);
    }
  }

  /** Statements by the admin, in one session of their own. */
  public void run(List<String> statements) throws SQLException {
    try (Connection connection = connect()) {
      for (String statement : statements) {
        Sql.run(connection, statement);
      }
    }
  }

  /** The first row of a query by the admin, with a bar between its columns. */
  public String one(String query) throws SQLException {
    try (Connection connection = connect()) {
      return Sql.one(connection, query);
    }
  }

  /** The number the server knows this session by. */
  public long session(Connection connection) throws SQLException {
    return Long.parseLong(Sql.one(connection, sql.session()));
  }

  /**
   * Ends a session by the admin, whatever it does now; returns when it has ended.
   *
   * @param id as {@link #session} told
   */
  public void endSession(long id) throws SQLException {
    HomeSession.in(server, home -> sql.endSession(home, id));
  }

  /**
   * A name no account or role has yet; whoever is given it is dropped at the end.
   *
   * @param hint the name begins with: letters, digits and underscores
   */
  public String newName(String hint) {
    String unique = Names.unique(hint);
    accounts.add(unique);
    return unique;
  }

  /** Somebody who can log in and was granted nothing. */
  public Account newAccount(String hint) {
    String unique = newName(hint);
    Account account = new Account(unique, Names.password(unique));
    try {
      HomeSession.in(server, home -> sql.createAccount(home, account));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create an account: " + e.getMessage(), e);
    }
    return account;
  }

  /** Drops the database with the sessions in it, then the accounts. */
  @Override
  public void close() {
    try {
      HomeSession.in(
          server,
          home -> {
            sql.dropDatabase(home, name);
            for (String account : accounts) {
              sql.dropAccount(home, account);
            }
          });
    } catch (SQLException e) {
      throw new IllegalStateException("cannot drop " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
