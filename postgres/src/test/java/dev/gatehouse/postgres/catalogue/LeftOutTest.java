package dev.gatehouse.postgres.catalogue;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.drift.NoDrift;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Partitions that are made by the calendar are not drift; everything else is. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class LeftOutTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(LeftOutTest.class);
  }

  private final EngineUnderTest engine;

  @TempDir Path work = Path.of("");
  private TestDatabase database;
  private Target target;
  private Path file;

  LeftOutTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void record() throws Exception {
    database = engine.database();
    target = Targets.of(database);
    database.run(
        """
        CREATE TABLE ev (d date, x int) PARTITION BY RANGE (d);
        CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE INDEX ON ev (x);
        CREATE TABLE item (id int PRIMARY KEY, ev_note text);
        CREATE SCHEMA "Odd.one";
        CREATE TABLE "Odd.one"."ev of all" (id int);
        """);
    file = work.resolve("baseline.jsonl");
    try (Connection connection = database.connect()) {
      Files.write(file, PostgresCatalogue.INSTANCE.read(connection).bytes());
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private void night() throws Exception {
    database.run(
        """
        CREATE TABLE ev_2 PARTITION OF ev FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')
          PARTITION BY LIST (x);
        CREATE TABLE other_name PARTITION OF ev_2 DEFAULT;
        CREATE TABLE ev_3 (d date, x int, CHECK (x > 0));
        ALTER TABLE ev ATTACH PARTITION ev_3 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
        DROP TABLE ev_1;
        """);
  }

  private Outcome judged(NoDrift drift) {
    return evaluate(drift.from(file), target);
  }

  private List<String> heads(NoDrift drift) {
    return judged(drift).findings().stream().map(Finding::headline).toList();
  }

  @Test
  void partitions_of_a_table_are_left_out_and_told() throws Exception {
    night();
    assertThat(judged(noDrift()).status()).isEqualTo(Status.FAILED);
    NoDrift drift = noDrift().exceptPartitionsOf("public.ev");
    Outcome outcome = judged(drift);
    assertThat(outcome.findings()).isEmpty();
    assertThat(outcome.status()).isEqualTo(Status.PASSED);
    assertThat(outcome.proof().orElseThrow().fact("left out"))
        .contains(
            "4: table public.ev_1, table public.ev_2, table public.ev_3, table public.other_name");
    assertThat(Inspection.of(drift.from(file), target).plan().full())
        .contains("compare the catalogue except partitions of public.ev with " + file);
  }

  @Test
  void names_are_left_out_with_their_parts_and_nothing_else_is() throws Exception {
    night();
    database.run("DROP TABLE other_name");
    assertThat(heads(noDrift().except("ev_*"))).isEmpty();
    database.run("ALTER TABLE item DROP COLUMN ev_note, ADD COLUMN ev_more int");
    assertThat(heads(noDrift().except("ev_*")))
        .containsExactly(
            "column public.item.ev_more is not in " + file + ", and 1 more with it",
            "column public.item.ev_note is missing");
  }

  @Test
  void drift_everywhere_else_still_fails() throws Exception {
    night();
    NoDrift drift = noDrift().exceptPartitionsOf("ev");
    database.run("ALTER TABLE ev ADD COLUMN y int");
    assertThat(heads(drift))
        .containsExactly("column public.ev.y is not in " + file + ", and 1 more with it");
    database.run(
        "ALTER TABLE ev DROP COLUMN y; DROP INDEX ev_x_idx; CREATE TABLE ev_stray (id int)");
    assertThat(heads(drift))
        .containsExactly(
            "index public.ev_x_idx is missing",
            "table public.ev_stray is not in " + file + ", and 1 more with it");
  }

  /** Its rows are in the table no more, however it is called. */
  @Test
  void a_table_that_is_no_partition_any_more_is_compared() throws Exception {
    NoDrift drift = noDrift().exceptPartitionsOf("ev");
    database.run("ALTER TABLE ev DETACH PARTITION ev_1");
    assertThat(judged(drift).findings().toString()).contains("table public.ev_1 is not in");
    database.run("DROP TABLE ev_1");
    assertThat(judged(drift).status()).isEqualTo(Status.PASSED);
    database.run("CREATE VIEW ev_1 AS SELECT 1 AS a");
    assertThat(heads(drift))
        .contains("view public.ev_1 is not in " + file + ", and 1 more with it");
  }

  @Test
  void names_in_quotes_are_names() throws Exception {
    database.run("DROP TABLE \"Odd.one\".\"ev of all\"");
    assertThat(heads(noDrift().except("\"Odd.one\".ev of*"))).isEmpty();
  }

  @Test
  void a_pattern_that_names_nothing_is_refused() {
    assertThatThrownBy(() -> judged(noDrift().except("evt_*")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(
            """
            what is to be left out is not there
              expected  an object named like 'evt_*'
              found     none on either side
              fix       correct except(...) or exceptPartitionsOf(...), or take it out
              code      drift.nothing\
            """);
    assertThatThrownBy(() -> judged(noDrift().exceptPartitionsOf("item")))
        .hasMessageContaining("a partitioned table named like 'item'");
    assertThatThrownBy(() -> noDrift().except(" ")).isInstanceOf(IllegalArgumentException.class);
  }
}
