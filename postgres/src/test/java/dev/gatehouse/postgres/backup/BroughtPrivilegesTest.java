package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Privileges on what an extension or the server brought are its owner's to grant, a superuser's. A
 * restore by the owner of the database keeps them; where they are others by then it says what a
 * superuser executes first, and goes on after just that. The drill says so before.
 */
class BroughtPrivilegesTest {
  private static final String FIRST = "have a superuser execute this first, and restore then: ";

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(BroughtPrivilegesTest.class);
  }

  /** A deployer who drops the schema takes the extension along. */
  @ParameterizedTest
  @MethodSource("engines")
  void gone_with_their_schema(EngineUnderTest engine) throws Exception {
    goesBackAfterASuperuser(engine, false, "DROP SCHEMA tools CASCADE");
  }

  @Test
  void others_by_then() throws Exception {
    goesBackAfterASuperuser(
        EngineUnderTest.onePostgres(BroughtPrivilegesTest.class),
        true,
        "GRANT EXECUTE ON FUNCTION tools.soundex(text) TO PUBLIC, @o",
        "REVOKE EXECUTE ON FUNCTION tools.difference(text, text) FROM @d",
        "REVOKE EXECUTE ON FUNCTION tools.metaphone(text, int) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION tools.dmetaphone(text) TO @o WITH GRANT OPTION",
        "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO @o",
        "GRANT SELECT ON pg_catalog.pg_statistic TO @o",
        "GRANT SELECT (rolname) ON pg_catalog.pg_authid TO @o",
        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
        "REVOKE USAGE ON TYPE tools.hstore FROM PUBLIC",
        "REVOKE USAGE ON TYPE pg_catalog.money FROM PUBLIC");
  }

  /** As recorded: what is drilled and restored over a database that others granted in before. */
  @Test
  void as_recorded() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(BroughtPrivilegesTest.class);
    try (TestDatabase database = database(engine)) {
      Account deployer = Deployer.of(database);
      run(
          database,
          deployer,
          "ALTER TABLE public.t OWNER TO @d",
          "GRANT SELECT (rolname) ON pg_catalog.pg_authid TO @o",
          "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
          "GRANT USAGE ON LANGUAGE plpgsql TO @d",
          "REVOKE USAGE ON TYPE pg_catalog.money FROM PUBLIC",
          "GRANT USAGE ON TYPE pg_catalog.money TO @d",
          "REVOKE USAGE ON TYPE tools.hstore FROM PUBLIC");
      Dumps ours = new Dumps(engine, database, work);
      for (Dumps dumps :
          List.of(new Dumps(ours, Deployer.target(engine, database, deployer)), ours)) {
        Artifact artifact = dumps.backUp(1);
        Content before = dumps.content();
        assertThat(artifact.manifest().content().differences(dumps.drill(artifact))).isEmpty();
        dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
        assertThat(dumps.content().schemaDigest()).isEqualTo(before.schemaDigest());
      }
    }
  }

  /** A new database has the first ones, and no dump has others. */
  @Test
  void what_no_dump_holds_is_named() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(BroughtPrivilegesTest.class);
    try (TestDatabase database = engine.database()) {
      database.run("CREATE TABLE t (a int)");
      database.run("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC");
      database.run("REVOKE SELECT ON information_schema.tables FROM PUBLIC");
      Dumps dumps = new Dumps(engine, database, work);
      Artifact artifact = dumps.backUp(1);
      assertThat(artifact.manifest().toString())
          .contains("privileges that no dump holds: ", "language sql", "information_schema.tables");
      assertThat(artifact.manifest().content().differences(dumps.drill(artifact))).isEmpty();
    }
  }

  private static TestDatabase database(EngineUnderTest engine) throws Exception {
    TestDatabase database = engine.database();
    database.run("CREATE SCHEMA tools; CREATE EXTENSION fuzzystrmatch SCHEMA tools");
    database.run("CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE public.t (a int)");
    return database;
  }

  private static void run(TestDatabase database, Account deployer, String... sql) throws Exception {
    for (String one : sql) {
      database.run(one.replace("@d", deployer.name()).replace("@o", "pg_monitor"));
    }
  }

  private void goesBackAfterASuperuser(
      EngineUnderTest engine, boolean superusers, String... changes) throws Exception {
    try (TestDatabase database = database(engine)) {
      Account deployer = Deployer.of(database);
      run(
          database,
          deployer,
          "REVOKE EXECUTE ON FUNCTION tools.soundex(text) FROM PUBLIC",
          "GRANT EXECUTE ON FUNCTION tools.soundex(text) TO @d",
          "GRANT EXECUTE ON FUNCTION tools.difference(text, text) TO @d",
          "ALTER SCHEMA tools OWNER TO @d",
          "ALTER TABLE public.t OWNER TO @d");
      Dumps dumps =
          new Dumps(new Dumps(engine, database, work), Deployer.target(engine, database, deployer));
      Artifact artifact = dumps.backUp(1);
      Content before = dumps.content();
      assertThat(dumps.drill(artifact).notes().get("not rehearsed"))
          .contains("privileges on tools.soundex(", "a superuser");
      assertThat(
              ((RestoreMethod.InTransaction) dumps.method.restoring())
                  .refuseUnrestorable(dumps.target))
          .anyMatch(unknown -> unknown.contains("tools.soundex("));
      if (superusers) {
        run(database, deployer, changes);
      } else {
        try (Connection session = database.connect(deployer)) {
          Queries.run(session, changes[0]);
        }
      }
      StepFailed failed =
          catchThrowableOfType(
              StepFailed.class,
              () -> dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT));
      assertThat(failed.findings()).hasSizeGreaterThanOrEqualTo(changes.length);
      for (Finding finding : failed.findings()) {
        assertThat(finding.fix()).startsWith(FIRST);
        database.run(finding.fix().substring(FIRST.length()));
      }
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(dumps.content().schemaDigest()).isEqualTo(before.schemaDigest());
    }
  }
}
