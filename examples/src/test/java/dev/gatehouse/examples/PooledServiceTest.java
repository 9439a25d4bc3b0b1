package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.postgres.Postgres;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A deploy in a service whose sessions are HikariCP's: what the service's log says of it. */
class PooledServiceTest {

  /** As a service does it; the password comes on stdin. */
  public static void main(String[] arguments) throws Exception {
    Runbook deploy =
        runbook(
            "Deploy",
            gate(
                "Ready",
                noRows("select 1 from orders where tenant is null"),
                grantee(arguments[2]).mayNot(DELETE).on(arguments[3])),
            gate(
                "Change",
                inOneTransaction(sql("insert into orders values (1)"))
                    .undoneBy(inOneTransaction(sql("delete from orders")))),
            gate("Proof", noRows("select 1 from orders where tenant > 1")));
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(arguments[0]);
      pool.setUsername(arguments[1]);
      pool.setPassword(new String(System.in.readAllBytes(), UTF_8));
      pool.setMaximumPoolSize(4);
      if (arguments[0].startsWith("jdbc:mariadb:")) {
        pool.addDataSourceProperty("allowLocalInfile", "false");
      }
      Target shop =
          Target.of(
              "shop",
              pool,
              arguments[0].startsWith("jdbc:postgresql:") ? Postgres.dialect() : MySql.dialect());
      Runner runner = Runner.journalingTo(Path.of(arguments[4])).startedBy("ada");
      try (Run run = runner.start(Plan.of(deploy, shop))) {
        System.out.println(run.toEnd().state());
      }
      System.out.println(pool.getHikariPoolMXBean().getActiveConnections() + " lent");
    }
  }

  static Stream<EngineUnderTest> engines() {
    return Few.of(2, 3)
        .mapToObj(
            List.of(
                    EngineUnderTest.onePostgres(PooledServiceTest.class),
                    EngineUnderTest.mariadb().get(0),
                    EngineUnderTest.mysql().get(0))
                ::get);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_deploy_by_a_pool_warns_of_nothing(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    Path log = work.resolve("log");
    Path said = work.resolve("said");
    try (TestDatabase database = engine.database()) {
      database.run("create table orders (tenant int)");
      Account reports = database.newAccount("reports");
      boolean postgres = database.jdbcUrl().startsWith("jdbc:postgresql:");
      Process service =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                  "-Dorg.slf4j.simpleLogger.log.dev.gatehouse.run=info",
                  "-cp",
                  System.getProperty("java.class.path"),
                  PooledServiceTest.class.getName(),
                  database.jdbcUrl(),
                  database.account(),
                  reports.name(),
                  (postgres ? "public" : database.name()) + ".orders",
                  work.resolve("journals").toString())
              .redirectError(log.toFile())
              .redirectOutput(said.toFile())
              .start();
      try (OutputStream password = service.getOutputStream()) {
        password.write(database.secret().reveal(String::new).getBytes(UTF_8));
      }
      assertThat(service.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(said).as(String.join("\n", lines)).hasContent("SUCCEEDED\n0 lent");
    assertThat(lines)
        .anyMatch(line -> line.contains("HikariPool-1 - Start completed"))
        .noneMatch(line -> line.contains("WARN") || line.startsWith("\tat "));
    // with all that the pool says of its own begin and end
    assertThat(lines).as("lines at INFO").hasSizeLessThanOrEqualTo(12);
    assertThat(lines.stream().filter(line -> !line.contains("HikariPool")))
        .hasSizeBetween(7, 12)
        .last()
        .asString()
        .endsWith("'Deploy' SUCCEEDED");
  }
}
