package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.DoingAt;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A database of somebody else's design, made and used by PostgreSQL's own pgbench. */
class PgbenchDrillTest {
  private static final String HISTORY = "SELECT count(*) FROM public.pgbench_history";

  /** What every transaction of TPC-B keeps equal; a copy of no one state would show it. */
  private static final String BALANCED =
      "SELECT (SELECT sum(abalance) FROM public.pgbench_accounts) = (SELECT sum(delta) FROM"
          + " public.pgbench_history) AND (SELECT sum(tbalance) FROM public.pgbench_tellers) = (SELECT"
          + " sum(bbalance) FROM public.pgbench_branches) AND (SELECT sum(bbalance) FROM public.pgbench_branches)"
          + " = (SELECT sum(delta) FROM public.pgbench_history)";

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(PgbenchDrillTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_backup_of_a_database_in_use_comes_back_as_its_snapshot_was(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      ClientTool pgbench = new ClientTool(engine.tool("pgbench").path(), database, work);
      Dumps dumps = new Dumps(engine, database, work);
      pgbench.run("--initialize", "--foreign-keys", "--partitions=3", "--scale=1", "--quiet");
      Artifact artifact;
      long before;
      Process writing = pgbench.start("--client=2", "--time=600", "--no-vacuum");
      try {
        while (count(dumps, HISTORY) < 100) {
          TimeUnit.MILLISECONDS.sleep(20);
          assertThat(writing.isAlive()).as("pgbench is at work").isTrue();
        }
        before = count(dumps, HISTORY);
        artifact = dumps.backUp(1);
        assertThat(writing.isAlive()).as("pgbench was at work all the time").isTrue();
      } finally {
        writing.destroy();
        writing.waitFor();
      }
      Content backedUp = artifact.manifest().content();
      long written = backedUp.rows() - 100_011;
      assertThat(written).as("rows of history").isBetween(before, count(dumps, HISTORY) - 1);

      assertThat(dumps.drillDifferences(artifact)).isEmpty();
      assertThat(backedUp.differences(dumps.contentAs(artifact)))
          .as("the live database went on")
          .isNotEmpty();

      assertThat(backedUp.differences(drillWithOneRowChanged(dumps, artifact)))
          .singleElement()
          .asString()
          .contains("pgbench_accounts_");

      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(count(dumps, HISTORY)).isEqualTo(written);
      assertThat(backedUp.differences(dumps.contentAs(artifact))).isEmpty();
      try (Connection session = database.connect()) {
        assertThat(Queries.isTrue(session, BALANCED)).as("balances add up").isTrue();
      }
    }
  }

  private static long count(Dumps dumps, String sql) throws SQLException {
    try (Connection session = dumps.database.connect()) {
      return Long.parseLong(Queries.pinned(session, sql));
    }
  }

  /** Somebody, or something, changes one balance of 100,000 by one between restore and reading. */
  private static Content drillWithOneRowChanged(Dumps dumps, Artifact artifact) throws Exception {
    Progress changing = new DoingAt("drill.restored", () -> changeOneRow(dumps));
    return dumps.method.drill(
        artifact,
        dumps.unpacked(artifact),
        new Scratch.OnServer(dumps.target),
        "run/drill",
        changing);
  }

  private static boolean changeOneRow(Dumps dumps) throws Exception {
    String copy = dumps.databaseLike("gatehouse\\_drill\\_%").orElseThrow();
    Account account = new Account(dumps.database.account(), dumps.database.secret());
    String url = dumps.database.jdbcUrl().replace("/" + dumps.database.name(), "/" + copy);
    try (Connection session = Sessions.own(Targets.at(url, account))) {
      Queries.run(
          session, "UPDATE public.pgbench_accounts SET abalance = abalance + 1 WHERE aid = 77777");
    }
    return true;
  }
}
