package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions are what they must be, whatever account, database or pool say. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class SessionsTest {
  @Parameter EngineUnderTest engine = EngineUnderTest.onePostgres(SessionsTest.class);

  private final Dialect dialect = Postgres.dialect();
  private final List<TestDatabase> databases = new ArrayList<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(SessionsTest.class);
  }

  private TestDatabase database() {
    TestDatabase database = engine.database();
    databases.add(database);
    return database;
  }

  @AfterEach
  void drop() {
    databases.forEach(TestDatabase::close);
  }

  private static String show(Connection connection, String setting) throws SQLException {
    return Queries.pinned(connection, "SELECT current_setting(?)", setting);
  }

  @Test
  void settings_of_the_account_do_not_weaken_a_session_and_its_search_path_is_kept()
      throws Exception {
    TestDatabase database = database();
    Account account = database.newAccount("app");
    try (Connection admin = database.connect()) {
      Map<String, String> bad =
          Map.of(
              "synchronous_commit", "off",
              "default_transaction_read_only", "on",
              "default_transaction_isolation", "serializable",
              "row_security", "on",
              "TimeZone", "Asia/Tokyo",
              "lock_timeout", "0",
              "statement_timeout", "0",
              "standard_conforming_strings", "off",
              "idle_session_timeout", "1min",
              "search_path", "app, public");
      for (var setting : bad.entrySet()) {
        Queries.run(
            admin,
            "ALTER ROLE %s SET %s = %s"
                .formatted(
                    account.name(),
                    setting.getKey(),
                    setting.getKey().equals("search_path")
                        ? setting.getValue()
                        : "'" + setting.getValue() + "'"));
      }
    }
    try (Connection session = dialect.openWriting(Targets.of(database, account))) {
      assertThat(show(session, "synchronous_commit")).isEqualTo("on");
      assertThat(show(session, "default_transaction_read_only")).isEqualTo("off");
      assertThat(show(session, "default_transaction_isolation")).isEqualTo("read committed");
      assertThat(show(session, "row_security")).isEqualTo("off");
      assertThat(show(session, "TimeZone")).isEqualTo("UTC");
      assertThat(show(session, "lock_timeout")).isEqualTo("10s");
      assertThat(show(session, "statement_timeout")).isEqualTo("54min");
      assertThat(session.getNetworkTimeout()).isEqualTo(3_600_000);
      assertThat(show(session, "standard_conforming_strings")).isEqualTo("on");
      assertThat(show(session, "idle_session_timeout")).isEqualTo("0");
      assertThat(show(session, "application_name")).isEqualTo("gatehouse");
      assertThat(show(session, "client_connection_check_interval")).isEqualTo("500ms");
      try (var path = session.createStatement().executeQuery("SHOW search_path")) {
        path.next();
        assertThat(path.getString(1)).isEqualTo("app, public");
      }
    }
    try (Connection session = Sessions.own(Targets.of(database, account));
        var path = session.createStatement().executeQuery("SHOW search_path")) {
      path.next();
      assertThat(path.getString(1)).isIn("", "\"\"");
    }
  }

  @Test
  void what_the_account_has_set_tighter_stays() throws Exception {
    TestDatabase database = database();
    Account account = database.newAccount("app");
    try (Connection admin = database.connect()) {
      Queries.run(admin, "ALTER ROLE " + account.name() + " SET lock_timeout = '1s'");
      Queries.run(admin, "ALTER ROLE " + account.name() + " SET statement_timeout = '2s'");
      Queries.run(admin, "ALTER ROLE " + account.name() + " SET synchronous_commit = remote_apply");
    }
    try (Connection session = dialect.openReading(Targets.of(database, account))) {
      assertThat(show(session, "lock_timeout")).isEqualTo("1s");
      assertThat(show(session, "statement_timeout")).isEqualTo("2s");
      assertThat(show(session, "synchronous_commit")).isEqualTo("remote_apply");
    }
  }

  /** The server tells them with units; as text 999ms is more than 10s. */
  @ParameterizedTest
  @CsvSource({
    "999ms, 999ms, 53min, 53min",
    "11s, 10s, 55min, 54min",
    "1min, 10s, 2h, 54min",
    "1h, 10s, 24d, 54min",
    "10s, 10s, 40s, 40s"
  })
  void limits_are_compared_in_whatever_unit(
      String lock, String tight, String statement, String most) throws Exception {
    TestDatabase database = database();
    Account account = database.newAccount("app");
    database.run(
        List.of(
            "ALTER ROLE " + account.name() + " SET lock_timeout = '" + lock + "'",
            "ALTER ROLE " + account.name() + " SET statement_timeout = '" + statement + "'"));
    try (Connection session = dialect.openWriting(Targets.of(database, account))) {
      assertThat(show(session, "lock_timeout")).isEqualTo(tight);
      assertThat(show(session, "statement_timeout")).isEqualTo(most);
    }
  }

  /** A server that is slow gives up first: only one that is frozen leaves a doubt. */
  @Test
  void a_statement_ends_before_the_deadline_of_its_socket() throws Exception {
    TestDatabase database = database();
    Account admin = new Account(database.account(), database.secret());
    Target target = Targets.at(database.jdbcUrl() + "&socketTimeout=2", admin);
    try (Connection session = dialect.openWriting(target)) {
      assertThatThrownBy(() -> Queries.run(session, "SELECT pg_sleep(5)"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("57014");
                assertThat(dialect.concurrency().inDoubt(e)).isFalse();
              });
    }
  }

  /** M21: whoever may create in a schema on the path gets better matches called by others. */
  @Test
  void nothing_planted_in_the_path_is_called_by_statements_of_gatehouse() throws Exception {
    TestDatabase database = database();
    try (Connection admin = database.connect()) {
      Queries.run(admin, "CREATE TABLE caught (what text)");
      for (String signature :
          List.of(
              "set_config(text, text, boolean) RETURNS text",
              "current_setting(text) RETURNS text",
              "to_regclass(text) RETURNS regclass",
              "pg_backend_pid() RETURNS int",
              "version() RETURNS text",
              "current_database() RETURNS name",
              "pg_try_advisory_lock(int, int) RETURNS boolean",
              "pg_try_advisory_xact_lock(int, int) RETURNS boolean",
              "clock_timestamp() RETURNS timestamptz",
              "to_char(timestamp, text) RETURNS text",
              "pg_is_in_recovery() RETURNS boolean")) {
        Queries.run(
            admin,
            "CREATE FUNCTION public."
                + signature
                + " LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO public.caught VALUES ('"
                + signature
                + "'); RAISE 'planted'; END $f$");
      }
      Queries.run(
          admin,
          "CREATE FUNCTION public.planted(name, name) RETURNS boolean LANGUAGE plpgsql AS"
              + " $f$ BEGIN RAISE 'planted'; END $f$");
      Queries.run(
          admin,
          "CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.planted)");
      Queries.run(
          admin,
          "CREATE FUNCTION public.planted(text, text) RETURNS boolean LANGUAGE plpgsql AS"
              + " $f$ BEGIN RAISE 'planted'; END $f$");
      Queries.run(
          admin,
          "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.planted)");
      Queries.run(
          admin, "ALTER DATABASE " + database.name() + " SET search_path = public, pg_catalog");
    }
    Target target = Targets.of(database);
    Concurrency concurrency = dialect.concurrency();
    Marker marker = new Marker("key", "run", "step", "plan", "head");
    try (Lease lease = concurrency.lease(target, "me");
        Connection session = dialect.openWriting(target);
        Connection reading = dialect.openReading(target)) {
      lease.verify();
      dialect.identify(session);
      assertThat(dialect.serverTime(reading)).isPresent();
      String id = concurrency.session(session);
      concurrency.begin(session);
      concurrency.mark(session, marker);
      concurrency.commit(session);
      assertThat(concurrency.marker(session, "key")).contains(marker);
      concurrency.latch(session);
      concurrency.fence(target, id);
    }
    try (Connection admin = database.connect()) {
      assertThat(Queries.pinned(admin, "SELECT count(*) FROM public.caught")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=x",
        "socketFactory=a.B",
        "sslfactory=a.B",
        "loggerFile=x",
        "preferQueryMode=simple",
        "autosave=always",
        "loadBalanceHosts=true",
        "readOnlyMode=ignore"
      })
  void an_address_with_other_driver_properties_is_refused(String property) {
    TestDatabase database = database();
    Account admin = new Account(database.account(), database.secret());
    Target target = Targets.at(database.jdbcUrl() + "&" + property, admin);
    assertThatThrownBy(() -> dialect.openWriting(target))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            the address of target 'contract' names a driver property Gatehouse does not pass on
              expected  jdbc:postgresql://HOST:PORT/DATABASE?sslmode=verify-full
              found     %s
              fix       take it out of the address; account and password are given to Target.at(...) as account and Secret
              code      postgres.address"""
                .formatted(property.split("=", 2)[0]));
  }

  @Test
  void an_address_of_several_servers_must_say_which_one_writes() throws Exception {
    TestDatabase database = database();
    Account admin = new Account(database.account(), database.secret());
    String twice =
        database.jdbcUrl().replace("//", "//" + database.host() + ":" + database.port() + ",");
    assertThatThrownBy(() -> dialect.openWriting(Targets.at(twice, admin)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("targetServerType=primary");
    dialect.openWriting(Targets.at(twice + "&targetServerType=primary", admin)).close();
  }

  /** A pool would hand its settings, its latch and its transaction to the next. */
  @Test
  void a_session_of_a_pool_ends_with_its_connection() throws Exception {
    TestDatabase database = database();
    try (Detour pool = Targets.detour(database, 30);
        Connection witness = database.connect()) {
      Connection session = dialect.openWriting(pool.target());
      SessionId id = SessionId.of(session);
      dialect.concurrency().latch(session);
      session.close();
      session.close();
      dialect.concurrency().fence(Targets.of(database), "");
      assertThat(
              Queries.pinned(
                  witness, "SELECT count(*) FROM pg_stat_activity WHERE pid = ?", id.pid()))
          .isEqualTo("0");
    }
  }

  /** What it has become must not be lent to the next. */
  @Test
  void a_session_of_a_pool_that_is_refused_half_way_is_not_given_back() throws Exception {
    TestDatabase database = database();
    try (Connection real = database.connect()) {
      Connection lent =
          proxy(
              Connection.class,
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "close" -> null;
                    case "setNetworkTimeout" -> throw new SQLException("not here");
                    default -> PooledConnection.invoke(real, method, arguments);
                  });
      DataSource pool = proxy(DataSource.class, (self, method, arguments) -> lent);
      assertThatThrownBy(() -> dialect.openWriting(Target.of("pool", pool, dialect)))
          .hasMessage("not here");
      assertThat(real.isClosed()).isTrue();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
