package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A database for one situation. Roles belong to the server, so in its statements {@code {a}} stands
 * for a role that nobody else has; in its answers they are called by the short name again.
 */
final class Stage implements AutoCloseable {
  private final TestDatabase database;
  private final Connection admin;
  private final Map<String, String> roles = new LinkedHashMap<>();

  private Stage(TestDatabase database, Connection admin) {
    this.database = database;
    this.admin = admin;
  }

  static Stage of(EngineUnderTest engine, String... roles) throws SQLException {
    TestDatabase database = engine.database();
    Stage stage = new Stage(database, database.connect());
    for (String role : roles) {
      String[] words = role.split(" ", 2);
      stage.roles.put(words[0], database.newName(words[0]));
      stage.run("create role {" + words[0] + "} " + (words.length > 1 ? words[1] : ""));
    }
    return stage;
  }

  Target target() {
    return Target.at(
        "shop", database.jdbcUrl(), database.account(), database.secret(), Postgres.dialect());
  }

  /** The role's real name. */
  String role(String role) {
    return roles.getOrDefault(role, role);
  }

  int major() throws SQLException {
    return admin.getMetaData().getDatabaseMajorVersion();
  }

  Connection connect() throws SQLException {
    return database.connect();
  }

  String jdbcUrl() {
    return database.jdbcUrl();
  }

  String database() {
    return database.name();
  }

  /** What names of many roles may begin with. */
  String newPrefix(String hint) {
    return database.newName(hint) + "_";
  }

  MayOnlyOverAll.Cost mayOnlyOverAll(int mebibytes, String roles, String tables)
      throws IOException, InterruptedException {
    return MayOnlyOverAll.inJvmOf(mebibytes, database, roles, tables);
  }

  Connection admin() {
    return admin;
  }

  Stage run(String... statements) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      for (String sql : statements) {
        statement.execute(named(sql));
      }
    }
    return this;
  }

  private String named(String text) {
    String named = text;
    for (Map.Entry<String, String> role : roles.entrySet()) {
      named = named.replace("{" + role.getKey() + "}", role.getValue());
    }
    return named;
  }

  String shortened(String text) {
    String shortened = text;
    for (Map.Entry<String, String> role : roles.entrySet()) {
      shortened = shortened.replace(role.getValue(), role.getKey());
    }
    return shortened.replace(database.account(), "admin").replace(database.name(), "db");
  }

  /** As the role in a transaction that is rolled back: ok, or the SQLSTATE. */
  String attempt(String role, String... statements) throws SQLException {
    admin.setAutoCommit(false);
    try (Statement statement = admin.createStatement()) {
      statement.execute("set local session authorization " + named("{" + role + "}"));
      for (String sql : statements) {
        statement.execute(named(sql));
      }
      return "ok";
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    } finally {
      admin.rollback();
      admin.setAutoCommit(true);
    }
  }

  EffectiveAccess access() throws SQLException {
    return read(admin);
  }

  /** Its words, with the short names. */
  String say(String role, String privilege, String table) throws SQLException {
    return say(role, privilege, AccessObject.table(table));
  }

  String say(String role, String privilege, AccessObject object) throws SQLException {
    return shortened(verdict(role, privilege, object).toString());
  }

  Verdict verdict(String role, String privilege, AccessObject object) throws SQLException {
    return access().verdict(role(role), privilege, object);
  }

  List<String> escalations(String role) throws SQLException {
    return access().escalations(role(role)).stream()
        .map(Escalation::toString)
        .map(this::shortened)
        .toList();
  }

  static EffectiveAccess read(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set local search_path = pg_catalog, pg_temp");
      return AccessSnapshot.read(connection);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  @Override
  public void close() {
    try (Connection last = admin;
        Statement statement = last.createStatement()) {
      for (String role : roles.values()) {
        statement.execute("reassign owned by " + role + " to current_user");
        statement.execute("drop owned by " + role + " cascade");
      }
      for (String role : roles.values()) {
        statement.execute("drop role " + role);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      database.close();
    }
  }
}
