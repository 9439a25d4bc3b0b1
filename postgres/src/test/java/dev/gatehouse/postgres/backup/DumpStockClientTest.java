package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Follows RESTORE.md to the letter, with a shell and the stock clients. */
class DumpStockClientTest {
  @TempDir Path work = Path.of("");

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void the_lines_beside_an_artifact_restore_it(int jobs) throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpStockClientTest.class);
    try (TestDatabase database = engine.database()) {
      assumeThat(run(engine, database, work, "command -v zstd && command -v createdb"))
          .as("NOT TESTED: zstd or createdb is not on this machine")
          .doesNotContain("exit 1");
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute("CREATE TABLE item AS SELECT i FROM generate_series(1, 123) i");
      Artifact artifact = dumps.backUp(jobs);
      String guide = Files.readString(artifact.directory().resolve("RESTORE.md"));
      String lines = guide.substring(guide.indexOf("```sh") + 5, guide.lastIndexOf("```"));
      String restored = database.name() + "_restored";
      String said =
          run(
              engine,
              database,
              artifact.directory(),
              lines.replace("DB=restored", "DB=" + restored)
                  + "psql -XAtc 'select count(*) from item' \"$DB\"; dropdb \"$DB\"");
      assertThat(said).contains("OK").endsWith("123\nexit 0");
    }
  }

  private static String run(
      EngineUnderTest engine, TestDatabase database, Path directory, String script)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-ec", script)
            .directory(directory.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.merge("PATH", Dumps.tools(engine).toString(), (path, tools) -> tools + ":" + path);
    environment.put("PGHOST", database.host());
    environment.put("PGPORT", String.valueOf(database.port()));
    environment.put("PGUSER", database.account());
    environment.put("PGPASSWORD", database.secret().reveal(String::new));
    Process shell = builder.start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said + "exit " + shell.waitFor();
  }
}
