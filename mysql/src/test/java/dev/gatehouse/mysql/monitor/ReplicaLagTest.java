package dev.gatehouse.mysql.monitor;

import static dev.gatehouse.dsl.GatehouseOperations.replicationLag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A replica of a server's own, made to lag, to stop and to follow somebody else. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class ReplicaLagTest {
  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.share(ReplicaLagTest.class);
  }

  @Test
  @Timeout(120)
  void a_replica_that_does_not_keep_up_is_noticed() throws Exception {
    try (OwnServer source = served.engine().another();
        OwnServer other = served.engine().another(ReplicaLagTest::another, "server-id=2");
        TestDatabase database = source.database();
        TestDatabase beside = other.database();
        Connection admin = database.connect();
        Connection there = beside.connect()) {
      Target target = at("shop", database, source.admin());
      Target replica = at("copy", beside, other.admin());
      Check check = replicationLag().of(replica).atMost(Duration.ofMillis(500));
      assertThat(said(target, check)).contains("it does not replicate from the server of the");

      follow(there, admin, source);
      until(target, check, Status.PASSED);
      Check guard = check.watching();
      assertThat(At.ask(target, guard).status()).isEqualTo(Status.PASSED);
      assertThat(said(target, replicationLag().orNoReplica().atMost(Duration.ofSeconds(1))))
          .startsWith("sessions read the log, and none is named");

      Sql.run(there, "FLUSH TABLES WITH READ LOCK");
      Sql.run(admin, "CREATE TABLE item (id INT)");
      At.ask(target, guard); // its first look at what is written now
      Thread.sleep(600);
      for (Check late : List.of(check, guard)) {
        assertThat(said(target, late).replaceAll("\\d+ ms behind", "N ms behind"))
            .startsWith(
                """
                a replica is too far behind
                  expected  at most 500 ms
                  found     'copy' is at least N ms behind
                """);
      }
      Sql.run(there, "UNLOCK TABLES");
      until(target, guard, Status.PASSED);

      Sql.run(there, "STOP SLAVE SQL_THREAD");
      assertThat(said(target, guard)).contains("replica_sql_running is No");
      Sql.run(there, "STOP SLAVE");
      assertThat(said(target, check)).contains("replica_io_running is No");
      Account blind = beside.newAccount("blind");
      Sql.run(there, "GRANT SELECT ON %s.* TO '%s'@'%%'".formatted(beside.name(), blind.name()));
      assertThat(said(target, replicationLag().of(at("copy", beside, blind)).atMost(Duration.ZERO)))
          .startsWith("the state of replica 'copy' is hidden")
          .contains("GRANT " + (isMySql() ? "REPLICATION CLIENT" : "SLAVE MONITOR") + " ON *.* TO");
    }
  }

  /** Servers of this build are copies of one, and those of one number do not replicate. */
  private static void another(Path data) {
    try {
      Files.deleteIfExists(data.resolve("auto.cnf"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isMySql() {
    return served.engine().toString().startsWith("MySQL");
  }

  private static Target at(String name, TestDatabase database, Account account) {
    return Target.at(
        name, database.jdbcUrl("mysql"), account.name(), account.secret(), MySql.dialect());
  }

  private static void follow(Connection replica, Connection source, OwnServer server)
      throws SQLException {
    String[] end = Sql.one(source, "SHOW MASTER STATUS").split("\\|");
    Sql.run(
        replica,
        "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = %d, MASTER_USER = '%s',"
                .formatted(server.port(), server.admin().name())
            + " MASTER_PASSWORD = '%s', MASTER_LOG_FILE = '%s', MASTER_LOG_POS = %s, MASTER_SSL = 1"
                .formatted(server.admin().secret().reveal(String::new), end[0], end[1])
            + (source.getMetaData().getDatabaseProductName().equals("MariaDB")
                ? ", MASTER_SSL_VERIFY_SERVER_CERT = 0"
                : ""));
    Sql.run(replica, "CREATE DATABASE IF NOT EXISTS " + source.getCatalog());
    Sql.run(replica, "START SLAVE");
  }

  private static String said(Target target, Check check) throws Exception {
    return At.ask(target, check).findings().get(0).text();
  }

  private static void until(Target target, Check check, Status wanted) throws Exception {
    Outcome seen = At.ask(target, check);
    for (int look = 0; seen.status() != wanted && look < 40; look++) {
      Thread.sleep(50);
      seen = At.ask(target, check);
    }
    assertThat(seen.status()).as(seen.findings().toString()).isEqualTo(wanted);
  }
}
