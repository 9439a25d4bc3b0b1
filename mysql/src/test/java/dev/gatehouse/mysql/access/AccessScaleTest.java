package dev.gatehouse.mysql.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each of 20,000 tables is asked of each of 2,000 accounts. With 256 MiB: {@code
 * TEST_OPTIONS=-Xmx256m .ci/test mysql AccessScaleTest}.
 */
class AccessScaleTest {
  private static final int TABLES = Integer.getInteger("access.tables", 20_000);
  private static final int ACCOUNTS = Integer.getInteger("access.accounts", 2_000);
  private static final int GRANTS = 5;

  static List<Served> engines() {
    return Served.all();
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void each_table_and_each_account(Served served) throws Exception {
    try (Stage stage = Stage.of(served).named("scale")) {
      String name = stage.name("scale");
      try (Connection admin = stage.admin()) {
        try {
          fill(admin, stage.filled("{db}"), name);
          Check check = grantee(name + "*").mayOnly(SELECT).on("*");
          com.sun.management.OperatingSystemMXBean machine =
              (com.sun.management.OperatingSystemMXBean)
                  ManagementFactory.getOperatingSystemMXBean();
          long cpu = machine.getProcessCpuTime();
          long began = System.nanoTime();
          try (Connection session = MySql.dialect().openReading(stage.target())) {
            Outcome outcome = check.evaluate(new At(stage.target(), session));
            assertThat(outcome).isInstanceOf(Outcome.Passed.class);
          }
          System.out.printf(
              "%s: %,d tables, %,d accounts: %.1f s, %.1f s of CPU%n",
              served,
              TABLES,
              ACCOUNTS,
              (System.nanoTime() - began) / 1e9,
              (machine.getProcessCpuTime() - cpu) / 1e9);
        } finally {
          for (int i = 0; i < ACCOUNTS; i++) {
            Sql.run(admin, "DROP USER IF EXISTS '" + name + i + "'@'%'");
          }
        }
      }
    }
  }

  /** Grants are written as rows: GRANT would take minutes. */
  private static void fill(Connection admin, String database, String name) throws Exception {
    for (int i = 0; i < ACCOUNTS; i++) {
      Sql.run(admin, "CREATE USER '" + name + i + "'@'%'");
    }
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < TABLES; i++) {
      Sql.run(admin, "CREATE TABLE t" + i + " (id INT, a TEXT)");
      for (int g = 0; g < GRANTS; g++) {
        String user = name + (i * GRANTS + g) % ACCOUNTS;
        rows.append(rows.length() == 0 ? "" : ", ")
            .append("('%', '" + database + "', '" + user + "', 't" + i + "', '', 'Select', '')");
      }
      if (i % 1_000 == 999 || i == TABLES - 1) {
        Sql.run(
            admin,
            "INSERT INTO mysql.tables_priv (Host, Db, User, Table_name, Grantor, Table_priv,"
                + " Column_priv) VALUES "
                + rows);
        rows.setLength(0);
      }
    }
    Sql.run(admin, "FLUSH PRIVILEGES");
  }
}
