package dev.gatehouse.postgres.mutation;

import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;

import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One table with a policy for each command, in a database that says it is disposable. */
final class MutationWorld implements AutoCloseable {
  static final String MINE = "tenant = current_setting('app.tenant', true)";

  final TestDatabase database;
  final Target target;
  final String role;
  final String owner;

  MutationWorld(EngineUnderTest engine) throws SQLException {
    database = engine.database();
    target = Targets.of(database);
    role = database.newName("app");
    owner = database.newName("owner");
    execute("CREATE ROLE " + role, "CREATE ROLE " + owner);
    execute("ALTER DATABASE " + database.name() + " SET gatehouse.disposable = 'yes'");
    fresh();
  }

  /** As it was at first, whatever a test did. */
  void fresh() throws SQLException {
    execute(
        "DROP SCHEMA IF EXISTS app CASCADE",
        "DROP SCHEMA IF EXISTS eng CASCADE",
        "CREATE SCHEMA eng",
        "CREATE TABLE eng.plan (id int PRIMARY KEY)",
        "CREATE SCHEMA app",
        "CREATE TABLE app.doc (id int PRIMARY KEY, tenant text NOT NULL, author text NOT NULL, note"
            + " text)",
        "INSERT INTO app.doc VALUES (1, 'A', 'x', 'one'), (2, 'A', 'y', 'two'),"
            + " (3, 'B', 'x', 'three'), (4, 'B', 'y', NULL)",
        "ALTER TABLE app.doc OWNER TO " + owner,
        "ALTER TABLE app.doc ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE app.doc FORCE ROW LEVEL SECURITY",
        "CREATE POLICY doc_read ON app.doc FOR SELECT USING (" + MINE + ")",
        "CREATE POLICY doc_add ON app.doc FOR INSERT WITH CHECK (" + MINE + ")",
        "CREATE POLICY doc_write ON app.doc FOR UPDATE USING (%s) WITH CHECK (%s)"
            .formatted(MINE, MINE),
        "CREATE POLICY doc_remove ON app.doc FOR DELETE USING (" + MINE + ")",
        "GRANT USAGE ON SCHEMA app TO " + role + ", " + owner,
        "GRANT SELECT, INSERT, UPDATE, DELETE ON app.doc TO " + role);
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = database.connect()) {
      for (String sql : statements) {
        Queries.run(connection, sql);
      }
    }
  }

  Outcome ask(Check check) throws Exception {
    return At.ask(target, check);
  }

  Mutation against(Check first, Check... rest) {
    return Postgres.mutationOf("app.*").forRoles(role).against(first, rest);
  }

  /** As people check without a kit: what stands in the catalogue, and a denial by its words. */
  List<Check> seedStyle() {
    return List.of(
        noRows(
            "cross-boundary grants",
            "select 1 from information_schema.role_table_grants where grantee like '"
                + role
                + "%' and table_schema = 'eng' and privilege_type in ('INSERT', 'UPDATE',"
                + " 'DELETE')"),
        noRows(
            "row security is on",
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " where n.nspname = 'app' and c.relkind = 'r' and not c.relrowsecurity"),
        actingAs(role).can(SELECT).on("app.doc"));
  }

  List<Check> separation() {
    return List.of(
        Postgres.rowSecurity()
            .on("app.doc")
            .by("tenant")
            .actingAs(role)
            .separates("app.tenant", "A", "B"));
  }

  List<Check> full() {
    return List.of(
        Postgres.rowSecurity().forcedOn("app.*"),
        Postgres.rowSecurity()
            .policyFor(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
            .on("app.*"),
        grantee(role).hasNoEscalation(),
        grantee(role).may(SELECT, INSERT, UPDATE, DELETE).on("app.doc"),
        grantee(role).mayOnly(SELECT, INSERT, UPDATE, DELETE).on("app.*"),
        grantee(role).mayNot(SELECT, INSERT, UPDATE, DELETE, TRUNCATE).on("eng.*"),
        separation().get(0));
  }

  @Override
  public void close() {
    database.close();
  }
}
