package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of 518 tables passed its plan, and then had no room for the locks of its restore. */
class LockRoomTest {
  private static final String HELD =
      "SELECT count(DISTINCT (locktype, relation, classid, objid)) FROM pg_locks"
          + " WHERE pid = pg_backend_pid() AND coalesce(relation, objid) >= 16384";

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(LockRoomTest.class);
  private TestDatabase database;
  private Dumps dumps;
  private Path work;

  @BeforeEach
  void kinds_of_objects(@TempDir Path directory) throws Exception {
    work = directory;
    database = engine.database();
    dumps = new Dumps(engine, database, directory);
    for (int i = 0; i < 20; i++) {
      database.run(
          ("CREATE TABLE p%1$d (id serial PRIMARY KEY, name text UNIQUE, CHECK (id > 0));"
                  + "CREATE TABLE c%1$d (id int REFERENCES p%1$d, at timestamptz DEFAULT now());"
                  + "CREATE INDEX ON c%1$d (at); CREATE VIEW v%1$d AS SELECT * FROM c%1$d;"
                  + "CREATE TYPE e%1$d AS ENUM ('a'); CREATE DOMAIN d%1$d AS int CHECK (value > 0);"
                  + "CREATE MATERIALIZED VIEW m%1$d AS SELECT * FROM p%1$d;"
                  + "CREATE FUNCTION f%1$d() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
                  + "CREATE TRIGGER t BEFORE INSERT ON c%1$d EXECUTE FUNCTION f%1$d()")
              .formatted(i));
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void no_more_locks_are_taken_than_was_reckoned() throws Exception {
    Artifact artifact = dumps.backUp(1);
    Path raw = dumps.unpacked(artifact);
    DumpArchive archive = DumpArchive.of(artifact, raw);
    try (Connection session = Sessions.writing(dumps.target)) {
      long toDrop = LockRoom.toDrop(session);
      long toMake = LockRoom.toMake(session);
      session.setAutoCommit(false);
      new DropAllObjects(session, RestoreKept.asNow(session)).wipe();
      assertThat(held(session)).isBetween(toDrop * 9 / 10, toDrop);
      session.rollback();
      new RestoreInPlace(Dumps.tools(engine))
          .restore(artifact, archive, StandIns.NONE, session, Progress.SILENT);
      assertThat(held(session) - toDrop).isBetween(toMake / 2, Math.min(toMake, archive.locks()));
    }
  }

  private static long held(Connection session) throws Exception {
    return Long.parseLong(Queries.rows(session, HELD, Function.identity()).get(0).text("count"));
  }

  /** On a server with room for few, so that few objects are too many. */
  @Test
  void what_has_no_room_is_refused_while_planning() throws Exception {
    String defaults =
        IntStream.range(0, 400)
            .mapToObj(i -> "c" + i + " int DEFAULT " + i)
            .collect(Collectors.joining(", "));
    try (OwnServer small = engine.another(data -> {}, "max_locks_per_transaction=10");
        TestDatabase wide = small.database()) {
      for (int i = 0; i < 8; i++) {
        wide.run("CREATE TABLE wide" + i + " (" + defaults + ")");
      }
      refused(new Dumps(engine, wide, work));
    }
  }

  private void refused(Dumps dumps) throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("dump");
    assertThatThrownBy(() -> plan(dumps, dump, restore(dump)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a restore in one transaction needs more locks than the server has")
        .hasMessageContaining("ALTER SYSTEM SET max_locks_per_transaction = ");
    assertThatThrownBy(() -> plan(dumps, dump, restoreDrill(dump).intoScratchDatabase()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a drill by the procedure of a restore in place needs more locks")
        .hasMessageContaining("or .restoringInParallel(), which rehearses no");
    assertThat(plan(dumps, dump, restoreDrill(dump).intoScratchDatabase().restoringInParallel()))
        .isNotNull();
    assertThatThrownBy(() -> new RestoreInPlace(Dumps.tools(engine)).rehearseDropping(dumps.target))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("the server had no room for more locks")
        .hasMessageContaining("max_locks_per_transaction");
  }

  private static Plan plan(Dumps dumps, Step first, Step then) {
    return Plan.of(runbook("locks", gate("g", first, then)), dumps.target);
  }
}
