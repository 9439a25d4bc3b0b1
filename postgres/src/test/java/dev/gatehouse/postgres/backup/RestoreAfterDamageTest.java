package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
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
      create extension citext version '1.5'; create table t (a citext); insert into t values ('x') => alter extension citext update
      """;

  /** The same as a superuser. */
  private static final String OF_SUPERUSERS =
      """
      create extension pgcrypto => revoke execute on function digest(text, text) from public
      create extension pgcrypto; revoke execute on function digest(text, text) from public => grant execute on function digest(text, text) to public
      create extension citext; grant usage on type citext to pg_monitor => revoke usage on type citext from public
      create extension postgres_fdw => grant usage on foreign data wrapper postgres_fdw to public
      """;

  record Case(String before, String damage) {
    static Case of(String line) {
      String[] parts = line.split(" => ", 2);
      return new Case(parts[0], parts[1]);
    }
  }

  private static List<Case> sampled(int few, String lines) {
    String[] all = lines.split("\n");
    return Sampled.Few.of(few, all.length).mapToObj(index -> Case.of(all[index])).toList();
  }

  static List<Case> cases() {
    return sampled(3, CASES);
  }

  static List<Case> ofSuperusers() {
    return sampled(1, OF_SUPERUSERS);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void comes_back(Case one) throws Exception {
    try (TestDatabase database = engine.database()) {
      Account owner = Deployer.of(database);
      comesBack(
          one,
          new Dumps(new Dumps(engine, database, work), Deployer.target(engine, database, owner)),
          sql -> execute(database.connect(owner), sql));
    }
  }

  @ParameterizedTest
  @MethodSource("ofSuperusers")
  void comes_back_for_a_superuser(Case one) throws Exception {
    try (TestDatabase database = engine.database()) {
      comesBack(one, new Dumps(engine, database, work), sql -> execute(database.connect(), sql));
    }
  }

  /** A restore takes a backup first of what is there: no table is read whose index is broken. */
  @Test
  void a_table_that_cannot_be_read_any_more_is_named() throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(
          "CREATE SCHEMA m",
          "CREATE FUNCTION m.g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'",
          "CREATE FUNCTION m.f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT m.g($1)'",
          "CREATE TABLE item (id int)",
          "CREATE INDEX ON item (m.f(id))",
          "ALTER SCHEMA m RENAME TO n");
      assertThatThrownBy(() -> dumps.backUp(1))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("SELECT count(*) FROM public.item")
          .hasMessageContaining("schema \"m\" does not exist")
          .hasMessageContaining("bring back what it names");
      dumps.execute("ALTER SCHEMA n RENAME TO m");
      dumps.backUp(1);
    }
  }

  /** What is done by who works with the database. */
  @FunctionalInterface
  private interface Work {
    void execute(String sql) throws Exception;
  }

  private static void comesBack(Case one, Dumps dumps, Work by) throws Exception {
    dumps.target.dialect().concurrency().lease(dumps.target, "before").close();
    by.execute(one.before());
    Baseline before = dumps.catalogue();
    Artifact artifact = dumps.backUp(1);
    assertThat(artifact.manifest().content().differences(dumps.drill(artifact))).isEmpty();
    by.execute(one.damage());
    assertThat(before.drift(dumps.catalogue())).isNotEmpty();
    dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
    assertThat(before.drift(dumps.catalogue())).allMatch(PostgresCatalogue.INSTANCE::leftByDump);
  }

  private static void execute(Connection opened, String sql) throws Exception {
    try (Connection session = opened) {
      Queries.run(session, sql);
    }
  }
}
