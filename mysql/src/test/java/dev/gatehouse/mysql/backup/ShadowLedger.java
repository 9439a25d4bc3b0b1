package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.session.Products;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Random transactions of several writers, and beside them a list of what each of them did, in the
 * order of their commits. What the tables hold at any place of that list is known without a server.
 */
public final class ShadowLedger {
  static final int WRITERS = 3;

  private final Backups backups;
  private final TestDatabase other;
  private final Random random;
  private final boolean mariaDb;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Quiet> quiet = new ArrayList<>();
  private final TreeMap<String, String> now = new TreeMap<>();

  /** What one transaction did, key and value, null for gone; and where the log ended behind it. */
  record Entry(Map<String, @Nullable String> changes, Position end) {}

  /** A moment when nobody wrote: so many transactions were before it. */
  record Quiet(Instant at, int before) {}

  ShadowLedger(Backups backups, TestDatabase other, boolean mariaDb, long seed) {
    this.backups = backups;
    this.other = other;
    this.mariaDb = mariaDb;
    this.random = new Random(seed);
  }

  void tables() throws Exception {
    backups.execute(
        "CREATE TABLE keyed (id INT PRIMARY KEY, name VARCHAR(200) CHARACTER SET utf8mb4, cents"
            + " DECIMAL(20,2), at DATETIME(6), kind ENUM('a','b'), raw VARBINARY(300), doc JSON, twice"
            + " DECIMAL(21,2) AS (cents * 2) STORED, CHECK (cents > -1))",
        "CREATE TABLE parents (id INT PRIMARY KEY, name VARCHAR(20))",
        "CREATE TABLE children (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES"
            + " parents (id) ON DELETE CASCADE)",
        "CREATE TABLE keyless (id INT, name VARCHAR(200))",
        "CREATE TRIGGER noted AFTER INSERT ON keyed FOR EACH ROW INSERT INTO keyless VALUES"
            + " (-NEW.id, 'noted')");
    other.run("CREATE TABLE elsewhere (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(200))");
  }

  /** So many transactions of several writers, and then nobody writes for a moment. */
  void write(int transactions) throws Exception {
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int base = writer;
      long seed = random.nextLong();
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  write(new Random(seed), base, transactions / WRITERS);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    for (CompletableFuture<Void> writer : writers) {
      writer.get();
    }
    if (mariaDb) {
      long second = System.currentTimeMillis() / 1000 + 1;
      Thread.sleep(second * 1000 - System.currentTimeMillis() + 20);
      quiet.add(new Quiet(Instant.ofEpochSecond(second), entries.size()));
    } else {
      Thread.sleep(2);
      quiet.add(new Quiet(Instant.now(), entries.size()));
      Thread.sleep(2);
    }
  }

  private void write(Random chance, int writer, int transactions) throws Exception {
    try (Connection session = backups.database.connect()) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW'");
      session.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      for (int i = 0; i < transactions; i++) {
        session.setAutoCommit(false);
        Map<String, @Nullable String> changes = new TreeMap<>();
        int statements = 1 + chance.nextInt(4);
        try {
          for (int s = 0; s < statements; s++) {
            statement(session, chance, writer, changes);
          }
        } catch (SQLTransactionRollbackException deadlock) {
          session.rollback();
          continue;
        }
        synchronized (entries) {
          session.commit();
          changes.forEach(
              (key, value) -> {
                if (value == null) {
                  now.remove(key);
                } else {
                  now.put(key, value);
                }
              });
          entries.add(new Entry(changes, end(session)));
          session.commit();
        }
      }
    }
  }

  /** Each writer has keys of its own, so that nobody waits for another. */
  private void statement(
      Connection session, Random chance, int writer, Map<String, @Nullable String> changes)
      throws Exception {
    int id = 1 + writer * 1000 + chance.nextInt(30);
    String text = "t" + chance.nextInt(1000) + "\u00fc\u20ac".repeat(chance.nextInt(40));
    switch (chance.nextInt(7)) {
      case 0, 1 -> {
        for (int each = id; each < id + 1 + chance.nextInt(5); each++) {
          boolean there = value(changes, "keyed " + each) != null;
          if (there) {
            run(session, "UPDATE keyed SET name = ?, cents = cents + 1 WHERE id = ?", text, each);
          } else {
            run(
                session,
                "INSERT INTO keyed (id, name, cents, at, kind, raw, doc) VALUES (?, ?, 0.25,"
                    + " '2020-02-29 23:59:59.123456', 'b', x'00ff27', '{\"a\": [1, \"x\"]}')",
                each,
                text);
            changes.put("keyless -" + each, count(changes, "keyless -" + each, 1));
          }
          changes.put("keyed " + each, text);
        }
      }
      case 2 -> {
        for (int each = id; each < id + 10; each++) {
          if (value(changes, "keyed " + each) != null) {
            changes.put("keyed " + each, null);
          }
        }
        run(session, "DELETE FROM keyed WHERE id BETWEEN ? AND ?", id, id + 9);
      }
      case 3 -> {
        run(session, "INSERT INTO keyless VALUES (?, ?), (?, ?)", id, "n", id, "n");
        changes.put("keyless " + id, count(changes, "keyless " + id, 2));
      }
      case 4 -> {
        run(session, "DELETE FROM keyless WHERE id = ? LIMIT 1", id);
        changes.put("keyless " + id, count(changes, "keyless " + id, -1));
      }
      case 5 -> {
        if (value(changes, "parents " + id) == null) {
          run(session, "INSERT INTO parents VALUES (?, 'p')", id);
          run(session, "INSERT INTO children VALUES (?, ?)", id, id);
          changes.put("parents " + id, "p");
          changes.put("children " + id, "" + id);
        } else {
          run(session, "DELETE FROM parents WHERE id = ?", id);
          changes.put("parents " + id, null);
          changes.put("children " + id, null);
        }
      }
      default ->
          run(session, "INSERT INTO `" + other.name() + "`.elsewhere (name) VALUES (?)", text);
    }
  }

  private @Nullable String value(Map<String, @Nullable String> changes, String key) {
    if (changes.containsKey(key)) {
      return changes.get(key);
    }
    synchronized (entries) {
      return now.get(key);
    }
  }

  private @Nullable String count(Map<String, @Nullable String> changes, String key, int more) {
    String before = value(changes, key);
    int after = Math.max(0, (before == null ? 0 : Integer.parseInt(before)) + more);
    return after == 0 ? null : "" + after;
  }

  private static void run(Connection session, String sql, Object... binds) throws Exception {
    try (var statement = session.prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setObject(i + 1, binds[i]);
      }
      statement.executeUpdate();
    }
  }

  /** Where the log ends now. */
  static Position end(Connection session) throws Exception {
    try (Statement statement = session.createStatement();
        ResultSet end = statement.executeQuery(Products.of(session).logEndQuestion())) {
      end.next();
      return new Position(end.getString("File"), end.getLong("Position"));
    }
  }

  List<Entry> entries() {
    return entries;
  }

  List<Quiet> quiet() {
    return quiet;
  }

  /** What the tables hold behind the first so many transactions. */
  Map<String, String> after(int transactions) {
    TreeMap<String, String> all = new TreeMap<>();
    for (Entry entry : entries.subList(0, transactions)) {
      entry
          .changes()
          .forEach(
              (key, value) -> {
                if (value == null) {
                  all.remove(key);
                } else {
                  all.put(key, value);
                }
              });
    }
    return all;
  }

  /** What the tables hold now, by the server. */
  Map<String, String> live() throws Exception {
    TreeMap<String, String> all = new TreeMap<>();
    try (Connection session = backups.database.connect()) {
      for (String sql :
          List.of(
              "SELECT CONCAT('keyed ', id), name FROM keyed",
              "SELECT CONCAT('keyless ', id), COUNT(*) FROM keyless GROUP BY id",
              "SELECT CONCAT('parents ', id), name FROM parents",
              "SELECT CONCAT('children ', id), parent FROM children")) {
        try (Statement statement = session.createStatement();
            ResultSet rows = statement.executeQuery(sql)) {
          while (rows.next()) {
            all.put(rows.getString(1), rows.getString(2));
          }
        }
      }
    }
    return all;
  }

  /** Ends the file that is written now, and copies all there are. */
  public static Path copyLogs(TestDatabase database, Path to) throws Exception {
    database.run("FLUSH BINARY LOGS");
    Path base = Path.of(database.one("SELECT @@GLOBAL.log_bin_basename"));
    Files.createDirectories(to);
    try (Stream<Path> all = Files.list(base.getParent())) {
      for (Path file : all.toList()) {
        if (file.getFileName().toString().matches(base.getFileName() + "\\.\\d+")) {
          Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return to;
  }
}
