package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * A server for one situation. In statements {@code {app}} stands for a user that nobody else has,
 * {@code {db}} for the database of the stage and {@code {db.x}} for another one; in answers they
 * are called by the short names again.
 */
final class Stage implements AutoCloseable {
  private final Served served;
  private final TestDatabase database;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, Account> users = new LinkedHashMap<>();
  private final List<String> others = new ArrayList<>();

  private Stage(Served served, TestDatabase database) {
    this.served = served;
    this.database = database;
  }

  /**
   * @param users made with a password, {@code user@%}
   */
  static Stage of(Served served, String... users) throws SQLException {
    Stage stage = new Stage(served, served.engine().database());
    stage.names.put("db", stage.database.name());
    for (String user : users) {
      Account account = stage.database.newAccount(user);
      stage.users.put(user, account);
      stage.names.put(user, account.name());
    }
    return stage;
  }

  /** A name for a role or for an account that is made by hand; dropped at the end. */
  Stage named(String... hints) {
    for (String hint : hints) {
      names.put(hint, database.newName(hint));
    }
    return this;
  }

  /** Another database, dropped at the end. */
  Stage database(String hint) throws SQLException {
    String name = database.name() + hint;
    others.add(name);
    names.put("db." + hint, name);
    return run("CREATE DATABASE `" + name + "`");
  }

  boolean isMariaDb() {
    return served.engine().toString().startsWith("MariaDB");
  }

  Target target() {
    return Targets.of(database);
  }

  Target target(String user) {
    return Target.at(
        "shop", database.jdbcUrl("mysql"), name(user), user(user).secret(), MySql.dialect());
  }

  /** The real name. */
  String name(String hint) {
    return names.getOrDefault(hint, hint);
  }

  /** In GRANT, that database and no other one that the pattern would match. */
  String exactly(String hint) {
    return "`" + name(hint).replace("_", "\\_") + "`.*";
  }

  /** So that its logins begin with the role. */
  String defaultRole(String role, String user) {
    String of = " '{" + user + "}'@'%'";
    return "SET DEFAULT ROLE `{" + role + "}`" + (isMariaDb() ? " FOR" : " TO") + of;
  }

  Account user(String hint) {
    return Objects.requireNonNull(users.get(hint), hint);
  }

  Stage run(String... statements) throws SQLException {
    try (Connection admin = database.connect()) {
      for (String sql : statements) {
        Sql.run(admin, filled(sql));
      }
    }
    return this;
  }

  Connection admin() throws SQLException {
    return database.connect();
  }

  List<String> rows(String query) throws SQLException {
    try (Connection admin = database.connect()) {
      return Sql.rows(admin, filled(query));
    }
  }

  String filled(String text) {
    String filled = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      filled = filled.replace("{" + name.getKey() + "}", name.getValue());
    }
    return filled;
  }

  String shortened(String text) {
    String shortened = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      if (name.getKey().startsWith("db.")) {
        shortened = shortened.replace(name.getValue(), name.getKey());
      }
    }
    for (Map.Entry<String, String> name : names.entrySet()) {
      shortened = shortened.replace(name.getValue(), name.getKey());
    }
    return shortened.replace(database.account(), "admin");
  }

  /** A login of that user, in no database. */
  Connection login(String user) throws SQLException {
    String url = database.jdbcUrl("mysql").replace("/" + database.name(), "/");
    Properties properties = new Properties();
    properties.setProperty("user", name(user));
    properties.setProperty("password", user(user).secret().reveal(String::new));
    properties.setProperty("allowPublicKeyRetrieval", "true");
    return DriverManager.getConnection(url, properties);
  }

  /** 0 when a fresh login may prepare that, else the number of the server's error. */
  int prepares(String user, String sql) throws SQLException {
    try (Connection session = login(user)) {
      return prepares(session, filled(sql));
    }
  }

  static int prepares(Connection session, String sql) {
    return runs(session, "PREPARE gh FROM '" + sql.replace("'", "''") + "'");
  }

  /** 0 when the login may execute that, else the number of the server's error. */
  static int runs(Connection session, String sql) {
    try {
      Sql.run(session, sql);
      return 0;
    } catch (SQLException e) {
      return e.getErrorCode();
    }
  }

  /** 0 when a fresh login may execute that, else the number of the server's error. */
  int executes(String user, String... statements) throws SQLException {
    try (Connection session = login(user)) {
      for (String sql : statements) {
        Sql.run(session, filled(sql));
      }
      return 0;
    } catch (SQLException e) {
      return e.getErrorCode();
    }
  }

  EffectiveAccess access() throws SQLException {
    return access(target());
  }

  static EffectiveAccess access(Target target) throws SQLException {
    try (Connection session = target.dialect().openReading(target)) {
      return target.dialect().privileges().orElseThrow().read(session);
    }
  }

  Verdict verdict(String account, String privilege, String table) throws SQLException {
    return access().verdict(filled(account), privilege, AccessObject.table(filled(table)));
  }

  /** As people read it, with short names. */
  String told(String account, String privilege, String table) throws SQLException {
    return shortened(String.valueOf(verdict(account, privilege, table)));
  }

  @Override
  public void close() {
    try (Connection admin = database.connect()) {
      for (String other : others) {
        Sql.run(admin, "DROP DATABASE IF EXISTS `" + other + "`");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot drop " + others, e);
    }
    database.close();
  }
}
