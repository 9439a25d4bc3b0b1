package dev.gatehouse.postgres.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dump of a database, given to another one, by PostgreSQL's own tools. */
public record DumpAndRestore(EngineUnderTest engine, Path work) {

  public void between(TestDatabase from, TestDatabase to) throws IOException, InterruptedException {
    Path dump = work.resolve("dump.sql");
    tool("pg_dump", from, List.of("-Fp", "-f", dump.toString()));
    // A newer dump sets what an older server does not know: only the result counts.
    tool("psql", to, List.of("-Xq", "-f", dump.toString()));
  }

  private void tool(String name, TestDatabase on, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(engine.tool(name).path().toString()));
    command.addAll(arguments);
    Path said = work.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("PGHOST", on.host());
    builder.environment().put("PGPORT", String.valueOf(on.port()));
    builder.environment().put("PGDATABASE", on.name());
    builder.environment().put("PGUSER", on.account());
    builder.environment().put("PGPASSWORD", on.secret().reveal(String::new));
    builder.environment().put("PGSSLMODE", "require");
    builder.environment().put("PGCLIENTENCODING", "UTF8");
    int exit = builder.start().waitFor();
    assertThat(exit).as(Files.readString(said, StandardCharsets.UTF_8)).isZero();
  }
}
