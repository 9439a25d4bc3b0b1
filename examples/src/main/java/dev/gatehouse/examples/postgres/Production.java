package dev.gatehouse.examples.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.examples.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The database all these runbooks work on, as it stands before them: examples/db/production.sql.
 */
public final class Production {
  private static final List<String> ROLES = List.of("analyst_ro", "vh_app");

  private Production() {}

  /** The scripts of the promotion. */
  public static Path scripts() {
    return Workspace.examples().resolve("db");
  }

  /**
   * Fills an empty database; makes the two roles where the server has none of that name.
   *
   * @throws Refusal when the database holds a table already, or the roles may not be made
   */
  public static void create(Target target) throws SQLException, IOException {
    try (Connection connection = target.dialect().openWriting(target);
        Statement statement = connection.createStatement()) {
      refuseUsed(target, statement);
      for (String role : ROLES) {
        if (count(statement, "select count(*) from pg_roles where rolname = '" + role + "'") == 0) {
          refuseNoRoles(statement);
          statement.execute("create role " + role + " nologin");
        }
      }
      statement.execute(Files.readString(scripts().resolve("production.sql")));
    }
  }

  /** Changes the database behind the back of every runbook. */
  public static void tamper(Target target, String sql) throws SQLException {
    try (Connection connection = target.dialect().openWriting(target);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Damages the largest file of a vault in one bit, as disks do. */
  public static void flipAByteOf(Path vault) throws IOException {
    try (Stream<Path> files = Files.walk(vault)) {
      Path largest =
          files
              .filter(Files::isRegularFile)
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(largest);
      bytes[bytes.length / 2] ^= 1;
      Files.write(largest, bytes);
    }
  }

  private static void refuseUsed(Target target, Statement statement) throws SQLException {
    long tables =
        count(
            statement,
            "select count(*) from pg_tables where schemaname !~ '^pg_|^information_schema$'");
    if (tables > 0) {
      throw new Refusal(
          Finding.of("example.database-used", "the examples want an empty database")
              .withExpected("no table in '" + target.name() + "'")
              .withFound(tables + " tables")
              .withFix("create database gatehouse_example; and name that one"));
    }
  }

  private static void refuseNoRoles(Statement statement) throws SQLException {
    long may =
        count(
            statement,
            "select count(*) from pg_roles where rolname = current_user and (rolsuper or rolcreaterole)");
    if (may == 0) {
      throw new Refusal(
          Finding.of("example.roles", "the examples' roles may not be made")
              .withExpected("an account with CREATEROLE, or the roles " + ROLES + " on the server")
              .withFound("neither")
              .withFix("create role " + String.join("; create role ", ROLES) + ";"));
    }
  }

  private static long count(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
