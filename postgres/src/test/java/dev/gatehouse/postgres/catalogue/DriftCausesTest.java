package dev.gatehouse.postgres.catalogue;

import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.Gatehouse;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One thing that is done to a database is one finding, which lists all that came with it. */
class DriftCausesTest {
  private final TestDatabase database =
      EngineUnderTest.onePostgres(DriftCausesTest.class).database();
  private final Target shop =
      Target.at(
          "shop", database.jdbcUrl(), database.account(), database.secret(), Postgres.dialect());
  private Path file;

  @BeforeEach
  void record(@TempDir Path work) throws Exception {
    file = work.resolve("baseline.jsonl");
    database.run(
        "CREATE SCHEMA s;"
            + " CREATE TYPE s.state AS ENUM ('open', 'done');"
            + " CREATE TABLE s.customers (id serial PRIMARY KEY, name text UNIQUE);"
            + " CREATE TABLE s.orders (id int PRIMARY KEY, customer int CONSTRAINT of_customer"
            + " REFERENCES s.customers (id), note text CONSTRAINT short CHECK (length(note) < 9));"
            + " CREATE INDEX by_note ON s.orders (note);"
            + " CREATE VIEW s.notes AS SELECT o.note FROM s.orders o;"
            + " CREATE VIEW s.names AS SELECT c.name FROM s.customers c;"
            + " CREATE TABLE s.days (day date) PARTITION BY RANGE (day);"
            + " CREATE TABLE s.days_1 PARTITION OF s.days FOR VALUES FROM ('2026-01-01') TO"
            + " ('2026-02-01');"
            + " CREATE TABLE s.days_2 PARTITION OF s.days FOR VALUES FROM ('2026-02-01') TO"
            + " ('2026-03-01')");
    try (Connection connection = database.connect()) {
      Files.write(file, PostgresCatalogue.INSTANCE.read(connection).bytes());
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private List<Finding> told() throws Exception {
    Outcome outcome = Gatehouse.evaluate(noDrift().from(file), shop);
    return outcome.findings();
  }

  private static List<String> heads(List<Finding> findings) {
    return findings.stream()
        .map(one -> one.headline().replaceAll(" is not in .*?,", " is new,"))
        .toList();
  }

  @Test
  void a_table_with_what_named_it() throws Exception {
    database.run("DROP TABLE s.customers CASCADE");
    List<Finding> told = told();
    assertThat(heads(told)).hasSize(1);
    assertThat(told.get(0).headline()).startsWith("table s.customers is missing, and ");
    assertThat(told.get(0).found())
        .contains(
            "column s.customers.id",
            "column s.customers.name",
            "constraint s.customers.customers_pkey",
            "constraint s.customers.customers_name_key",
            "sequence s.customers_id_seq",
            "constraint s.orders.of_customer",
            "view s.names");
  }

  @Test
  void a_column_with_what_stood_on_it() throws Exception {
    database.run("ALTER TABLE s.orders DROP COLUMN note CASCADE");
    List<Finding> told = told();
    assertThat(heads(told)).containsExactly("column s.orders.note is missing, and 5 more with it");
    assertThat(told.get(0).found())
        .contains(
            "constraint s.orders.short",
            "index s.by_note",
            "view s.notes",
            "the list of columns of table s.orders");
  }

  @Test
  void a_new_column_and_a_new_table() throws Exception {
    database.run(
        "ALTER TABLE s.orders ADD COLUMN later int;"
            + " CREATE TABLE s.new (id int PRIMARY KEY, later int)");
    assertThat(heads(told()))
        .containsExactly(
            "column s.orders.later is new, and 1 more with it",
            "table s.new is new, and 3 more with it");
  }

  @Test
  void a_partitioned_table_with_its_partitions_and_a_schema_with_all_in_it() throws Exception {
    database.run("DROP TABLE s.days");
    assertThat(heads(told())).containsExactly("table s.days is missing, and 5 more with it");
    database.run("DROP SCHEMA s CASCADE");
    List<Finding> told = told();
    assertThat(told).hasSize(1);
    assertThat(told.get(0).headline()).startsWith("schema s is missing, and ");
  }

  /** What nothing ties together is told apart. */
  @Test
  void what_was_done_to_several_things_is_several_findings() throws Exception {
    database.run(
        "ALTER TABLE s.customers OWNER TO CURRENT_USER;"
            + " DROP VIEW s.names; DROP INDEX s.by_note; ALTER TABLE s.orders DROP CONSTRAINT short");
    assertThat(heads(told()))
        .containsExactly(
            "constraint s.orders.short is missing",
            "index s.by_note is missing",
            "view s.names is missing, and 1 more with it");
  }
}
