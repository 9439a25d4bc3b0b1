package dev.gatehouse.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerByUrlTest {

  @AfterEach
  void name_no_server() {
    System.clearProperty("engines.login-seconds");
    for (Product product : Product.values()) {
      List.of("url", "user", "password")
          .forEach(name -> System.clearProperty(property(product, name)));
    }
  }

  private static String property(Product product, String name) {
    return "db." + product.key() + "." + name;
  }

  @Test
  void a_mariadb_is_spoken_to_over_tls_where_it_has_tls() throws Exception {
    EngineUnderTest own = EngineUnderTest.mariadb().get(0);
    try (OwnServer demanding = own.another(data -> {}, "require-secure-transport=on");
        TestDatabase theirs = demanding.database()) {
      assertThat(cipher(theirs, demanding.admin())).isNotEmpty();
    }
  }

  @Test
  void a_mariadb_without_tls_is_spoken_to_without() throws Exception {
    EngineUnderTest own = EngineUnderTest.mariadb().get(0);
    try (OwnServer bare = own.another(data -> {}, "ssl=off");
        TestDatabase theirs = bare.database()) {
      assertThat(cipher(theirs, bare.admin())).isEmpty();
    }
  }

  /** What hides the session of a test from others, on the server that is now named by its URL. */
  private static String cipher(TestDatabase theirs, Account account) throws Exception {
    name(theirs, account);
    EngineUnderTest named =
        EngineUnderTest.of(Product.MARIADB, theirs.one("select version()").split("-", 2)[0]);
    try (TestDatabase ours = named.database()) {
      assertThat(named.servedBy()).startsWith("explicit URL jdbc:mariadb://127.0.0.1:");
      return ours.one("show session status like 'Ssl_cipher'").replace("Ssl_cipher|", "");
    } finally {
      named.forget();
    }
  }

  @Test
  void a_mariadb_that_lets_nobody_in_is_told_with_what_it_said() throws Exception {
    EngineUnderTest own = EngineUnderTest.mariadb().get(0);
    EngineUnderTest named = EngineUnderTest.of(Product.MARIADB, "7.4");
    try (TestDatabase theirs = own.database()) {
      Account stranger = theirs.newAccount("stranger");
      name(theirs, stranger);
      assertThatThrownBy(named::database)
          .isInstanceOf(Refusal.class)
          .hasMessageMatching(
              """
              (?s)MariaDB at \\Q%s\\E does not answer
                expected  a login of the account, over TLS where the server has it
                found     .*Access denied for user '%s'.*
                fix       correct -Ddb.mariadb.url, -Ddb.mariadb.user and -Ddb.mariadb.password, or leave them out
                code      engines.url"""
                  .formatted(address(theirs), stranger.name()));
    } finally {
      named.forget();
    }
  }

  private static String address(TestDatabase database) {
    return database.jdbcUrl().replaceFirst("[?].*", "");
  }

  private static void name(TestDatabase database, Account account) {
    System.setProperty(property(Product.MARIADB, "url"), address(database));
    System.setProperty(property(Product.MARIADB, "user"), account.name());
    System.setProperty(property(Product.MARIADB, "password"), account.secret().reveal(String::new));
  }

  @ParameterizedTest
  @EnumSource(
      value = Product.class,
      names = {"MYSQL", "MARIADB"})
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_server_that_accepts_and_never_speaks_is_not_waited_for(Product product)
      throws IOException {
    System.setProperty("engines.login-seconds", "1");
    EngineUnderTest silent = EngineUnderTest.of(product, "7.3");
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      System.setProperty(
          property(product, "url"),
          "jdbc:%s://127.0.0.1:%d/tests".formatted(product.key(), mute.getLocalPort()));
      assertThatThrownBy(silent::database)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("does not answer");
    } finally {
      silent.forget();
    }
  }
}
