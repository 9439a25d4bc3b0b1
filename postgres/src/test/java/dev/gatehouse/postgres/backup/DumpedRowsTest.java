package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.archive.CopyText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The digests of a dump's own rows are those of the source, and of what is made of the dump. */
class DumpedRowsTest {
  private static final String HOSTILE =
      """
      DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %1$I SET bytea_output = escape', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET TimeZone = ''Asia/Kolkata''', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET DateStyle = ''German, DMY''', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET IntervalStyle = sql_standard', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET extra_float_digits = -15', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET xmlbinary = hex', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET quote_all_identifiers = on', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET search_path = odd', current_database());
      END $$
      """;

  /** Tables whose rows stand in a dump as they are digested anywhere. */
  private static final List<String> PLAIN =
      List.of(
          "CREATE SCHEMA odd",
          "CREATE TABLE public.values (id int, \"a, b) FROM stdin;\" text, \"q\"\"u\" bytea, at"
              + " timestamptz, day date, span interval, real float8, small float4, n numeric,"
              + " j jsonb, words text[], whose regclass, kind regtype, made timetz, x xml,"
              + " net inet, bits bit varying, \"\u00dcber\" boolean)",
          "INSERT INTO public.values SELECT i, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2"
              + " THEN '\\.' WHEN 3 THEN E'a\\tb\\nc\\\\d\\r' WHEN 4 THEN E'\\n\\\\.\\n' WHEN 5 THEN"
              + " repeat('\u00e4', 40000) ELSE '\\N' END, decode(md5(i::text), 'hex'), timestamptz"
              + " '2026-03-29 00:30Z' + i * interval '17 min', date '0044-03-15 BC' + i, i * interval"
              + " '-1 mon 2 days 3.25 s', 1 / (i + .3), 1e30 / (i + 1), i / 3.0, jsonb_build_object("
              + "'k', i), ARRAY[i::text, NULL, '\\'], 'odd.\"T x\"'::regclass,"
              + " 'timestamptz'::regtype, timetz '12:00+05:30', '<a/>', '10.0.0.1/8', B'101', i % 2 ="
              + " 0 FROM generate_series(0, 400) i",
          "CREATE TABLE public.nothing ()",
          "INSERT INTO public.nothing DEFAULT VALUES",
          "INSERT INTO public.nothing DEFAULT VALUES",
          "CREATE TABLE public.old (a int, gone int, c text)",
          "ALTER TABLE public.old DROP COLUMN gone, ADD b text DEFAULT 'x'",
          "INSERT INTO public.old VALUES (1, 'c', 'b')",
          "CREATE TABLE public.parent (a int)",
          "CREATE TABLE public.child (own text) INHERITS (public.parent)",
          "ALTER TABLE public.parent ADD b text",
          "INSERT INTO public.child VALUES (1, 'own', 'b'), (2, 'o', 'wnb')",
          "CREATE TABLE public.log (k int, v text) PARTITION BY RANGE (k)",
          "CREATE TABLE public.log_1 PARTITION OF public.log FOR VALUES FROM (0) TO (10)",
          "INSERT INTO public.log SELECT i, i FROM generate_series(0, 9) i");

  private static final List<String> OTHERS =
      List.of(
          "CREATE DOMAIN odd.price AS money",
          "CREATE TYPE odd.pair AS (a int, b odd.price[])",
          "CREATE TABLE odd.paid (p odd.pair)",
          "INSERT INTO odd.paid SELECT ROW(1, ARRAY[12.5::money])::odd.pair",
          "CREATE TABLE odd.computed (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
          "INSERT INTO odd.computed SELECT generate_series(1, 9)",
          "CREATE TABLE odd.log_2 (v text, k int)",
          "ALTER TABLE public.log ATTACH PARTITION odd.log_2 FOR VALUES FROM (10) TO (20)",
          "INSERT INTO public.log SELECT i, i FROM generate_series(10, 19) i",
          "CREATE TABLE odd.files (id int, body bytea)",
          "ALTER TABLE odd.files ALTER body SET STORAGE EXTERNAL",
          "INSERT INTO odd.files SELECT 1, decode(repeat('00ff', 300000), 'hex')");

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(DumpedRowsTest.class);
  }

  private static Map<String, String> algorithms(Content content) {
    Map<String, String> algorithms = new TreeMap<>();
    for (TableContent table : content.tables()) {
      algorithms.put(table.table(), table.digest().replaceAll(":.*", ":"));
    }
    return algorithms;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void they_are_the_same_whatever_the_database_prints_by_default(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(PLAIN.get(0), "CREATE TABLE odd.\"T x\" (a int)", HOSTILE);
      PLAIN.subList(1, PLAIN.size()).forEach(sql -> execute(dumps, sql));
      OTHERS.forEach(sql -> execute(dumps, sql));
      Content live = dumps.content();

      Artifact artifact = dumps.backUp(1);
      Content recorded = artifact.manifest().content();
      assertThat(algorithms(recorded))
          .allSatisfy(
              (table, algorithm) ->
                  assertThat(algorithm)
                      .as(table)
                      .startsWith(
                          table.startsWith("odd.") && !table.equals("odd.\"T x\"")
                              ? TableReading.HASHED
                              : CopyText.ALGORITHM));
      assertThat(recorded).isEqualTo(dumps.contentAs(artifact));
      assertThat(artifact.manifest().versions())
          .containsEntry(
              "content of", "the dump, its rows counted at the source; of 4 tables the source");
      for (Scratch.Procedure procedure : Scratch.Procedure.values()) {
        assertThat(recorded.differences(dumps.drill(artifact, procedure))).isEmpty();
      }
      Artifact twice = dumps.backUp(Options.DEFAULT.twice(), Progress.SILENT);
      assertThat(twice.manifest().content()).isEqualTo(recorded);
      assertThat(dumps.drillDifferences(twice)).isEmpty();
      assertThat(live.differences(dumps.content())).isEmpty();
    }
  }

  /**
   * No snapshot holds the rows of a table that others empty or rewrite: it shows none, or new ones.
   */
  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {"TRUNCATE emptied", "ALTER TABLE emptied ALTER i TYPE bigint", "VACUUM FULL emptied"})
  void a_table_that_is_emptied_before_it_is_locked_is_no_backup(String statement) throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpedRowsTest.class);
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(
          "CREATE TABLE emptied AS SELECT i FROM generate_series(1, 100) i",
          "CREATE TABLE other (i int)");
      for (int jobs = 1; jobs <= 2; jobs++) {
        Options options = Options.DEFAULT.inParallel(jobs);
        assertThatThrownBy(
                () -> dumps.backUp(options, at("backup.snapshot-exported", dumps, statement)))
            .isInstanceOf(StepFailed.class)
            .hasMessageContaining(
                statement.startsWith("ALTER")
                    ? "the schema changed during the backup"
                    : "another file of public.emptied");
        assertThat(dumps.vault.artifacts()).isEmpty();
        dumps.execute("DROP TABLE emptied", "CREATE TABLE emptied AS SELECT 7 AS i");
      }
      assertThat(dumps.drillDifferences(dumps.backUp(1))).as("the fix is enough").isEmpty();
    }
  }

  private static Progress at(String point, Dumps dumps, String statement) {
    return new Progress() {
      @Override
      public void moved(long bytes, long total) {}

      @Override
      public void reached(String reached) {
        if (reached.equals(point)) {
          execute(dumps, statement);
        }
      }

      @Override
      public void continuing() {}

      @Override
      public void interruptibleBy(Runnable interrupt) {}
    };
  }

  /** Of a large database two sessions share the reading, if there are two to be had. */
  @Test
  void two_sessions_read_what_one_does() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpedRowsTest.class);
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      for (String table : List.of("a", "b", "c")) {
        dumps.execute(
            "CREATE TABLE %s (id int, word text) WITH (fillfactor = 10)".formatted(table),
            "INSERT INTO %s SELECT i, md5(i::text) FROM generate_series(1, 20000) i"
                .formatted(table));
      }
      Artifact artifact = dumps.backUp(1);
      Content recorded = artifact.manifest().content();
      assertThat(recorded.tables()).extracting(TableContent::rows).containsOnly(20_000L);
      assertThat(dumps.contentAs(artifact)).isEqualTo(recorded);
      Account one = database.newAccount("one");
      dumps.execute(
          "GRANT SELECT ON a, b, c TO " + one.name(),
          "ALTER ROLE " + one.name() + " CONNECTION LIMIT 1");
      Target target =
          Target.at("shop", database.jdbcUrl(), one.name(), one.secret(), dumps.target.dialect());
      assertThat(new Dumps(dumps, target).contentAs(artifact).tables())
          .isEqualTo(recorded.tables());
    }
  }

  /**
   * The text of each row is what it was, and what it says is not; nor do definitions tell it, for a
   * table that inherits has its columns in another order once it was dumped.
   */
  @Test
  void columns_that_swapped_their_names_hold_other_rows() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpedRowsTest.class);
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(
          "CREATE TABLE event (id int)",
          "CREATE TABLE transfer (\"from, to\" int, \"to\"\"\" int) INHERITS (event)",
          "INSERT INTO transfer VALUES (1, 10, 20)");
      Artifact artifact = dumps.backUp(1);
      assertThat(artifact.manifest().content()).isEqualTo(dumps.contentAs(artifact));
      assertThat(dumps.drillDifferences(artifact)).isEmpty();
      dumps.execute(
          "ALTER TABLE transfer RENAME \"from, to\" TO other",
          "ALTER TABLE transfer RENAME \"to\"\"\" TO \"from, to\"",
          "ALTER TABLE transfer RENAME other TO \"to\"\"\"");
      assertThat(artifact.manifest().content().differences(dumps.contentAs(artifact)))
          .extracting(Finding::headline)
          .containsExactly("table 'public.transfer' is not as recorded");
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(artifact.manifest().content()).isEqualTo(dumps.contentAs(artifact));
    }
  }

  private static void execute(Dumps dumps, String sql) {
    try {
      dumps.execute(sql);
    } catch (Exception e) {
      throw new AssertionError(sql, e);
    }
  }

  /** The real one, in between something that lies. */
  private Dumps lying(EngineUnderTest engine, TestDatabase database, String words, String filter)
      throws Exception {
    Path directory = Files.createDirectory(work.resolve("bin"));
    Path fake = directory.resolve("pg_dump");
    Files.writeString(
        fake,
        "#!/bin/sh\nreal='%s'\ncase \"$1\" in --version) exec \"$real\" \"$1\";; esac\n\"$real\" %s \"$@\" | LC_ALL=C %s\n"
            .formatted(engine.tool("pg_dump").path(), words, filter));
    Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(
        directory.resolve("pg_restore"), engine.tool("pg_restore").path().toRealPath());
    Dumps dumps = new Dumps(PgTools.at(directory), database, work);
    dumps.execute(
        "CREATE TABLE item AS SELECT i, 'alpha' AS word FROM generate_series(1, 100) i",
        "CREATE TABLE other (i int)");
    return dumps;
  }

  @Test
  void rows_that_the_dump_has_not_are_missed() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpedRowsTest.class);
    try (TestDatabase database = engine.database()) {
      Dumps dumps = lying(engine, database, "--exclude-table-data=item", "cat");
      assertThatThrownBy(() -> dumps.backUp(1))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("the dump does not hold what the source holds of public.item")
          .hasMessageContaining("100 rows")
          .hasMessageContaining("nothing of it");
      assertThat(dumps.vault.artifacts()).isEmpty();
    }
  }

  @Test
  void a_row_that_the_dump_has_not_is_missed() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpedRowsTest.class);
    try (TestDatabase database = engine.database()) {
      Dumps dumps = lying(engine, database, "--enable-row-security --role=narrow_reader", "cat");
      dumps.execute(
          "DO $$ BEGIN CREATE ROLE narrow_reader; EXCEPTION WHEN duplicate_object THEN END $$",
          "GRANT SELECT ON item, other TO narrow_reader",
          "CREATE POLICY narrow ON item USING (i <> 50)",
          "ALTER TABLE item ENABLE ROW LEVEL SECURITY");
      assertThatThrownBy(() -> dumps.backUp(1))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("100 rows")
          .hasMessageContaining("99 rows");
      assertThat(dumps.vault.artifacts()).isEmpty();
    }
  }

  /** It is what the default does not see, and readTwice() is for. */
  @Test
  void another_value_in_the_dump_is_found_by_reading_twice() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpedRowsTest.class);
    try (TestDatabase database = engine.database()) {
      Dumps dumps = lying(engine, database, "", "sed s/alpha/omega/");
      assertThatThrownBy(() -> dumps.backUp(Options.DEFAULT.twice(), Progress.SILENT))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("the dump does not hold what the source holds of public.item");
      assertThat(dumps.vault.artifacts()).isEmpty();
      Artifact artifact = dumps.backUp(1);
      assertThat(dumps.drillDifferences(artifact)).as("equal to the dump").isEmpty();
      assertThat(artifact.manifest().content().differences(dumps.contentAs(artifact)))
          .as("and not to the source")
          .isNotEmpty();
    }
  }
}
