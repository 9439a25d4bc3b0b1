package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The database that is measured: mixed rows of four tables, each with an index beside its key. A
 * third of what pg_dump writes of it is left by compression, as of other people's data.
 */
final class PostgresSubject {
  private static final long MEGABYTE = 1_000_000;

  /** One table: what a row takes in the database, and how it is made from a number. */
  private record Made(String name, int bytes, String columns, String row, String index) {}

  private static final List<Made> TABLES =
      List.of(
          new Made(
              "events",
              305,
              "at timestamptz not null, actor text not null, detail jsonb not null",
              "timestamptz '2026-01-01 00:00Z' + n * interval '7 seconds', 'clerk' || n % 40,"
                  + " jsonb_build_object('kind', (array['placed', 'paid', 'sent'])[1 + n % 3],"
                  + " 'order', n * 7919 % 100003, 'trace', md5(n::text), 'late', n % 7 = 0)",
              "at"),
          new Made(
              "orders",
              120,
              "customer integer not null, total numeric(12, 2) not null, rate numeric,"
                  + " status text not null, placed timestamptz",
              "n * 31 % 5003, (n * 7919 % 1000000) / 100.0, n / 7.0, (array['open', 'paid',"
                  + " 'shipped'])[1 + n % 3], timestamptz '2025-01-01 00:00Z' + n * interval '1 hour'",
              "customer"),
          new Made(
              "notes",
              255,
              "title text not null, body text not null",
              "'note ' || n * 7919 % 1000003, 'the order of customer ' || n % 1000 || ' has number '"
                  + " || md5(n::text) || ' and was paid by ' || md5((n + 1)::text) || md5((-n)::text)",
              "title"),
          new Made(
              "files",
              230,
              "name text not null, body bytea not null",
              "'file-' || n * 104729 % 1000003, sha256(n::text::bytea) || sha256((-n)::text::bytea)"
                  + " || sha256((n || 'x')::bytea)",
              "name"));

  private PostgresSubject() {}

  /** Fills an empty database with about that much, indexes included, and lets it come to rest. */
  static void fill(Target target, int megabytes) throws SQLException {
    try (Connection session = target.dialect().openWriting(target);
        Statement statement = session.createStatement()) {
      for (Made table : TABLES) {
        long rows = Math.max(1, megabytes * MEGABYTE / TABLES.size() / table.bytes());
        statement.execute(
            "create table %s (id bigint, %s)".formatted(table.name(), table.columns()));
        statement.execute(
            "insert into %s select n, %s from generate_series(1::bigint, %d) n"
                .formatted(table.name(), table.row(), rows));
        statement.execute("alter table %s add primary key (id)".formatted(table.name()));
        statement.execute("create index on %s (%s)".formatted(table.name(), table.index()));
      }
      // Or the first to read it would pay for the hint bits, and the second would not.
      statement.execute("vacuum (freeze, analyze)");
      statement.execute("checkpoint");
    }
  }

  static double megabytes(Target target) throws SQLException {
    try (Connection session = target.dialect().openWriting(target);
        Statement statement = session.createStatement();
        ResultSet size =
            statement.executeQuery("select pg_database_size(current_database()) / 1e6")) {
      size.next();
      return size.getDouble(1);
    }
  }

  /** An empty database for a peer's restore, in place of what an earlier one left. */
  static void empty(Target target, String name) throws SQLException {
    drop(target, name);
    execute(target, "create database " + name + " template template0");
  }

  /** Another database of that server, for the same account. */
  static Target beside(Target target, String name) {
    Target.Coordinates at = target.coordinates().orElseThrow();
    String url = at.jdbcUrl().replaceFirst("/[^/?]*(?=\\?|$)", "/" + name);
    return Target.at(name, url, at.account(), at.secret().orElseThrow(), target.dialect());
  }

  static void drop(Target target, String name) throws SQLException {
    execute(target, "drop database if exists " + name + " with (force)");
  }

  private static void execute(Target target, String sql) throws SQLException {
    try (Connection session = target.dialect().openWriting(target);
        Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }
}
