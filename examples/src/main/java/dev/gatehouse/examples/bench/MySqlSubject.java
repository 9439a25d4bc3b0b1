package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What is measured on MariaDB: numbers, texts, documents and bytes, a quarter of the size each. */
final class MySqlSubject {
  private static final long MEGABYTE = 1_000_000;

  /**
   * One table: what a row takes in the database, and how it is made from the number {@code seq}.
   */
  private record Made(String name, int bytes, String columns, String row) {}

  private static final List<Made> TABLES =
      List.of(
          new Made(
              "events",
              220,
              "at DATETIME NOT NULL, actor VARCHAR(40) NOT NULL, detail JSON NOT NULL, KEY (at)",
              "'2026-01-01' + INTERVAL seq * 7 SECOND, CONCAT('clerk', seq % 40), JSON_OBJECT('kind',"
                  + " ELT(1 + seq % 3, 'placed', 'paid', 'sent'), 'order', seq * 7919 % 100003,"
                  + " 'trace', MD5(seq))"),
          new Made(
              "items",
              90,
              "customer INT NOT NULL, total DECIMAL(12,2) NOT NULL, rate DOUBLE, status"
                  + " VARCHAR(20) NOT NULL, placed DATETIME, KEY (customer)",
              "seq * 31 % 5003, (seq * 7919 % 1000000) / 100, seq / 7, ELT(1 + seq % 3, 'open',"
                  + " 'paid', 'shipped'), '2025-01-01' + INTERVAL seq HOUR"),
          new Made(
              "notes",
              250,
              "title VARCHAR(80) NOT NULL, body TEXT NOT NULL, KEY (title)",
              "CONCAT('note ', seq * 7919 % 1000003), CONCAT('the order of customer ', seq % 1000,"
                  + " ' has number ', MD5(seq), ' and was paid by ', MD5(seq + 1), MD5(-seq))"),
          new Made(
              "files",
              200,
              "name VARCHAR(80) NOT NULL, body BLOB NOT NULL, KEY (name)",
              "CONCAT('file-', seq * 104729 % 1000003), CONCAT(UNHEX(SHA2(seq, 256)),"
                  + " UNHEX(SHA2(-seq, 256)), UNHEX(SHA2(CONCAT(seq, 'x'), 256)))"));

  private MySqlSubject() {}

  /** Fills a database with about that much, indexes included. */
  static void fill(Target target, int megabytes) throws SQLException {
    for (Made table : TABLES) {
      long rows = Math.max(1, megabytes * MEGABYTE / TABLES.size() / table.bytes());
      execute(
          target,
          "CREATE TABLE %s (id BIGINT PRIMARY KEY, %s)".formatted(table.name(), table.columns()),
          "INSERT INTO %s SELECT seq, %s FROM seq_1_to_%d"
              .formatted(table.name(), table.row(), rows),
          "ANALYZE TABLE " + table.name());
    }
  }

  static double megabytes(Target target) throws SQLException {
    try (Connection session = target.dialect().openWriting(target);
        Statement statement = session.createStatement();
        ResultSet size =
            statement.executeQuery(
                "SELECT SUM(data_length + index_length) / 1e6 FROM information_schema.tables WHERE"
                    + " table_schema = DATABASE()")) {
      size.next();
      return size.getDouble(1);
    }
  }

  static void execute(Target target, String... statements) throws SQLException {
    try (Connection session = target.dialect().openWriting(target);
        Statement statement = session.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
