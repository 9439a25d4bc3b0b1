package dev.gatehouse.examples.webshop;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.postgres.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The shop's database on a real server, as its scripts make it. An application takes its server
 * from Testcontainers, or from any JDBC address: {@code Target.at(name, jdbcUrl, account, secret,
 * Postgres.dialect())} is all that Gatehouse needs.
 */
final class WebshopDatabase implements AutoCloseable {
  static final Path SCRIPTS = Workspace.examples().resolve("db/webshop");

  private final TestDatabase database;

  private WebshopDatabase(TestDatabase database) {
    this.database = database;
  }

  static WebshopDatabase create() throws SQLException, IOException {
    WebshopDatabase shop =
        new WebshopDatabase(
            EngineUnderTest.postgres().get(EngineUnderTest.postgres().size() - 1).database());
    shop.run(Files.readString(SCRIPTS.resolve("schema.sql")));
    shop.run(Files.readString(SCRIPTS.resolve("legacy.sql")));
    return shop;
  }

  void run(String sql) throws SQLException {
    database.run(sql);
  }

  Target target() {
    return Target.at(
        "webshop", database.jdbcUrl(), database.account(), database.secret(), Postgres.dialect());
  }

  /** As an application's own pool gives it. */
  DataSource pool() {
    PGSimpleDataSource pool = new PGSimpleDataSource();
    pool.setUrl(database.jdbcUrl());
    pool.setUser(database.account());
    pool.setPassword(database.secret().reveal(String::new));
    return pool;
  }

  /** Roles belong to the server, and would outlive the database. */
  @Override
  public void close() throws SQLException {
    try {
      String roles = "webshop_app, webshop_reports, webshop_owner";
      run("DROP OWNED BY " + roles + " CASCADE; DROP ROLE " + roles);
    } finally {
      database.close();
    }
  }
}
