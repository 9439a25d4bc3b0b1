package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An archive names a routine with the names and modes of its arguments. A drill of a database with
 * {@code REVOKE ALL ON FUNCTION f(secret text)} broke.
 */
class RoutineGrantsTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(RoutineGrantsTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void privileges_on_routines_come_back_whatever_their_arguments_are_called(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    try (TestDatabase database = engine.database()) {
      Account reader = database.newAccount("reader");
      String to = " TO \"" + reader.name() + "\"";
      database.run("CREATE TYPE public.\"odd, (type\" AS ENUM ('a')");
      database.run("CREATE EXTENSION pgcrypto; CREATE EXTENSION citext");
      for (String routine :
          List.of(
              "FUNCTION named(new_password text, \"odd (\"\" name\" public.\"odd, (type\")",
              "FUNCTION \"odd (name\"(int, b citext)",
              "FUNCTION defaults(a int DEFAULT 1, OUT b text, VARIADIC c int[] DEFAULT '{}')",
              "FUNCTION nothing()")) {
        String returns = routine.contains("OUT") ? "" : " RETURNS text";
        database.run("CREATE " + routine + returns + " LANGUAGE sql AS 'SELECT ''x''::text'");
        database.run("REVOKE ALL ON " + routine.replaceAll(" DEFAULT [^,)]+", "") + " FROM PUBLIC");
        database.run("GRANT EXECUTE ON " + routine.replaceAll(" DEFAULT [^,)]+", "") + to);
      }
      database.run(
          "CREATE PROCEDURE p(INOUT a int, IN b text) LANGUAGE sql AS 'SELECT 1';"
              + " REVOKE ALL ON PROCEDURE p(int, text) FROM PUBLIC");
      database.run(
          "CREATE AGGREGATE total(amount int) (sfunc = int4pl, stype = int);"
              + " CREATE AGGREGATE counted(*) (sfunc = int8inc, stype = int8, initcond = '0');"
              + " GRANT EXECUTE ON FUNCTION total(int)"
              + to
              + "; REVOKE ALL ON FUNCTION counted() FROM PUBLIC");
      database.run("GRANT EXECUTE ON FUNCTION digest(data text, type text)" + to);
      Dumps dumps = new Dumps(engine, database, work);
      Artifact artifact = dumps.backUp(1);
      Content recorded = artifact.manifest().content();
      assertThat(recorded.differences(dumps.drill(artifact))).isEmpty();
      database.run("DROP FUNCTION nothing(); GRANT EXECUTE ON FUNCTION \"odd (name\" TO PUBLIC");
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(database.one("SELECT has_function_privilege('public', 'nothing()', 'EXECUTE')"))
          .isEqualTo("f");
    }
  }

  /** What is of others is told, and everything else of the same name is not left out with it. */
  @ParameterizedTest
  @MethodSource("engines")
  void those_of_others_are_found_by_their_whole_name(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      Account deployer = database.newAccount("deployer");
      database.run("CREATE EXTENSION pgcrypto");
      database.run("CREATE FUNCTION digest(data text) RETURNS text LANGUAGE sql AS 'SELECT $1'");
      database.run("ALTER FUNCTION digest(text) OWNER TO \"" + deployer.name() + "\"");
      Target target = Targets.of(database, deployer);
      try (Connection session = Sessions.own(target)) {
        MemberGrants grants = new MemberGrants(session);
        assertThat(grants.leaves("GRANT ALL ON FUNCTION public.digest(bytea, text) TO x")).isTrue();
        assertThat(grants.leaves("GRANT ALL ON FUNCTION public.digest(data text) TO x")).isFalse();
        assertThat(grants.leaves("GRANT ALL ON FUNCTION pg_catalog.pg_ls_dir(text) TO x")).isTrue();
        assertThat(grants.leaves("REVOKE ALL ON FUNCTION pg_catalog.count(*) FROM PUBLIC"))
            .isTrue();
      }
    }
  }
}
