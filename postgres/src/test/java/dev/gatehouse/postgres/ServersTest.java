package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServersTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_server_is_of_the_version_asked_for(EngineUnderTest engine) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      assertThat(Sql.one(connection, "show server_version")).startsWith(engine.asked() + ".");
      assertThat(engine.version()).startsWith(engine.asked() + ".");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_account_without_grants_is_refused(EngineUnderTest engine) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection admin = database.connect()) {
      Sql.run(admin, "create table t (a int)");
      Account stranger = database.newAccount("stranger");
      try (Connection connection = database.connect(stranger)) {
        assertThatThrownBy(() -> Sql.one(connection, "select count(*) from t"))
            .hasMessageContaining("permission denied for table t");
      }
      Account liar = new Account(stranger.name(), Secret.of("wrong", "wrong".toCharArray()));
      assertThatThrownBy(() -> database.connect(liar)).hasMessageContaining("password");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void sessions_are_encrypted(EngineUnderTest engine) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      assertThat(Sql.one(connection, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"))
          .isEqualTo("t");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void only_one_loopback_address_is_listened_to(EngineUnderTest engine)
      throws IOException, SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect();
        Socket here = new Socket(database.host(), database.port())) {
      assertThat(here.isConnected()).isTrue();
      // whoever listens on all addresses answers here as well
      assertThatThrownBy(() -> new Socket("127.0.0.2", database.port()).close())
          .isInstanceOf(ConnectException.class);
      if (engine.pid().isPresent()) { // in a container nobody can reach its socket
        assertThat(Sql.one(connection, "show unix_socket_directories")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void two_databases_do_not_see_each_other(EngineUnderTest engine) throws SQLException {
    try (TestDatabase one = engine.database();
        TestDatabase other = engine.database();
        Connection here = one.connect();
        Connection there = other.connect()) {
      Sql.run(here, "create table only_here (a int)");
      assertThat(Sql.one(there, "select to_regclass('only_here')")).isEqualTo("null");
      assertThat(Sql.one(here, "select to_regclass('only_here')")).isEqualTo("only_here");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_closed_database_leaves_neither_itself_nor_its_accounts(EngineUnderTest engine)
      throws SQLException {
    TestDatabase gone = engine.database();
    String account = gone.newAccount("leaver").name();
    Connection left = gone.connect();
    gone.close();
    assertThat(left.isValid(1)).isFalse();
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      assertThat(
              Sql.one(
                  connection, "select count(*) from pg_roles where rolname = '" + account + "'"))
          .isEqualTo("0");
      assertThat(
              Sql.one(
                  connection,
                  "select count(*) from pg_database where datname = '" + gone.name() + "'"))
          .isEqualTo("0");
    }
  }
}
