package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an address tells the driver, pg_dump and pg_restore are told too, or it is refused. */
class ToolLoginTest {
  @TempDir Path work = Path.of("");

  private static Target at(String url) {
    return Target.at("shop", url, "clerk", secret("hush"), Postgres.dialect());
  }

  private static Secret secret(String text) {
    return Secret.of("password of clerk", text.toCharArray());
  }

  private static Map<String, String> told(String url) {
    return ToolLogin.of(at(url)).facts();
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify-ca, sslmode, verify-ca",
    "ssl=true, sslmode, verify-full",
    "ssl=true&sslmode=require, sslmode, require",
    "sslrootcert=/a%20b.crt, sslrootcert, /a b.crt",
    "sslcert=/c.crt, sslcert, /c.crt",
    "sslkey=/c.pk8, sslkey, /c.pk8",
    "sslNegotiation=direct, sslnegotiation, direct",
    "channelBinding=require, channel_binding, require",
    "gssEncMode=require, gssencmode, require",
    "gssEncMode=allow, gssencmode, prefer",
    "connectTimeout=7, connect_timeout, 7",
    "tcpKeepAlive=true, keepalives, 1",
    "requireAuth=scram-sha-256, require_auth, scram-sha-256",
    "targetServerType=primary, target_session_attrs, primary",
    "options=-c%20role%3Downer, options, -c role=owner",
  })
  void a_property_of_the_driver_is_passed_on(String property, String name, String value) {
    assertThat(told("jdbc:postgresql://h/shop?" + property)).containsEntry(name, value);
  }

  @Test
  void no_host_is_this_machine_and_not_a_socket_of_it() {
    assertThat(told("jdbc:postgresql:///shop")).containsEntry("host", "localhost");
    assertThat(told("jdbc:postgresql:shop"))
        .containsEntry("host", "localhost")
        .containsEntry("port", "5432");
    assertThat(told("jdbc:postgresql://[::1]:7/shop"))
        .containsEntry("host", "::1")
        .containsEntry("port", "7");
  }

  @Test
  void several_servers_are_passed_on_with_what_chooses_among_them() {
    assertThat(told("jdbc:postgresql://a:1,[::2]/shop?targetServerType=primary"))
        .containsEntry("host", "a,::2")
        .containsEntry("port", "1,5432")
        .containsEntry("target_session_attrs", "primary");
    assertThatThrownBy(() -> told("jdbc:postgresql://a:1,b/shop"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("targetServerType=primary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"jdbc:postgresql://h", "jdbc:postgresql://h:5432", "jdbc:postgresql://h/a/b"})
  void an_address_the_driver_cannot_read_is_refused(String url) {
    assertThatThrownBy(() -> told(url))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("names no host and database that the driver can read");
  }

  @Test
  void an_address_that_names_another_account_is_refused() {
    assertThatThrownBy(() -> told("jdbc:postgresql://h/shop?user=boss"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     boss and clerk");
    assertThat(told("jdbc:postgresql://h/shop?user=clerk")).containsEntry("user", "clerk");
  }

  /** The server would log in to the one of 63 bytes, if there is one. */
  @Test
  void a_name_of_64_bytes_is_refused() {
    String name = "\u00e9".repeat(32);
    assertThatThrownBy(() -> told("jdbc:postgresql://h/" + name))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("names a database whose name no server keeps")
        .hasMessageContaining("64 bytes, at most 63: " + name);
    Target target =
        Target.at("shop", "jdbc:postgresql://h/d", name, secret("x"), Postgres.dialect());
    assertThatThrownBy(() -> ToolLogin.of(target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("names an account whose name no server keeps");
    assertThat(told("jdbc:postgresql://h/" + name.substring(1) + "x"))
        .containsEntry("dbname", name.substring(1) + "x");
  }

  @Test
  void a_name_that_no_service_file_holds_is_refused_with_the_statement_that_mends_it() {
    assertThatThrownBy(() -> told("jdbc:postgresql://h/a%0Ab"))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            pg_dump and pg_restore cannot log in with what is known
              expected  a dbname of at most 1000 bytes without line ends or outer spaces
              found     'a
                        b', which cannot stand on a line of a service file
              fix       ALTER DATABASE "a
                        b" RENAME TO another_name
              code      tool.login""");
    assertThatThrownBy(() -> told("jdbc:postgresql://h/%20a"))
        .hasMessageContaining("fix       ALTER DATABASE \" a\" RENAME TO");
    Target target =
        Target.at("shop", "jdbc:postgresql://h/d", "a\"b", secret("x\ny"), Postgres.dialect());
    assertThatThrownBy(() -> ToolLogin.of(target))
        .hasMessageContaining("fix       ALTER ROLE \"a\"\"b\" PASSWORD '...'")
        .hasMessageNotContaining("x\n");
  }

  @Test
  void a_key_that_libpq_does_not_read_is_refused() {
    assertThatThrownBy(() -> told("jdbc:postgresql://h/d?sslkey=/x.P12"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("sslkey=/x.P12, which libpq does not read");
  }

  /** The server ends a session some time after its client has closed it. */
  @Test
  void a_copy_is_dropped_though_a_session_of_another_role_is_still_ending() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(ToolLoginTest.class);
    String copy = DrillCopies.PREFIX + "0123456789abcdef";
    try (TestDatabase database = engine.database()) {
      Account clerk = database.newAccount("clerk");
      Account owner = database.newAccount("owner");
      database.run("ALTER ROLE " + clerk.name() + " NOINHERIT");
      database.run("GRANT " + owner.name() + " TO " + clerk.name());
      database.run("CREATE DATABASE " + copy + " OWNER " + owner.name());
      database.run("COMMENT ON DATABASE " + copy + " IS '" + DrillCopies.OWNER + "x'");
      Target target =
          Target.at(
              "shop",
              database.jdbcUrl() + "&options=-c%20role%3D" + owner.name(),
              clerk.name(),
              clerk.secret(),
              Postgres.dialect());
      Connection ending = DrillCopies.at(target, copy).connect(Map.of());
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
          .execute(() -> PooledConnection.closeQuietly(ending));
      List<Finding> told = new ArrayList<>();
      assertThat(DrillCopies.drop(target, told::add)).as("" + told).containsExactly(copy);
    }
  }

  @Test
  void options_of_the_address_hold_for_the_tools_as_well() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(ToolLoginTest.class);
    try (TestDatabase database = engine.database()) {
      Account clerk = database.newAccount("clerk");
      Account owner = database.newAccount("owner");
      Dumps admin = new Dumps(engine, database, work);
      admin.execute(
          "ALTER ROLE " + owner.name() + " CREATEDB",
          "ALTER ROLE " + clerk.name() + " NOINHERIT",
          "GRANT " + owner.name() + " TO " + clerk.name(),
          "CREATE TABLE item AS SELECT 1 AS id",
          "ALTER TABLE item OWNER TO " + owner.name());
      Target target =
          Target.at(
              "shop",
              database.jdbcUrl() + "&options=-c%20role%3D" + owner.name(),
              clerk.name(),
              clerk.secret(),
              Postgres.dialectWith(Dumps.tools(engine)));
      Dumps dumps = new Dumps(admin, target);
      assertThat(dumps.drillDifferences(dumps.backUp(1))).isEmpty();
      assertThat(dumps.backUp(2).manifest().content().tables()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_certificate_of_the_client_reaches_the_tools(int jobs) throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(ToolLoginTest.class);
    String authority = "ssl_ca_file=" + work.resolve("server.crt");
    try (OwnServer asking = engine.another(this::askForCertificates, authority);
        TestDatabase database = asking.database()) {
      Dumps admin = new Dumps(engine, database, work);
      admin.execute(
          "CREATE ROLE \"gatehouse-tests\" LOGIN SUPERUSER", "CREATE TABLE item AS SELECT 1 AS id");
      String url =
          database.jdbcUrl().replaceFirst("[?].*", "?user=gatehouse-tests&sslmode=verify-ca")
              + "&sslrootcert="
              + work.resolve("server.crt");
      String identity =
          "&sslcert=" + work.resolve("client.crt") + "&sslkey=" + work.resolve("client.pk8");
      Dumps dumps = new Dumps(admin, target(engine, url + identity));
      assertThat(dumps.drillDifferences(dumps.backUp(jobs))).isEmpty();
      assertThatThrownBy(() -> new Dumps(admin, target(engine, url)).content())
          .hasMessageContaining("certificate");
    }
  }

  private static Target target(EngineUnderTest engine, String url) {
    return Target.at("shop", url, Postgres.dialectWith(Dumps.tools(engine)));
  }

  /** The server's own certificate is that of the client too, and its own authority. */
  private void askForCertificates(Path data) {
    try {
      Path run = data.resolve("..").toRealPath();
      String key = Files.readString(run.resolve("server.key"));
      Files.copy(run.resolve("server.crt"), work.resolve("server.crt"));
      Files.copy(run.resolve("server.crt"), work.resolve("client.crt"));
      Files.setPosixFilePermissions(
          work.resolve("server.crt"), PosixFilePermissions.fromString("rw-r--r--"));
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path own =
          Files.createFile(
              work.resolve("client.pk8"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(own, Base64.getMimeDecoder().decode(key.replaceAll("-----.*-----", "")));
      Path rules = data.resolve("pg_hba.conf");
      String others = Files.readString(rules, StandardCharsets.UTF_8);
      Files.writeString(
          rules, "hostssl all \"gatehouse-tests\" all cert\n" + others, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
