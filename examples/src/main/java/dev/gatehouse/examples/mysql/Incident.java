package dev.gatehouse.examples.mysql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;

/**
 * What happened to the shop of the mysql-restore example, and what is around it: an application
 * with a maintenance mode and a log, deploys that can be frozen, and an archive of binary logs.
 *
 * @param work directory of the example
 * @param shop on a throw-away server
 */
public record Incident(Path work, MySqlShop shop) {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  /** The application's own tool: down, up, is down, is up, migrate. */
  private static final String ARTISAN =
      """
      #!/bin/sh
      cd "$(dirname "$0")" || exit 3
      log() { echo "[$(date -u '+%Y-%m-%d %H:%M:%S')] production.INFO: $1" >>laravel.log; }
      case "$1" in
        down) : >storage.down && log down ;;
        up) rm -f storage.down && log up ;;
        is-down) test -e storage.down ;;
        is-up) test ! -e storage.down ;;
        migrate) echo 'Nothing to migrate' ;;
        *) exit 64 ;;
      esac
      """;

  /** Users, transactions and an audit log; changes are logged as rows. */
  public void prepare() throws SQLException, IOException {
    Path artisan = work.resolve("artisan");
    Files.writeString(artisan, ARTISAN);
    Files.setPosixFilePermissions(artisan, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(
        work.resolve(".env"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        work.resolve(".env"), "DB_DATABASE=shop\nDB_PASSWORD=exposed-in-the-incident\n");
    log(Instant.now().minusSeconds(7200), "ERROR: a payment timed out");
    shop.execute(
        "DROP USER IF EXISTS 'site_app'@'%'",
        "CREATE USER 'site_app'@'%' IDENTIFIED BY 'exposed-in-the-incident'",
        "SET GLOBAL binlog_format = 'ROW'",
        "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL)",
        "CREATE TABLE transactions (id INT PRIMARY KEY, user_id INT NOT NULL, cents INT NOT NULL,"
            + " FOREIGN KEY (user_id) REFERENCES users (id))",
        "CREATE TABLE audit_logs (id INT AUTO_INCREMENT PRIMARY KEY, level VARCHAR(10) NOT NULL,"
            + " message VARCHAR(200) NOT NULL, created_at DATETIME NOT NULL)",
        "INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace')",
        "INSERT INTO transactions VALUES (1, 1, 1250), (2, 2, 900)");
  }

  /**
   * A day's work after the backup, over three files of the log, and then the accident.
   *
   * @return the moment before it
   */
  public Instant happens() throws SQLException, IOException, InterruptedException {
    shop.execute(
        "INSERT INTO users VALUES (3, 'Edsger')",
        "INSERT INTO transactions VALUES (3, 3, 4700)",
        "FLUSH BINARY LOGS",
        "UPDATE transactions SET cents = 1350 WHERE id = 1",
        "INSERT INTO audit_logs (level, message, created_at) VALUES ('INFO', 'price corrected',"
            + " UTC_TIMESTAMP())",
        "FLUSH BINARY LOGS",
        "INSERT INTO transactions VALUES (4, 1, 300)");
    // MariaDB logs whole seconds: the moment is one that nothing else happened in.
    long second = System.currentTimeMillis() / 1000 + 1;
    Thread.sleep(second * 1000 + 50 - System.currentTimeMillis());
    shop.execute("DELETE FROM transactions", "INSERT INTO users VALUES (4, 'Barbara')");
    log(Instant.now(), "INFO: the list of transactions is empty");
    return Instant.ofEpochSecond(second);
  }

  /** What the application writes there. */
  public Path log() {
    return work.resolve("laravel.log");
  }

  private void log(Instant at, String line) throws IOException {
    Files.writeString(
        log(),
        "[" + STAMP.format(at) + "] production." + line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Copies the server's binary logs, the last of them ended. */
  public Path archive() throws SQLException, IOException {
    Path to = Files.createDirectories(work.resolve("binlogs"));
    shop.execute("FLUSH BINARY LOGS");
    Path base;
    try (Connection connection = shop.target().dialect().openReading(shop.target());
        Statement statement = connection.createStatement();
        ResultSet name = statement.executeQuery("SELECT @@GLOBAL.log_bin_basename")) {
      name.next();
      base = Path.of(name.getString(1));
    }
    try (Stream<Path> all = Files.list(base.toAbsolutePath().getParent())) {
      for (Path file : all.toList()) {
        if (file.getFileName().toString().matches(base.getFileName() + "\\.\\d+")) {
          Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return to;
  }

  /** Somebody has tidied the archive: the last but one of the files that were ended is gone. */
  public void loseOne(Path archive) throws IOException {
    try (Stream<Path> all = Files.list(archive)) {
      java.util.List<Path> files = all.sorted().toList();
      Files.delete(files.get(files.size() - 3));
    }
  }
}
