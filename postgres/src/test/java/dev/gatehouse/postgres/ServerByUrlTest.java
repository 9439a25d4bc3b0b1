package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ServerByUrlTest {
  private final EngineUnderTest ancient = EngineUnderTest.of(Product.POSTGRES, "7.2");
  private final EngineUnderTest silent = EngineUnderTest.of(Product.POSTGRES, "7.3");

  @AfterEach
  void name_no_server() {
    System.clearProperty("engines.optional");
    System.clearProperty("engines.login-seconds");
    List.of("url", "user", "password").forEach(name -> System.clearProperty("db.postgres." + name));
    ancient.forget();
    silent.forget();
  }

  @Test
  void a_server_somebody_named_is_used_only_when_its_database_is_empty_or_marked()
      throws SQLException {
    EngineUnderTest own = EngineUnderTest.postgres().get(0);
    try (TestDatabase theirs = own.database();
        Connection connection = theirs.connect()) {
      Sql.run(connection, "create table payroll (a int)");
      name(address(theirs), new Account(theirs.account(), theirs.secret()));
      // another engine than the one above: the version is written out
      EngineUnderTest named = EngineUnderTest.of(Product.POSTGRES, own.version());

      assertThatThrownBy(named::database)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("is somebody's")
          .hasMessageContaining("found     1 tables, payroll among them")
          .hasMessageContaining("fix       CREATE DATABASE gatehouse_tests");
      Sql.run(connection, "table payroll");

      // by an account that may not even read it, and elsewhere than it looks first
      Sql.run(connection, "create schema hr");
      Sql.run(connection, "alter table payroll set schema hr");
      Account stranger = theirs.newAccount("stranger");
      name(address(theirs), stranger);
      named.forget();
      assertThatThrownBy(named::database).hasMessageContaining("payroll among them");

      Sql.run(connection, "drop schema hr cascade");
      String odd = "p' \"%&?@:/#;\\$\u00e4{}";
      String who = theirs.newName("odd");
      Sql.run(
          connection,
          "create role " + who + " superuser login password '" + odd.replace("'", "''") + "'");
      name(address(theirs), new Account(who, Secret.of("odd", odd.toCharArray())));
      assertThatThrownBy(named::database)
          .as("asked once a build, not by every test")
          .hasMessageContaining("payroll among them");
      named.forget();
      try (TestDatabase ours = named.database()) {
        assertThat(named.servedBy()).startsWith("explicit URL jdbc:postgresql://127.0.0.1:");
        assertThat(ours.name()).isNotEqualTo(theirs.name());
        assertThat(ours.account()).isEqualTo(who);
        assertThat(named.pid()).isEmpty();
      }
      Sql.run(connection, "table gatehouse_test_marker");
    }
  }

  @Test
  void a_server_of_another_version_is_passed_over() throws SQLException {
    EngineUnderTest own = EngineUnderTest.postgres().get(0);
    try (TestDatabase theirs = own.database()) {
      name(address(theirs), new Account(theirs.account(), theirs.secret()));
      assertThatThrownBy(ancient::database)
          .hasMessageContaining("is " + own.version() + "; -Dengines.postgres=" + own.asked());
    }
  }

  @Test
  void a_server_that_does_not_answer_is_a_refusal_and_not_passed_over() {
    System.setProperty("db.postgres.url", "jdbc:postgresql://127.0.0.1:1/tests");
    System.setProperty("engines.optional", "true"); // leaves out what nobody has, not what is wrong
    assertThatThrownBy(silent::database)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("does not answer")
        .hasMessageContaining("fix       correct -Ddb.postgres.url");
  }

  @Test
  @Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_server_that_accepts_and_never_speaks_is_not_waited_for() throws IOException {
    System.setProperty("engines.login-seconds", "1");
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      System.setProperty(
          "db.postgres.url", "jdbc:postgresql://127.0.0.1:" + mute.getLocalPort() + "/tests");
      assertThatThrownBy(silent::database)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("does not answer");
    }
  }

  @Test
  void an_address_with_more_than_host_and_database_is_refused_and_not_repeated() {
    for (String more :
        List.of(
            "jdbc:postgresql://h/tests?user=u&password=hush-1",
            "jdbc:postgresql://u:hush-1@h/tests",
            "jdbc:postgresql://h1,h2/tests",
            "jdbc:postgresql://h/",
            "jdbc:postgresql:tests",
            "postgres")) {
      System.setProperty("db.postgres.url", more);
      assertThatThrownBy(silent::database)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(
              "expected  jdbc:<driver>://host:port/database and nothing behind it")
          .hasMessageContaining("fix       give -Ddb.postgres.url host and database only")
          .hasMessageNotContaining("hush-1");
      silent.forget();
    }
  }

  private static String address(TestDatabase database) {
    return database.jdbcUrl().replaceFirst("[?].*", "");
  }

  private static void name(String url, Account account) {
    System.setProperty("db.postgres.url", url);
    System.setProperty("db.postgres.user", account.name());
    System.setProperty("db.postgres.password", account.secret().reveal(String::new));
  }
}
