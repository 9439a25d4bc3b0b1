package dev.gatehouse.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * What an address or a DataSource may ask of a driver, and which servers are no place for a run.
 */
class AddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://h:1/d?allowLoadLocalInfile=true",
        "jdbc:mysql://h:1/d?ALLOWLOADLOCALINFILE=true",
        "jdbc:mysql://h:1/d?allowUrlInLocalInfile=true",
        "jdbc:mysql://h:1/d?allowLoadLocalInfileInPath=/",
        "jdbc:mariadb://h:1/d?allowLocalInfile=true",
        "jdbc:mysql://h:1/d?autoDeserialize=true",
        "jdbc:mysql://h:1/d?queryInterceptors=x.Y",
        "jdbc:mysql://h:1/d?allowMultiQueries=true",
        "jdbc:mysql://h:1/d?autoReconnect=true",
        "jdbc:mysql://h:1/d?sessionVariables=sql_log_bin=0",
        "jdbc:mysql://h:1/d?password=hush",
        "jdbc:mysql://root:hush@h:1/d",
        "jdbc:mysql://h:1,g:2/d",
        "jdbc:mysql://(host=h,port=1)/d",
        "jdbc:mysql://address=(host=h)(port=1)/d",
        "jdbc:mysql:loadbalance://h:1/d",
        "jdbc:mysql:replication://h:1/d",
        "jdbc:mysql+srv://h/d",
        "jdbc:mariadb:sequential://h:1/d",
        "jdbc:mysql://h:1/",
        "jdbc:mysql://h:1",
        "jdbc:postgresql://h:1/d",
        "jdbc:sqlite:/tmp/x"
      })
  void a_poisoned_address_is_refused_before_anything_is_connected_and_not_repeated(String url) {
    Account account =
        new Account("app", dev.gatehouse.core.outcome.Secret.of("p", "x".toCharArray()));
    assertThatThrownBy(() -> MySql.dialect().openReading(Targets.at(url, account)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("mysql.address")
        .hasMessageNotContaining("hush");
  }

  static List<Served> servers() {
    return Served.all();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void a_data_source_that_reads_local_files_or_sends_several_statements_is_refused(Served served)
      throws Exception {
    try (TestDatabase database = served.engine().database()) {
      MysqlDataSource source = new MysqlDataSource();
      source.setUrl(database.jdbcUrl("mysql"));
      source.setUser(database.account());
      source.setPassword(database.secret().reveal(String::new));
      Target target = Target.of("pooled", source, MySql.dialect());
      try (Connection session = MySql.dialect().openWriting(target)) {
        assertThat(Sql.one(session, "SELECT @@SESSION.time_zone")).isEqualTo("+00:00");
      }
      source.setAllowLoadLocalInfile(true);
      refused(target, "allowLoadLocalInfile=true");
      source.setAllowLoadLocalInfile(false);
      source.setAllowMultiQueries(true);
      refused(target, "allowMultiQueries=true");
      source.setAllowMultiQueries(false);
      source.setAutoReconnect(true);
      refused(target, "autoReconnect=true");
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void the_other_driver_reads_local_files_unless_it_is_told_not_to(Served served) throws Exception {
    try (TestDatabase database = served.engine().database()) {
      MariaDbDataSource source = new MariaDbDataSource(database.jdbcUrl("mariadb"));
      source.setUser(database.account());
      source.setPassword(database.secret().reveal(String::new));
      refused(Target.of("pooled", source, MySql.dialect()), "allowLocalInfile=true");
      refused(
          Target.of("pooled", source, MySql.dialect()),
          "in its URL or by its properties: allowLocalInfile=false");
      source.setUrl(database.jdbcUrl("mariadb") + "&allowLocalInfile=false");
      try (Connection session =
          MySql.dialect().openReading(Target.of("pooled", source, MySql.dialect()))) {
        assertThat(Sql.one(session, "SELECT DATABASE()")).isEqualTo(database.name());
      }
    }
  }

  private static void refused(Target target, String found) {
    assertThatThrownBy(() -> MySql.dialect().openReading(target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("mysql.data-source")
        .hasMessageContaining(found);
  }

  @Test
  void relatives_and_unknown_versions_are_refused_by_name() {
    for (String version :
        List.of(
            "5.7.44",
            "8.0.14",
            "10.0.1",
            "10.5.9-MariaDB",
            "12.0.1-MariaDB",
            "8.0.11-TiDB-v7.5.0",
            "8.0.mysql_aurora.3.04.0",
            "8.0.35-27 Percona Server",
            "9999999999.1.1",
            "")) {
      assertThatThrownBy(() -> Products.of(version, "server"))
          .as(version)
          .isInstanceOf(Refusal.class);
    }
    assertThat(Products.of("8.0.15", "MySQL Community Server - GPL").name()).isEqualTo("MySQL");
    assertThat(Products.of("9.7.4", "Source distribution").name()).isEqualTo("MySQL");
    assertThat(Products.of("11.4.5-MariaDB-log", "MariaDB Server").name()).isEqualTo("MariaDB");
    assertThatThrownBy(() -> Products.of("8.0.35", "Percona Server (GPL)"))
        .hasMessageContaining("mysql.other-product");
  }

  @ParameterizedTest
  @MethodSource("servers")
  void a_session_that_hides_its_changes_from_replicas_is_refused(Served served) throws Exception {
    try (TestDatabase database = served.engine().database()) {
      MysqlDataSource source = new MysqlDataSource();
      source.setUrl(database.jdbcUrl("mysql") + "&sessionVariables=sql_log_bin=0");
      source.setUser(database.account());
      source.setPassword(database.secret().reveal(String::new));
      Target target = Target.of("pooled", source, MySql.dialect());
      assertThatThrownBy(() -> MySql.dialect().openWriting(target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("mysql.binary-log");
      try (Connection pooled = source.getConnection()) {
        DataSource pool = new PoolOfOne(pooled);
        assertThatThrownBy(
                () -> MySql.dialect().openWriting(Target.of("pooled", pool, MySql.dialect())))
            .hasMessageContaining("mysql.binary-log");
        // it has settings of ours by then
        assertThat(pooled.isClosed()).isTrue();
      }
    }
  }

  /** Hands out the same session again and again, and resets nothing. */
  private static final class PoolOfOne extends MysqlDataSource {
    private static final long serialVersionUID = 1;
    private final transient Connection pooled;

    PoolOfOne(Connection pooled) {
      this.pooled = pooled;
    }

    @Override
    public Connection getConnection() {
      return (Connection)
          Proxy.newProxyInstance(
              AddressTest.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "close" -> null;
                    case "unwrap" -> pooled;
                    default -> PooledConnection.invoke(pooled, method, arguments);
                  });
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void a_server_that_takes_no_writes_is_refused(Served served) throws Exception {
    try (OwnServer server = served.engine().another(data -> {}, "read-only=1");
        TestDatabase database = server.database()) {
      assertThatThrownBy(() -> MySql.dialect().openReading(Targets.of(database)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("mysql.replica");
    }
  }
}
