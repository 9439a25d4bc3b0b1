package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerByUrlTest {
  private final EngineUnderTest ancient = EngineUnderTest.of(Product.POSTGRES, "7.2");
  private final EngineUnderTest silent = EngineUnderTest.of(Product.POSTGRES, "7.3");

  @AfterEach
  void name_no_server() {
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
      execute(connection, "create table payroll (a int)");
      System.setProperty("db.postgres.url", theirs.jdbcUrl());
      System.setProperty("db.postgres.user", theirs.account());
      System.setProperty("db.postgres.password", theirs.secret().reveal(String::new));
      // another engine than the one above: the version is written out
      EngineUnderTest named = EngineUnderTest.of(Product.POSTGRES, own.version());

      assertThatThrownBy(named::database)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("is somebody's")
          .hasMessageContaining("found     1 tables, payroll among them")
          .hasMessageContaining("fix       CREATE DATABASE gatehouse_tests");
      execute(connection, "table payroll");

      execute(connection, "drop table payroll");
      try (TestDatabase ours = named.database()) {
        assertThat(named.servedBy()).startsWith("explicit URL jdbc:postgresql://127.0.0.1:");
        assertThat(ours.name()).isNotEqualTo(theirs.name());
        assertThat(named.pid()).isEmpty();
      }
      execute(connection, "table gatehouse_test_marker");
    }
  }

  @Test
  void a_server_of_another_version_is_passed_over() throws SQLException {
    EngineUnderTest own = EngineUnderTest.postgres().get(0);
    try (TestDatabase theirs = own.database()) {
      System.setProperty("db.postgres.url", theirs.jdbcUrl());
      System.setProperty("db.postgres.user", theirs.account());
      System.setProperty("db.postgres.password", theirs.secret().reveal(String::new));
      assertThatThrownBy(ancient::database)
          .hasMessageContaining("is " + own.version() + "; -Dengines.postgres=" + own.asked());
    }
  }

  @Test
  void a_server_that_does_not_answer_is_a_refusal_and_not_passed_over() {
    System.setProperty("db.postgres.url", "jdbc:postgresql://127.0.0.1:1/tests");
    assertThatThrownBy(silent::database)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("does not answer")
        .hasMessageContaining("fix       correct -Ddb.postgres.url");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
