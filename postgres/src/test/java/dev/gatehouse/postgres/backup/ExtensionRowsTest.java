package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows in configuration tables of an extension are content, as a dump holds them. */
class ExtensionRowsTest {
  private static final List<String> CONTROL =
      List.of("default_version = '1.0'", "relocatable = false");

  private static final List<String> SCRIPT =
      List.of(
          "CREATE TABLE geo_ref_sys (srid int PRIMARY KEY, name text);",
          "INSERT INTO geo_ref_sys SELECT g, 'sys ' || g FROM generate_series(4000, 4099) g;",
          "CREATE TABLE geo_jobs (job serial, cmd text);",
          "CREATE TABLE geo_runs (job int REFERENCES geo_ref_sys);",
          "SELECT pg_catalog.pg_extension_config_dump('geo_ref_sys',"
              + " 'WHERE NOT (srid BETWEEN 4000 AND 4099)');",
          "SELECT pg_catalog.pg_extension_config_dump('geo_runs', '');",
          "SELECT pg_catalog.pg_extension_config_dump('geo_jobs', '');",
          "SELECT pg_catalog.pg_extension_config_dump('geo_jobs_job_seq', '');");

  private static final String[] SETUP = {
    "CREATE EXTENSION gatehouse_rows",
    "INSERT INTO geo_jobs (cmd) VALUES ('vacuum'), ('analyze')",
    "CREATE TABLE place (id int PRIMARY KEY, srid int REFERENCES geo_ref_sys)",
    "INSERT INTO geo_ref_sys VALUES (900913, 'custom')",
    "INSERT INTO geo_runs VALUES (900913)",
    "INSERT INTO place VALUES (1, 4001), (2, 900913)"
  };

  private static final String[] DAMAGE = {
    "UPDATE geo_jobs SET cmd = 'TAMPERED' WHERE job = 1",
    "INSERT INTO geo_jobs (cmd) VALUES ('surplus')",
    "DELETE FROM place",
    "DELETE FROM geo_runs",
    "UPDATE geo_ref_sys SET name = 'TAMPERED' WHERE srid = 900913",
    "INSERT INTO geo_ref_sys VALUES (900914, 'surplus')"
  };

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ExtensionRowsTest.class);
  }

  /** Into the directory that the server itself may write to, where it is an unpacked one. */
  private static void install(TestDatabase database) throws Exception {
    try {
      write(database, "gatehouse_rows.control", CONTROL);
      write(database, "gatehouse_rows--1.0.sql", SCRIPT);
    } catch (SQLException e) {
      assumeTrue(false, "this server cannot be given an extension: " + e.getMessage());
    }
  }

  private static void write(TestDatabase database, String file, List<String> lines)
      throws Exception {
    String directory = database.one("SELECT setting FROM pg_config WHERE name = 'SHAREDIR'");
    String rows = String.join("'), ('", lines.stream().map(l -> l.replace("'", "''")).toList());
    database.run("COPY (VALUES ('" + rows + "')) TO '" + directory + "/extension/" + file + "'");
  }

  private static String rows(TestDatabase database) throws Exception {
    return database.one(
        "SELECT (SELECT string_agg(job || ' ' || cmd, ', ' ORDER BY job) FROM geo_jobs),"
            + " (SELECT count(*) FROM geo_ref_sys),"
            + " (SELECT string_agg(name, ', ') FROM geo_ref_sys WHERE srid > 5000),"
            + " (SELECT count(*) FROM place), (SELECT last_value FROM geo_jobs_job_seq),"
            + " (SELECT string_agg(name, ', ') FROM geo_ref_sys WHERE srid IN (4005, 4006))");
  }

  private static final String RIGHT = "1 vacuum, 2 analyze|101|custom|2|2|sys 4005, sys 4006";

  @ParameterizedTest
  @MethodSource("engines")
  void they_are_compared_and_replaced(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      install(database);
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(SETUP);
      Content before = dumps.content();
      assertThat(before.tables().toString())
          .contains("public.geo_jobs", "public.geo_ref_sys", "public.geo_runs");
      assertThat(before.states())
          .containsKey("sequence public.geo_jobs_job_seq")
          .containsKey("rows of extension gatehouse_rows in public.geo_ref_sys");
      Artifact artifact = dumps.backUp(1);
      assertThat(dumps.drillDifferences(artifact)).isEmpty();

      dumps.execute(DAMAGE);
      assertThat(before.differences(dumps.content()).toString())
          .contains("public.geo_jobs", "public.geo_ref_sys", "public.geo_runs");
      String extension = database.one("SELECT oid FROM pg_extension WHERE extname ~ 'gatehouse'");
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.differences(dumps.content())).isEmpty();
      assertThat(rows(database)).isEqualTo(RIGHT);
      assertThat(database.one("SELECT oid FROM pg_extension WHERE extname ~ 'gatehouse'"))
          .as("the extension itself stays")
          .isEqualTo(extension);
    }
  }

  /** No dump holds them, so only the extension made again brings them back. */
  @ParameterizedTest
  @MethodSource("engines")
  void changed_rows_that_the_extension_brings_come_back_with_it(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      install(database);
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(SETUP);
      Content before = dumps.content();
      Artifact artifact = dumps.backUp(1);
      dumps.execute(DAMAGE);
      dumps.execute(
          "DELETE FROM geo_ref_sys WHERE srid = 4005",
          "UPDATE geo_ref_sys SET name = 'TAMPERED' WHERE srid = 4006");
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.differences(dumps.content())).isEmpty();
      assertThat(rows(database)).isEqualTo(RIGHT);
    }
  }

  /** What the source itself changed is in no dump: told by the drill, and no veto. */
  @ParameterizedTest
  @MethodSource("engines")
  void rows_that_the_source_changed_are_told(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      install(database);
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(SETUP);
      dumps.execute("DELETE FROM geo_ref_sys WHERE srid = 4005");
      Content before = dumps.content();
      Artifact artifact = dumps.backUp(1);
      Content copy = dumps.drill(artifact);
      assertThat(artifact.manifest().content().differences(copy)).isEmpty();
      assertThat(copy.notes().get("rows that extensions bring"))
          .contains("in public.geo_ref_sys: 99 rows", "now 100 rows");
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(dumps.content()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_account_that_may_not_replace_them_is_refused_while_planning(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      install(database);
      Account account = Deployer.of(database);
      Dumps all = new Dumps(engine, database, work);
      all.execute(
          "CREATE EXTENSION gatehouse_rows",
          "GRANT SELECT ON geo_jobs, geo_ref_sys, geo_runs, geo_jobs_job_seq TO " + account.name());
      Dumps dumps = new Dumps(all, Deployer.target(engine, database, account));
      RestoreMethod.InTransaction restoring =
          (RestoreMethod.InTransaction) dumps.method.restoring();
      Artifact artifact = dumps.backUp(1);
      Path raw = dumps.unpacked(artifact);
      for (RefusedStep step :
          List.<RefusedStep>of(
              () -> restoring.refuseUnrestorable(dumps.target),
              () -> restoring.preflight(artifact, raw, dumps.target, Progress.SILENT))) {
        assertThatThrownBy(step::ask)
            .isInstanceOf(Refusal.class)
            .hasMessageContaining(
                account.name() + " lacks it on public.geo_ref_sys of extension gatehouse_rows")
            .hasMessageContaining(
                "GRANT SELECT, INSERT, DELETE ON public.geo_jobs TO " + account.name())
            .hasMessageContaining(
                "GRANT SELECT, UPDATE ON SEQUENCE public.geo_jobs_job_seq TO " + account.name());
      }
      all.execute(
          "GRANT SELECT, INSERT, DELETE ON geo_jobs, geo_ref_sys, geo_runs TO " + account.name(),
          "GRANT SELECT, UPDATE ON SEQUENCE geo_jobs_job_seq TO " + account.name(),
          "INSERT INTO geo_jobs (cmd) VALUES ('vacuum')");
      Content before = dumps.content();
      Artifact again = dumps.backUp(1);
      all.execute("UPDATE geo_jobs SET cmd = 'TAMPERED'");
      dumps.restore(again, dumps.unpacked(again), Progress.SILENT);
      assertThat(before.differences(dumps.content())).isEmpty();
      assertThat(database.one("SELECT string_agg(cmd, ',') FROM geo_jobs")).isEqualTo("vacuum");

      all.execute("DELETE FROM geo_ref_sys WHERE srid = 4005");
      assertThatThrownBy(
              () ->
                  restoring.preflight(again, dumps.unpacked(again), dumps.target, Progress.SILENT))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("in public.geo_ref_sys are not as recorded")
          .hasMessageContaining("of another owner");
    }
  }

  /** No dump holds them, and with what they stand on they went: without a word, once. */
  @ParameterizedTest
  @MethodSource("newest")
  void what_people_put_on_its_tables_is_not_lost(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      install(database);
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(SETUP);
      dumps.execute(
          "CREATE FUNCTION shouted() RETURNS trigger LANGUAGE plpgsql AS"
              + " 'begin new.cmd = upper(new.cmd); return new; end'",
          "CREATE FUNCTION named(text) RETURNS boolean IMMUTABLE RETURN $1 <> ''",
          "CREATE TRIGGER shout BEFORE INSERT ON geo_jobs FOR EACH ROW EXECUTE FUNCTION shouted()",
          "CREATE INDEX by_name ON geo_ref_sys (named(name))",
          "CREATE INDEX by_cmd ON geo_jobs (cmd)",
          "ALTER TABLE geo_ref_sys ADD CONSTRAINT named CHECK (named(name))");
      RestoreMethod.InTransaction restoring =
          (RestoreMethod.InTransaction) dumps.method.restoring();
      Artifact artifact = dumps.backUp(1);
      assertThat(artifact.manifest().toString())
          .contains("what people put on tables of extensions, which no dump holds:");
      Path raw = dumps.unpacked(artifact);
      for (RefusedStep step :
          List.<RefusedStep>of(
              () -> restoring.refuseUnrestorable(dumps.target),
              () -> restoring.preflight(artifact, raw, dumps.target, Progress.SILENT))) {
        assertThatThrownBy(step::ask)
            .isInstanceOf(Refusal.class)
            .hasMessageContaining(
                """
                a restore would lose what no dump holds
                  expected  nothing on tables of extensions that stands on functions or tables of your own
                  found     constraint named on public.geo_ref_sys
                            index public.by_name on public.geo_ref_sys
                            trigger shout on public.geo_jobs
                """
                    .stripTrailing());
      }
      String before = parts(database);
      assertThatThrownBy(() -> dumps.replace(artifact, raw, Progress.SILENT))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("CREATE TRIGGER shout BEFORE INSERT ON public.geo_jobs");
      assertThat(parts(database)).isEqualTo(before);
      dumps.execute("DROP FUNCTION shouted, named CASCADE");
      Artifact again = dumps.backUp(1);
      dumps.execute("DELETE FROM place");
      dumps.restore(again, dumps.unpacked(again), Progress.SILENT);
      assertThat(parts(database)).contains("by_cmd");

      dumps.execute("DELETE FROM geo_ref_sys WHERE srid = 4005");
      assertThatThrownBy(() -> dumps.restore(again, dumps.unpacked(again), Progress.SILENT))
          .as("the extension is made again")
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("CREATE INDEX by_cmd ON public.geo_jobs");
      assertThat(parts(database)).contains("by_cmd");
    }
  }

  private static String parts(TestDatabase database) throws Exception {
    return database.one(
        "SELECT (SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY 1) FROM pg_index"
            + " WHERE indrelid IN ('geo_jobs'::regclass, 'geo_ref_sys'::regclass)),"
            + " (SELECT string_agg(tgname, ' ' ORDER BY 1) FROM pg_trigger WHERE NOT tgisinternal),"
            + " (SELECT count(*) FROM pg_constraint WHERE conname = 'named')");
  }

  static List<EngineUnderTest> newest() {
    return List.of(EngineUnderTest.onePostgres(ExtensionRowsTest.class));
  }

  /** A dump does not say which version it was. */
  @ParameterizedTest
  @MethodSource("newest")
  void an_older_version_is_made_by_a_drill_and_refused_where_it_would_not_be(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      install(database);
      write(database, "gatehouse_rows.control", List.of("default_version = '1.1'"));
      write(database, "gatehouse_rows--1.0--1.1.sql", List.of("CREATE VIEW newer AS SELECT 1;"));
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute("CREATE EXTENSION gatehouse_rows VERSION '1.0'");
      Artifact artifact = dumps.backUp(1);
      assertThat(dumps.drillDifferences(artifact)).isEmpty();
      Scratch.OnServer parallel = new Scratch.OnServer(dumps.target, Scratch.Procedure.IN_PARALLEL);
      for (RefusedStep step :
          List.<RefusedStep>of(
              () -> dumps.drill(artifact, Scratch.Procedure.IN_PARALLEL),
              () -> dumps.method.preflightDrill(dumps.target, parallel))) {
        assertThatThrownBy(step::ask)
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("a parallel restore would make another version of it")
            .hasMessageContaining("found     gatehouse_rows 1.1")
            .hasMessageContaining("leave out restoringInParallel()");
      }
    }
  }

  @FunctionalInterface
  private interface RefusedStep {
    void ask() throws Exception;
  }
}
