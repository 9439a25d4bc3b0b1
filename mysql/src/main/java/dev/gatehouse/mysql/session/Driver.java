package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What only the driver knows of a connection. Both drivers are optional dependencies: the class for
 * one is loaded when a connection of it is there.
 */
sealed interface Driver permits ConnectorJ, MariaDbConnector {

  /** The driver of the connection. */
  static Driver of(Connection connection) throws SQLException {
    String name = String.valueOf(connection.getMetaData().getDriverName());
    Driver driver =
        switch (name) {
          case "MySQL Connector/J" -> new ConnectorJ();
          case "MariaDB Connector/J" -> new MariaDbConnector();
          default -> throw unknown(name);
        };
    if (!driver.knows(connection)) {
      throw unknown(connection.getClass().getName());
    }
    return driver;
  }

  private static Refusal unknown(String found) {
    return new Refusal(
        Finding.of("mysql.driver", "the connection is not one of a driver that is known")
            .withExpected(
                "com.mysql:mysql-connector-j or org.mariadb.jdbc:mariadb-java-client, bare or in"
                    + " a pool that unwraps")
            .withFound(found)
            .withFix("connect with com.mysql:mysql-connector-j"));
  }

  /** Whether it is bare, or unwraps. */
  boolean knows(Connection connection) throws SQLException;

  /** Properties with which it would read files, take several statements, or go on elsewhere. */
  List<String> harmful(Connection connection) throws SQLException;

  /** Ends it on the wire, so that no pool can hand out what this session has become. */
  void closeForGood(Connection connection, Target target) throws SQLException;

  /**
   * Refuses connections that somebody else made harmful.
   *
   * @throws Refusal when one of those is set
   */
  default void refuseHarmful(String target, Connection connection) throws SQLException {
    List<String> harmful = harmful(connection);
    if (!harmful.isEmpty()) {
      throw new Refusal(
          Finding.of("mysql.data-source", "the connections of target '" + target + "' are unsafe")
              .withExpected(
                  "a driver that reads no local file, sends one statement at a time and stays with"
                      + " one session")
              .withFound(String.join(", ", harmful))
              .withFix(
                  "where the DataSource is made, in its URL or by its properties: "
                      + String.join(
                          ", ",
                          harmful.stream()
                              .map(one -> one.replaceFirst("=true.*", "=false"))
                              .map(one -> one.contains("=") ? one : "without " + one)
                              .toList())));
    }
  }
}
