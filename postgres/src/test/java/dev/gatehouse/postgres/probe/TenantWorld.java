package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A table of two tenants that row security keeps apart, until somebody breaks it. */
final class TenantWorld implements AutoCloseable {
  static final String SEES = "tenant = current_setting('app.tenant', true)";

  final TestDatabase database;
  final Target target;
  String role = "";
  String owner = "";
  private @Nullable Connection open;

  TenantWorld(EngineUnderTest engine) {
    database = engine.database();
    target = Targets.of(database);
  }

  /** Anew; roles of tests before stay, and own nothing. */
  void green() throws SQLException {
    role = database.newName("app");
    owner = database.newName("owner");
    execute(
        "DROP SCHEMA IF EXISTS app CASCADE",
        "CREATE ROLE " + role,
        "CREATE ROLE " + owner,
        "CREATE SCHEMA app",
        "CREATE TABLE app.doc (id int PRIMARY KEY, tenant text, author text, note text)",
        "INSERT INTO app.doc VALUES (1, 'A', 'x', 'one'), (2, 'A', 'y', 'two'),"
            + " (3, 'B', 'x', 'three'), (4, 'B', 'y', NULL)",
        "ALTER TABLE app.doc OWNER TO " + owner,
        "ALTER TABLE app.doc ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE app.doc FORCE ROW LEVEL SECURITY",
        "CREATE POLICY tenant ON app.doc USING (" + SEES + ") WITH CHECK (" + SEES + ")",
        "GRANT USAGE ON SCHEMA app TO " + role + ", " + owner,
        "GRANT SELECT, INSERT, UPDATE, DELETE ON app.doc TO " + role);
  }

  void execute(String... statements) throws SQLException {
    for (String sql : statements) {
      Queries.run(admin(), sql);
    }
  }

  /** One session for all: a login costs more than what is said in it. */
  private Connection admin() throws SQLException {
    Connection admin = open;
    if (admin == null) {
      admin = database.connect();
      open = admin;
    }
    return admin;
  }

  NamedCheck separates() {
    return Postgres.rowSecurity().on("app.doc").actingAs(role).separates("app.tenant", "A", "B");
  }

  Outcome ask(Check check) throws Exception {
    return At.ask(target, check);
  }

  int major() throws SQLException {
    return admin().getMetaData().getDatabaseMajorVersion();
  }

  String content() throws SQLException {
    return Queries.rows(admin(), "SELECT * FROM app.doc ORDER BY id", Row::texts).toString();
  }

  /** Its sessions end with it. */
  @Override
  public void close() {
    database.close();
  }
}
