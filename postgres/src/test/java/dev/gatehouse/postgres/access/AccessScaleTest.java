package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Large catalogues: time, heap, and a number of queries that does not grow with them. */
class AccessScaleTest {
  private static final EngineUnderTest ENGINE = EngineUnderTest.of(Product.POSTGRES, "17");

  @Test
  void the_number_of_queries_does_not_depend_on_the_number_of_tables() throws SQLException {
    try (Stage few = Stage.of(ENGINE, "one");
        Stage many = Stage.of(ENGINE, "one")) {
      many.run(filled(1, 400));
      few.access(); // jOOQ's greeting costs the first one of a JVM a query
      assertThat(queries(many)).isEqualTo(queries(few)).isLessThan(35);
    }
  }

  @Tag("nightly")
  @Test
  void twenty_thousand_tables_two_thousand_roles_a_hundred_thousand_grants() throws Exception {
    try (Stage stage = Stage.of(ENGINE)) {
      String prefix = stage.newPrefix("scale");
      try {
        stage.access();
        long few = queries(stage);
        stage.run(roles(prefix, 2_000));
        for (int schema = 0; schema < 20; schema++) {
          stage.run(schema(prefix, schema, 1_000, 5, 2_000));
        }
        assertThat(queries(stage)).isEqualTo(few);
        MayOnlyOverAll.Cost cost = stage.mayOnlyOverAll(256, prefix + "*", "big*.t*");
        System.out.println(ENGINE + ": " + few + " queries, " + cost);
        assertThat(cost.status()).isEqualTo("PASSED");
        assertThat(cost.heap()).isLessThanOrEqualTo(256);
      } finally {
        for (int schema = 0; schema < 20; schema++) {
          stage.run(dropped(schema, 1_000));
        }
        stage.run(without(prefix, 2_000));
      }
    }
  }

  private static String roles(String prefix, int roles) {
    return """
        do $$ begin
          for i in 0..%2$d - 1 loop
            execute format('create role %%I', '%1$s' || i);
            if i >= 10 then
              execute format('grant %%I to %%I', '%1$s' || i %% 10, '%1$s' || i);
            end if;
          end loop;
        end $$"""
        .formatted(prefix, roles);
  }

  /** Each table with so many grants to one role each. */
  private static String schema(String prefix, int schema, int tables, int grants, int roles) {
    return """
        do $$ begin
          execute 'create schema big%2$d; grant usage on schema big%2$d to public';
          for t in 1..%3$d loop
            execute format('create table big%2$d.t%%s (id integer, a text, b text)', t);
            for g in 1..%4$d loop
              execute format('grant select on big%2$d.t%%s to %%I', t,
                '%1$s' || ((t * %4$d + g + %2$d * 7) %% %5$d));
            end loop;
          end loop;
        end $$"""
        .formatted(prefix, schema, tables, grants, roles);
  }

  private static String[] filled(int schemas, int tables) {
    String[] statements = new String[schemas];
    for (int i = 0; i < schemas; i++) {
      statements[i] =
          """
          do $$ begin
            create schema big%1$d;
            for t in 1..%2$d loop
              execute format('create table big%1$d.t%%s (id integer)', t);
              execute format('grant select on big%1$d.t%%s to {one}', t);
            end loop;
          end $$"""
              .formatted(i, tables);
    }
    return statements;
  }

  private static String dropped(int schema, int tables) {
    return """
        do $$ begin
          for t in 1..%2$d loop
            execute format('drop table if exists big%1$d.t%%s', t);
            if t %% 200 = 0 then
              commit;
            end if;
          end loop;
          drop schema if exists big%1$d cascade;
        end $$"""
        .formatted(schema, tables);
  }

  private static String without(String prefix, int roles) {
    return """
        do $$ begin
          for i in reverse %2$d - 1..0 loop
            execute format('drop role if exists %%I', '%1$s' || i);
          end loop;
        end $$"""
        .formatted(prefix, roles);
  }

  private static long queries(Stage stage) throws SQLException {
    CountingConnection counting = CountingConnection.around(stage.admin());
    Stage.read(counting.connection());
    return counting.queries();
  }
}
