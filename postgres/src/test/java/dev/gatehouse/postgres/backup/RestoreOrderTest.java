package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases whose own code answers to what a restore does. */
class RestoreOrderTest {
  @TempDir Path work = Path.of("");

  private EngineUnderTest engine = EngineUnderTest.postgres().get(0);
  private TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private void survives(int jobs) throws Exception {
    Content before = dumps().content();
    Artifact artifact = dumps().backUp(jobs);
    assertThat(dumps().drillDifferences(artifact)).isEmpty();
    dumps().restore(artifact, dumps().unpacked(artifact), Progress.SILENT);
    assertThat(before.differences(dumps().content())).isEmpty();
  }

  /** pg_restore makes it first and refreshes the view after that. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void an_event_trigger_that_forbids_does_not_forbid_the_restore(int jobs) throws Exception {
    dumps().target.dialect().concurrency().lease(dumps().target, "before").close();
    dumps()
        .execute(
            "CREATE TABLE item AS SELECT generate_series(1, 10) AS id",
            "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM item",
            "CREATE INDEX ON counted (count)",
            "CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS"
                + " $$BEGIN RAISE 'no % today', tg_tag; END$$",
            "CREATE EVENT TRIGGER \"a\nforbidding\" ON ddl_command_start EXECUTE FUNCTION forbid()",
            "CREATE EVENT TRIGGER forbidding_too ON ddl_command_end EXECUTE FUNCTION forbid()",
            "COMMENT ON EVENT TRIGGER forbidding_too IS 'not on Fridays'",
            "ALTER EVENT TRIGGER forbidding_too ENABLE ALWAYS",
            "CREATE EVENT TRIGGER off ON sql_drop EXECUTE FUNCTION forbid()",
            "ALTER EVENT TRIGGER off DISABLE");
    survives(jobs);
  }

  @Test
  void an_event_trigger_that_writes_down_does_not_write_in_the_restore() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE told (tag text)",
            "CREATE TABLE item AS SELECT generate_series(1, 10) AS id",
            "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM item",
            "CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS"
                + " $$BEGIN INSERT INTO public.told VALUES (tg_tag); END$$",
            "CREATE EVENT TRIGGER telling ON ddl_command_end EXECUTE FUNCTION tell()");
    survives(1);
  }

  /** From version 17 on: the drill logs in to read what it restored. */
  @Test
  void an_event_trigger_that_answers_to_logins_does_not_answer_to_the_drill() throws Exception {
    database.close();
    engine = EngineUnderTest.postgres().get(EngineUnderTest.postgres().size() - 1);
    database = engine.database();
    assumeThat(Integer.parseInt(engine.asked())).isGreaterThanOrEqualTo(17);
    dumps()
        .execute(
            "CREATE TABLE told (who text)",
            "CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS"
                + " $$BEGIN INSERT INTO public.told VALUES (current_user); END$$",
            "CREATE EVENT TRIGGER telling ON login EXECUTE FUNCTION tell()");
    Artifact artifact = dumps().backUp(1);
    assertThat(artifact.manifest().content().differences(dumps().drill(artifact))).isEmpty();
  }

  @Test
  void views_may_depend_on_functions_and_these_on_tables() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item (id int PRIMARY KEY, label text)",
            "INSERT INTO item VALUES (1, 'one')",
            "CREATE FUNCTION label(i int) RETURNS text STABLE LANGUAGE sql AS"
                + " 'SELECT label FROM public.item WHERE id = i'",
            "CREATE FUNCTION items() RETURNS SETOF item STABLE LANGUAGE sql AS"
                + " 'SELECT * FROM public.item'",
            "CREATE VIEW labels AS SELECT label(id) FROM item GROUP BY id",
            "CREATE VIEW several AS SELECT * FROM items()",
            "CREATE FUNCTION some_of() RETURNS SETOF several LANGUAGE sql AS 'TABLE public.several'",
            "CREATE MATERIALIZED VIEW again AS SELECT * FROM some_of() WHERE label(id) = 'one'",
            "CREATE MATERIALIZED VIEW twice AS SELECT * FROM again",
            "CREATE UNIQUE INDEX ON twice (id)");
    survives(1);
  }

  /** A restore has no search_path, so that nobody can plant what it calls. */
  @Test
  void a_view_whose_function_needs_a_search_path_is_told_with_the_fix() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item (id int)",
            "INSERT INTO item VALUES (1)",
            "CREATE FUNCTION many() RETURNS bigint STABLE LANGUAGE plpgsql AS"
                + " $$BEGIN RETURN (SELECT count(*) FROM item); END$$",
            "CREATE MATERIALIZED VIEW counted AS SELECT many()");
    Content before = dumps().content();
    Artifact artifact = dumps().backUp(1);
    assertThatThrownBy(() -> dumps().drill(artifact))
        .hasMessageContaining("relation \"item\" does not exist")
        .hasMessageContaining("SET search_path = ");
    assertThat(dumps().databaseLike("gatehouse\\_drill\\_%")).isEmpty();
    assertThatThrownBy(() -> dumps().restore(artifact, dumps().unpacked(artifact), Progress.SILENT))
        .hasMessageContaining("relation \"item\" does not exist")
        .hasMessageContaining("REFRESH MATERIALIZED VIEW public.counted")
        .hasMessageContaining("SET search_path = ");
    assertThat(before.differences(dumps().content())).isEmpty();
  }
}
