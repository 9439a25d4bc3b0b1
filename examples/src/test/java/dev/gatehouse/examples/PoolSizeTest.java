package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pool that is too small for a run is known before the run. */
class PoolSizeTest {
  static Stream<EngineUnderTest> engines() {
    return Stream.of(
        EngineUnderTest.onePostgres(PoolSizeTest.class), EngineUnderTest.mariadb().get(0));
  }

  private static HikariDataSource pool(TestDatabase database, int size) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(database.jdbcUrl());
    pool.setUsername(database.account());
    pool.setPassword(database.secret().reveal(String::new));
    pool.setMaximumPoolSize(size);
    pool.setConnectionTimeout(1_500);
    if (database.jdbcUrl().startsWith("jdbc:mariadb:")) {
      pool.addDataSourceProperty("allowLocalInfile", "false");
    }
    return pool;
  }

  private static Target target(TestDatabase database, HikariDataSource pool) {
    boolean postgres = database.jdbcUrl().startsWith("jdbc:postgresql:");
    return Target.of("shop", pool, postgres ? Postgres.dialect() : MySql.dialect());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_it_lends_and_what_is_needed_is_told_while_planning(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    Runbook deploy =
        runbook(
            "Deploy",
            gate(
                "Change",
                inOneTransaction(sql("insert into orders values (1)"))
                    .undoneBy(sql("delete from orders"))),
            gate("Proof", noRows("select 1 from orders where tenant > 1")));
    Runbook guarded =
        deploy.guardedBy(noRows("select 1 from orders where tenant > 7").every(ofMillis(100)));
    try (TestDatabase database = engine.database()) {
      database.run("create table orders (tenant int)");
      tooSmall(database, deploy, 1, 2);
      tooSmall(database, guarded, 2, 3);
      enough(database, deploy, 2, work.resolve("2"));
      enough(database, guarded, 3, work.resolve("3"));
    }
  }

  private static void tooSmall(TestDatabase database, Runbook book, int size, int needed) {
    try (HikariDataSource pool = pool(database, size)) {
      assertThatThrownBy(() -> Plan.of(book, target(database, pool)))
          .isInstanceOfSatisfying(
              Refusal.class, refused -> assertThat(refused.findings()).as("told once").hasSize(1))
          .hasMessageContaining(
              """
              the pool of 'shop' lends too few connections
                expected  %s at once, beside those that the service itself uses
                found     %s, then: HikariPool-"""
                  .formatted(needed, size))
          .hasMessageContaining("maximumPoolSize");
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  private static void enough(TestDatabase database, Runbook book, int size, Path journals) {
    try (HikariDataSource pool = pool(database, size)) {
      RunRecord record = Runner.journalingTo(journals).run(Plan.of(book, target(database, pool)));
      assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    }
  }
}
