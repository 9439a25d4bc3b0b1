package dev.gatehouse.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServersTest {

  static List<EngineUnderTest> engines() {
    return both(EngineUnderTest.mysql(), EngineUnderTest.mariadb());
  }

  static List<EngineUnderTest> both(List<EngineUnderTest> mysql, List<EngineUnderTest> mariadb) {
    return Stream.concat(mysql.stream(), mariadb.stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_server_is_of_the_product_and_version_asked_for(EngineUnderTest engine)
      throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      String version = Sql.one(connection, "select version()");
      assertThat(version).startsWith(engine.asked());
      assertThat(version.contains("MariaDB")).isEqualTo(engine.product() == Product.MARIADB);
      assertThat(version).startsWith(engine.version());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_account_without_grants_is_refused(EngineUnderTest engine) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection admin = database.connect()) {
      Sql.run(admin, "create table t (a int)");
      Account stranger = database.newAccount("stranger");
      assertThatThrownBy(() -> database.connect(stranger)).hasMessageContaining("Access denied");
      Sql.run(admin, "create table u (a int)");
      Sql.run(admin, "grant select on " + database.name() + ".u to '" + stranger.name() + "'@'%'");
      try (Connection connection = database.connect(stranger)) {
        assertThat(Sql.one(connection, "select count(*) from u")).isEqualTo("0");
        assertThatThrownBy(() -> Sql.one(connection, "select count(*) from t"))
            .hasMessageContaining("command denied");
      }
      Account liar = new Account(stranger.name(), Secret.of("wrong", "wrong".toCharArray()));
      assertThatThrownBy(() -> database.connect(liar)).hasMessageContaining("Access denied");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void nobody_is_anonymous_and_everybody_has_a_password(EngineUnderTest engine)
      throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      assertThat(Sql.one(connection, "select count(*) from mysql.user where user = ''"))
          .isEqualTo("0");
      assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), "root", ""))
          .hasMessageContaining("Access denied");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void sessions_are_encrypted(EngineUnderTest engine) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      assertThat(Sql.one(connection, "show session status like 'Ssl_cipher'"))
          .matches("Ssl_cipher\\|.+");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void only_one_loopback_address_is_listened_to(EngineUnderTest engine) throws IOException {
    try (TestDatabase database = engine.database();
        Socket here = new Socket(database.host(), database.port())) {
      assertThat(here.isConnected()).isTrue();
      // whoever listens on all addresses answers here as well
      assertThatThrownBy(() -> new Socket("127.0.0.2", database.port()).close())
          .isInstanceOf(ConnectException.class);
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
      assertThatThrownBy(() -> Sql.one(there, "select count(*) from only_here"))
          .hasMessageContaining("exist");
      assertThat(Sql.one(here, "select count(*) from only_here")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_closed_database_leaves_neither_itself_nor_its_accounts(EngineUnderTest engine)
      throws SQLException {
    TestDatabase gone = engine.database();
    String account = gone.newAccount("leaver").name();
    String elsewhere = gone.newName("elsewhere");
    Connection left = gone.connect();
    Sql.run(left, "create user '" + elsewhere + "'@'10.0.0.1'");
    gone.close();
    assertThat(left.isValid(1)).isFalse();
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      assertThat(
              Sql.one(
                  connection,
                  "select count(*) from mysql.user where user in ('%s','%s')"
                      .formatted(account, elsewhere)))
          .isEqualTo("0");
      assertThat(
              Sql.one(
                  connection,
                  "select count(*) from information_schema.schemata where schema_name = '"
                      + gone.name()
                      + "'"))
          .isEqualTo("0");
    }
  }
}
