package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was found with the schemas of well-known applications, each in its smallest form: an
 * ordinary owner backs up, drills, does harm, and restores in place.
 */
class RestoreAfterDamageTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(getClass());

  /** What is there => what is done to it, as the owner of the database. */
  private static final String CASES =
      """
      create table a (i int) => comment on schema public is 'spoilt'
      comment on schema public is 'mine' => comment on schema public is null
      comment on schema public is null => comment on schema public is 'mine'
      create table a (i int) => drop schema public cascade
      drop schema public => create schema public
      create collation c from "C"; create collation d from "en-x-icu" => drop collation c
      create table p (a int) partition by range (a); create table d partition of p default; create index i on only p (a); drop table d => drop table p
      """;

  record Case(String before, String damage) {
    static Case of(String line) {
      String[] parts = line.split(" => ", 2);
      return new Case(parts[0], parts[1]);
    }
  }

  static List<Case> cases() {
    return Arrays.stream(CASES.split("\n")).map(Case::of).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void comes_back(Case one) throws Exception {
    try (TestDatabase database = engine.database()) {
      Account owner = Deployer.of(database);
      Dumps dumps =
          new Dumps(new Dumps(engine, database, work), Deployer.target(engine, database, owner));
      dumps.target.dialect().concurrency().lease(dumps.target, "before").close();
      execute(database, owner, one.before());
      Baseline before = dumps.catalogue();
      Artifact artifact = dumps.backUp(1);
      assertThat(artifact.manifest().content().differences(dumps.drill(artifact))).isEmpty();
      execute(database, owner, one.damage());
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.drift(dumps.catalogue())).allMatch(PostgresCatalogue.INSTANCE::leftByDump);
    }
  }

  private static void execute(TestDatabase database, Account owner, String sql) throws Exception {
    try (Connection session = database.connect(owner)) {
      Queries.run(session, sql);
    }
  }
}
