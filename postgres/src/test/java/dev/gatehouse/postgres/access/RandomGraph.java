package dev.gatehouse.postgres.access;

import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Roles, memberships, schemas, tables and grants that nobody would think of, always the same for a
 * seed. Statements that the server refuses are left out by it and by us alike: the catalogue is
 * what is compared.
 */
final class RandomGraph {
  private static final List<String> TABLE =
      List.of(
          "select",
          "insert",
          "update",
          "delete",
          "truncate",
          "references",
          "trigger",
          "all",
          "select",
          "update");

  private final TestDatabase database;
  private final int major;
  private final Random random;
  private final List<String> roles = new ArrayList<>();
  private final List<String> schemas = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();
  private final List<String> sequences = new ArrayList<>();
  private final List<String> routines = new ArrayList<>();
  private final List<String> log = new ArrayList<>();

  RandomGraph(TestDatabase database, int major, long seed) {
    this.database = database;
    this.major = major;
    this.random = new Random(seed);
  }

  List<String> roles() {
    return roles;
  }

  List<String> tables() {
    return tables;
  }

  List<String> sequences() {
    return sequences;
  }

  List<String> routines() {
    return routines;
  }

  List<String> schemas() {
    return schemas;
  }

  /** What was executed, to try again by hand. */
  List<String> log() {
    return log;
  }

  RandomGraph fill(Connection admin) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      roles(statement);
      memberships(statement, roles.size());
      objects(statement);
      for (int i = 0; i < 40; i++) {
        grant(statement);
      }
      memberships(statement, 4);
      attempt(statement, "reset role");
      attributes(statement);
    }
    return this;
  }

  /** Roles are the server's and would outlive the database. */
  void drop(Connection admin) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      // drop owned leaves some grants on columns of materialized views behind
      for (String schema : schemas) {
        statement.execute("drop schema if exists " + schema + " cascade");
      }
      for (String role : roles) {
        statement.execute("reassign owned by " + role + " to current_user");
        statement.execute("drop owned by " + role + " cascade");
      }
      // at once, because one may have granted another what it is in
      statement.execute("drop role " + String.join(", ", roles));
    }
  }

  private void roles(Statement statement) throws SQLException {
    int count = 5 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      String role = database.newName("r");
      role = i % 4 == 3 ? "\"A " + role + '"' : role;
      attempt(
          statement,
          "create role "
              + role
              + one(" noinherit", "", "", "")
              + one(" login", "")
              + one(" createrole", "", "", "", "", "")
              + one(" superuser", "", "", "", "", "", "", "", "", "", ""));
      roles.add(role);
    }
  }

  private void memberships(Statement statement, int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      String group =
          random.nextInt(12) == 0
              ? one(
                  "pg_read_all_data",
                  "pg_write_all_data",
                  major >= 17 ? "pg_maintain" : "pg_monitor")
              : one(roles);
      String options = "";
      if (major >= 16) {
        List<String> all =
            new ArrayList<>(
                List.of(
                    one("inherit true", "inherit false", ""),
                    one("set true", "set false", ""),
                    one("admin true", "", "")));
        all.removeIf(String::isEmpty);
        options = all.isEmpty() ? "" : " with " + String.join(", ", all);
      } else if (random.nextInt(4) == 0) {
        options = " with admin option";
      }
      attempt(statement, "grant " + group + " to " + one(roles) + options);
      if (random.nextInt(6) == 0) {
        String role = one(roles);
        attempt(statement, "set role " + role);
        attempt(statement, "grant " + one(roles) + " to " + one(roles) + options);
        attempt(statement, "reset role");
      }
      if (random.nextInt(8) == 0) {
        attempt(statement, "alter role " + one(roles) + one(" noinherit", " inherit"));
      }
    }
  }

  private void attributes(Statement statement) throws SQLException {
    if (random.nextInt(3) == 0) {
      attempt(statement, "alter database " + database.name() + " owner to " + one(roles));
    }
    if (random.nextInt(4) == 0) {
      attempt(statement, "revoke all on database " + database.name() + " from public");
    }
    if (random.nextInt(2) == 0) {
      attempt(
          statement,
          "grant "
              + one("create", "temp", "connect", "all")
              + " on database "
              + database.name()
              + " to "
              + one(roles));
    }
  }

  private void objects(Statement statement) throws SQLException {
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      String schema = i == 1 ? "\"S x\"" : "s" + i;
      attempt(statement, "create schema " + schema + " authorization " + one(roles));
      schemas.add(schema);
      if (random.nextInt(3) == 0) {
        attempt(
            statement,
            "alter default privileges for role "
                + one(roles)
                + one("", " in schema " + schema)
                + " grant "
                + one("select", "insert", "all")
                + " on tables to "
                + grantee());
      }
      int tablesHere = 2 + random.nextInt(3);
      for (int t = 0; t < tablesHere; t++) {
        String owner = one(roles);
        attempt(statement, "grant all on schema " + schema + " to " + owner);
        attempt(statement, "set role " + owner);
        String name = schema + (t == 1 ? ".\"T.1\"" : ".t" + t);
        String kind = one("table", "table", "table", "view", "matview", "partitioned");
        attempt(
            statement,
            switch (kind) {
              case "view" -> "create view " + name + " as select 1 as a, 2 as b";
              case "matview" -> "create materialized view " + name + " as select 1 as a, 2 as b";
              case "partitioned" ->
                  "create table " + name + " (a integer, b integer) partition by list (a)";
              default -> "create table " + name + " (a integer, b integer)";
            });
        tables.add(name);
        attempt(statement, "reset role");
        if (random.nextInt(2) == 0) {
          attempt(statement, "revoke all on schema " + schema + " from " + owner);
        }
      }
      sequence(statement, schema);
    }
  }

  private void sequence(Statement statement, String schema) throws SQLException {
    attempt(statement, "create sequence " + schema + ".q");
    attempt(statement, "alter sequence " + schema + ".q owner to " + one(roles));
    sequences.add(schema + ".q");
    attempt(
        statement,
        "create function "
            + schema
            + ".f(integer, text) returns integer language sql as 'select 1'");
    attempt(statement, "alter function " + schema + ".f owner to " + one(roles));
    routines.add(schema + ".f(integer, text)");
    if (random.nextInt(2) == 0) {
      attempt(statement, "revoke execute on function " + schema + ".f from public");
    }
  }

  private void grant(Statement statement) throws SQLException {
    boolean asOther = random.nextInt(4) == 0;
    if (asOther) {
      attempt(statement, "set role " + one(roles));
    }
    String verb = random.nextInt(4) == 0 ? "revoke" : "grant";
    String to = verb.equals("grant") ? " to " : " from ";
    String option =
        verb.equals("grant") && random.nextInt(5) == 0
            ? " with grant option"
            : verb.equals("revoke") ? one("", " cascade") : "";
    String privilege = major >= 17 && random.nextInt(10) == 0 ? "maintain" : one(TABLE);
    String what =
        switch (random.nextInt(10)) {
          case 0, 1 -> one("usage", "usage", "create", "all") + " on schema " + one(schemas);
          case 2 -> one("usage", "select", "update", "all") + " on sequence " + one(sequences);
          case 3 -> "execute on function " + one(routines);
          case 4, 5 ->
              one("select", "insert", "update", "references")
                  + one(" (a)", " (b)", " (a, b)")
                  + " on "
                  + one(tables);
          default -> privilege + " on " + one(tables);
        };
    String grantee = option.equals(" with grant option") ? one(roles) : grantee();
    attempt(statement, verb + " " + what + to + grantee + option);
    if (asOther) {
      attempt(statement, "reset role");
    }
  }

  private String grantee() {
    return random.nextInt(6) == 0 ? "public" : one(roles);
  }

  private void attempt(Statement statement, String sql) throws SQLException {
    try {
      statement.execute(sql);
      log.add(sql);
    } catch (SQLException e) {
      if (!List.of(
              "42501", "0LP01", "42704", "42P01", "3F000", "0A000", "2BP01", "42P17", "28000",
              "42809", "XX000")
          .contains(String.valueOf(e.getSQLState()))) {
        throw new SQLException(sql + ": " + e.getMessage() + " " + e.getSQLState(), e);
      }
    }
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String one(String first, String... rest) {
    List<String> all = new ArrayList<>(List.of(rest));
    all.add(first);
    return one(all);
  }

  /** Numbers of graphs, mixed up so that neighbours differ. */
  static int[] seeds(int count) {
    return IntStream.range(0, count).map(i -> 7_919 * (i + 1)).toArray();
  }
}
