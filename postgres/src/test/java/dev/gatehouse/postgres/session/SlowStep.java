package dev.gatehouse.postgres.session;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Evidence;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Statements that take about a second, and go on for as long after their client died: the server is
 * told not to look whether it lives.
 */
enum SlowStep implements Scenario {
  ROWS("INSERT INTO work SELECT 1 FROM pg_sleep(0.8)", true),
  TABLE("CREATE TABLE made AS SELECT 1 AS one FROM pg_sleep(0.8)", true),
  ROWS_AT_ONCE("INSERT INTO work SELECT 1 FROM pg_sleep(0.8)", false),
  INDEX("CREATE INDEX CONCURRENTLY worked ON work (slowly(id))", false);

  private final String sql;
  private final boolean transactional;

  SlowStep(String sql, boolean transactional) {
    this.sql = sql;
    this.transactional = transactional;
  }

  /** What the statements need; an index reads its rows twice. */
  static void prepare(Connection connection) throws SQLException {
    Queries.run(connection, "CREATE TABLE work (id int)");
    Queries.run(
        connection,
        "CREATE FUNCTION slowly(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
            + " AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.08); RETURN id; END'");
  }

  @Override
  public Runbook runbook() {
    return new Runbook("slow", List.of(new Gate("slow", List.of(step()))), List.of());
  }

  Change step() {
    Effect effect = transactional ? new InTransaction(this) : new InSession(this);
    return ChangeWithoutUndo.of("slow", reading -> effect).cannotBeUndone("a test's own database");
  }

  private Evidence execute(EffectContext working) throws SQLException {
    Connection connection = working.connection();
    Queries.run(connection, "SET client_connection_check_interval = 0");
    if (this == INDEX) {
      // what an attempt before left behind is no index
      Queries.run(connection, "DROP INDEX CONCURRENTLY IF EXISTS worked");
    }
    System.out.println(SessionId.of(connection));
    System.out.flush();
    Queries.run(connection, sql);
    return working.evidence();
  }

  /** What the world shows of it. */
  Kind seen(Connection connection) throws SQLException {
    String found =
        Queries.pinned(
            connection,
            switch (this) {
              case ROWS, ROWS_AT_ONCE ->
                  "SELECT CASE count(*) WHEN 0 THEN 'none' WHEN 1 THEN 'all' ELSE 'twice' END"
                      + " FROM public.work WHERE id = 1";
              case TABLE ->
                  "SELECT CASE WHEN to_regclass('public.made') IS NULL THEN 'none'"
                      + " ELSE 'all' END";
              case INDEX ->
                  "SELECT coalesce((SELECT CASE WHEN indisvalid THEN 'all' ELSE 'some' END"
                      + " FROM pg_index WHERE indexrelid = to_regclass('public.worked')), 'none')";
            });
    return switch (found) {
      case "all" -> Kind.APPLIED;
      case "none" -> Kind.NOT_APPLIED;
      case "some" -> Kind.PARTIAL;
      default -> throw new AssertionError(this + " was applied more than once");
    };
  }

  private record InTransaction(SlowStep slow) implements Effect.InTransaction {
    @Override
    public List<String> preview() {
      return List.of(slow.sql);
    }

    @Override
    public Evidence apply(EffectContext working) throws SQLException {
      return slow.execute(working);
    }
  }

  private record InSession(SlowStep slow) implements Effect.InSession {
    @Override
    public List<String> preview() {
      return List.of(slow.sql);
    }

    @Override
    public Evidence apply(EffectContext working) throws SQLException {
      return slow.execute(working);
    }

    /** An invalid index is dropped before it is made again: as good as none. */
    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      Kind seen = slow.seen(reading.connection());
      return new ProbeResult(
          seen == Kind.PARTIAL ? Kind.NOT_APPLIED : seen, "looked", reading.evidence());
    }
  }
}
