package dev.gatehouse.examples.mysql;

import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/**
 * The database of the gate-a example as it is before the gate: an old site whose password is known
 * to too many, and an account for the new one that somebody gave everything.
 *
 * @param work directory of the example
 * @param shop the server
 * @param name of the database
 * @param keystone the password of keystone_app, from its administrator's vault
 */
public record Heaven(Path work, MySqlShop shop, String name, Secret keystone)
    implements AutoCloseable {

  /** What somebody did before, so that the gate must not open. */
  public enum Fault {
    /** A grant on the whole server is left, which lies in no scope. */
    LEGACY,
    /** The new account may read a table of another database. */
    OUTSIDE,
    /** The file of the site holds another password than the server knows. */
    PASSWORD,
    /** Rows that belong to nothing are in the backup, too. */
    DRILL
  }

  /**
   * Makes it on a throw-away server.
   *
   * @param product {@code MariaDB} or {@code MySQL}
   */
  public static Heaven prepared(Path work, String product) throws SQLException, IOException {
    MySqlShop shop = MySqlShop.empty(product);
    String known = random();
    String keystone = random();
    Path env =
        Files.createFile(
            work.resolve(".env"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(env, "DATABASE_USER=heaven_app\nDATABASE_PASSWORD=" + known + "\n");
    Heaven heaven =
        new Heaven(work, shop, database(shop), Secret.of("keystone_app", keystone.toCharArray()));
    shop.execute(
        "CREATE TABLE node (nid INT PRIMARY KEY, title VARCHAR(80) NOT NULL)",
        "CREATE TABLE term (tid INT PRIMARY KEY, nid INT NOT NULL)",
        "CREATE TABLE ks_heavenletter (id INT PRIMARY KEY, title VARCHAR(80) NOT NULL)",
        "CREATE TABLE ks_user (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL)",
        "INSERT INTO node VALUES (1, 'First'), (2, 'Second'), (3, 'Third')",
        "INSERT INTO term VALUES (1, 1), (2, 3)",
        "INSERT INTO ks_heavenletter VALUES (1, 'First')",
        "CREATE DATABASE " + heaven.archive(),
        "CREATE TABLE " + heaven.archive() + ".letters (id INT PRIMARY KEY, text TEXT)",
        "DROP USER IF EXISTS 'heaven_app'@'%', 'keystone_app'@'%'",
        "CREATE USER 'heaven_app'@'%' IDENTIFIED BY '" + known + "'",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON " + heaven.name + ".* TO 'heaven_app'@'%'",
        "CREATE USER 'keystone_app'@'%' IDENTIFIED BY '" + keystone + "'",
        "GRANT ALL PRIVILEGES ON " + heaven.name + ".* TO 'keystone_app'@'%'");
    return heaven;
  }

  /** Another database of the same server. */
  public String archive() {
    return name + "archive";
  }

  /** Where the site finds its password. */
  public Path env() {
    return work.resolve(".env");
  }

  /** Does it. */
  public void broken(Fault fault) throws SQLException, IOException {
    switch (fault) {
      case LEGACY -> shop.execute("GRANT SELECT ON *.* TO 'keystone_app'@'%'");
      case OUTSIDE ->
          shop.execute("GRANT SELECT ON " + archive() + ".letters TO 'keystone_app'@'%'");
      case PASSWORD ->
          Files.writeString(env(), "DATABASE_USER=heaven_app\nDATABASE_PASSWORD=mistyped\n");
      case DRILL -> shop.execute("INSERT INTO term VALUES (3, 4)");
    }
  }

  private static String database(MySqlShop shop) throws SQLException {
    try (Connection connection = shop.target().dialect().openReading(shop.target());
        Statement statement = connection.createStatement();
        ResultSet name = statement.executeQuery("SELECT DATABASE()")) {
      name.next();
      return name.getString(1);
    }
  }

  private static String random() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return "Aa1" + HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() throws SQLException {
    shop.execute(
        "DROP DATABASE IF EXISTS " + archive(),
        "DROP USER IF EXISTS 'heaven_app'@'%', 'keystone_app'@'%'");
    shop.close();
  }
}
