package dev.gatehouse.postgres.catalogue;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A baseline of another major version is said to be one; what it tells otherwise is no drift. */
class OtherVersionTest {
  private static final String SCHEMA =
      """
      CREATE SCHEMA shop;
      CREATE TABLE shop.orders (id int PRIMARY KEY, total numeric DEFAULT 0, state text
        CHECK (state IN ('a', 'b')), made timestamptz DEFAULT now());
      CREATE TABLE shop.lines (id int, order_id int REFERENCES shop.orders, note text);
      CREATE VIEW shop.open AS SELECT id, total, state AS "State" FROM shop.orders WHERE total > 0;
      CREATE VIEW shop.named AS SELECT o.id, upper(o.state) AS s FROM shop.orders o
        WHERE EXISTS (SELECT 1 FROM shop.lines l WHERE l.order_id = o.id AND l.note <> '');
      CREATE VIEW shop.both AS SELECT o.id, l.note FROM shop.orders o JOIN shop.lines l
        ON l.order_id = o.id;
      CREATE VIEW shop.either AS SELECT id FROM shop.orders UNION ALL SELECT id FROM shop.lines;
      CREATE MATERIALIZED VIEW shop.sums AS SELECT state, sum(total) FROM shop.orders GROUP BY 1;
      CREATE INDEX ON shop.orders (lower(state)) WHERE total > 0;
      CREATE FUNCTION shop.f(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1';
      CREATE RULE quiet AS ON DELETE TO shop.lines DO INSTEAD NOTHING;
      GRANT ALL ON shop.orders TO PUBLIC;
      REVOKE ALL ON shop.lines FROM CURRENT_USER;
      GRANT ALL ON shop.lines TO CURRENT_USER;
      ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
      CREATE POLICY p ON shop.orders USING (state = current_user);
      """;

  @TempDir Path work = Path.of("");

  private static EngineUnderTest engine(String version) {
    return EngineUnderTest.postgres().stream()
        .filter(one -> one.asked().equals(version))
        .findFirst()
        .orElseThrow(() -> new TestAbortedException("needs PostgreSQL " + version));
  }

  /** A pg_upgrade keeps the lists of privileges as they were written. */
  private static void likeUpgraded(TestDatabase database) throws Exception {
    database.run(
        "UPDATE pg_class SET relacl = (SELECT array_agg(regexp_replace(a::text, '=(.*)m/',"
            + " '=\\1/')::aclitem) FROM unnest(relacl) a) WHERE oid = 'shop.lines'::regclass");
  }

  private Outcome judged(TestDatabase old, TestDatabase now) throws Exception {
    Path file = work.resolve("baseline.jsonl");
    try (Connection connection = old.connect()) {
      Baseline told = PostgresCatalogue.INSTANCE.read(connection);
      String user = old.account();
      Files.writeString(
          file, new String(told.bytes(), StandardCharsets.UTF_8).replace(user, now.account()));
    }
    Check check = noDrift().onSchemas("shop").from(file);
    assertThat(Inspection.of(check, Targets.of(now)).plan().full())
        .contains("recorded of PostgreSQL 15, compared with PostgreSQL 17");
    return evaluate(check, Targets.of(now));
  }

  @Test
  void what_only_versions_tell_otherwise_is_no_drift_and_everything_else_is() throws Exception {
    EngineUnderTest before = engine("15");
    EngineUnderTest after = engine("17");
    try (TestDatabase old = before.database();
        TestDatabase now = after.database()) {
      old.run(SCHEMA);
      now.run(SCHEMA);
      Outcome same = judged(old, now);
      assertThat(same.findings()).isEmpty();
      assertThat(same.proof().orElseThrow().fact("versions"))
          .contains("recorded of PostgreSQL 15, found PostgreSQL 17");
      assertThat(same.proof().orElseThrow().fact("differences of versions only").orElseThrow())
          .isNotEqualTo("0");
      likeUpgraded(now);
      assertThat(judged(old, now).findings()).isEmpty();

      now.run(
          """
          CREATE OR REPLACE VIEW shop.open AS
            SELECT id, total, made::text AS "State" FROM shop.orders WHERE total > 0;
          CREATE OR REPLACE VIEW shop.both AS SELECT l.id, l.note FROM shop.orders o
            JOIN shop.lines l ON l.order_id = o.id;
          GRANT SELECT ON shop.open TO PUBLIC;
          DROP INDEX shop.orders_lower_idx;
          """);
      assertThat(judged(old, now).findings().stream().map(Finding::headline))
          .containsExactly(
              "index shop.orders_lower_idx is missing",
              "view shop.\"both\" was changed",
              "view shop.open was changed");
      now.run("CREATE TABLE shop.more (id int)");
      assertThat(judged(old, now).findings().stream().map(Finding::headline))
          .contains(
              "table shop.more is not in "
                  + work.resolve("baseline.jsonl")
                  + " (recorded of PostgreSQL 15, this is PostgreSQL 17), and 1 more with it");
    }
  }

  @Test
  void a_baseline_that_does_not_say_its_version_is_read_as_before() throws Exception {
    EngineUnderTest any = EngineUnderTest.postgres().get(0);
    try (TestDatabase database = any.database()) {
      database.run(SCHEMA);
      Path file = work.resolve("old.jsonl");
      try (Connection connection = database.connect()) {
        Baseline told = PostgresCatalogue.INSTANCE.read(connection);
        Files.write(file, Baseline.of(told.objects()).bytes());
        assertThat(Files.readAllLines(file).get(0)).isEqualTo("{\"baseline\":1}");
        Baseline again = Baseline.parse(told.bytes());
        assertThat(again).isEqualTo(told);
        assertThat(again.version()).isEqualTo("PostgreSQL " + any.asked());
      }
      assertThat(evaluate(noDrift().from(file), Targets.of(database)).findings())
          .isEqualTo(List.of());
    }
  }
}
