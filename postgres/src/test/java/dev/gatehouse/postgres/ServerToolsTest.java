package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.engine.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("engines")
class ServerToolsTest {

  /** No release of Debian has these: a dump is taken by the next series, a restore is not. */
  private static final Set<String> NOT_PACKAGED = Set.of("14", "16");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void pg_dump_and_psql_work_and_are_not_older_than_the_server(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    try (TestDatabase database = engine.database()) {
      database.run("create table dumped (a int)");
      Tool dump = engine.tool("pg_dump");
      assertThat(major(dump.version())).isGreaterThanOrEqualTo(major(engine.asked()));
      assertThat(dump.sameSeries()).isEqualTo(major(dump.version()) == major(engine.asked()));
      assertThat(run(dump, database, work)).contains("CREATE TABLE public.dumped");
      Tool psql = engine.tool("psql");
      assertThat(major(psql.version())).isEqualTo(major(dump.version()));
      assertThat(run(psql, database, work, "-X", "-Atc", "select 'said ' || 42"))
          .contains("said 42");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void pg_restore_is_of_the_servers_series_and_restores_or_it_is_missing_with_the_fix(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    if (NOT_PACKAGED.contains(engine.asked()) && !Files.exists(installed(engine))) {
      assertThatThrownBy(() -> engine.tool("pg_restore"))
          .isInstanceOf(Refusal.class)
          .hasMessageStartingWith(
              "pg_restore for PostgreSQL %1$s is nowhere to be had".formatted(engine.asked()))
          .hasMessageContaining("fix       put pg_restore " + engine.asked() + " on PATH");
      return;
    }
    try (TestDatabase database = engine.database();
        TestDatabase into = engine.database()) {
      database.run("create table dumped as select 7 as a");
      Tool restore = engine.tool("pg_restore");
      assertThat(major(restore.version())).isEqualTo(major(engine.asked()));
      assertThat(restore.sameSeries()).isTrue();
      Path file = work.resolve("dump");
      run(engine.tool("pg_dump"), database, work, "-Fc", "-f", file.toString());
      run(restore, into, work, "--exit-on-error", "-d", into.name(), file.toString());
      assertThat(run(engine.tool("psql"), into, work, "-X", "-Atc", "select a from dumped"))
          .contains("7");
    }
  }

  private static Path installed(EngineUnderTest engine) {
    return Path.of("/usr/lib/postgresql", engine.asked(), "bin", "pg_restore");
  }

  private static String run(Tool tool, TestDatabase database, Path work, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool.path().toString()));
    command.addAll(List.of(arguments));
    Path said = work.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("PGHOST", database.host());
    builder.environment().put("PGPORT", String.valueOf(database.port()));
    builder.environment().put("PGDATABASE", database.name());
    builder.environment().put("PGUSER", database.account());
    builder.environment().put("PGPASSWORD", database.secret().reveal(String::new));
    builder.environment().put("PGSSLMODE", "require");
    int exit = builder.start().waitFor();
    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertThat(exit).as(text).isZero();
    return text;
  }

  private static int major(String version) {
    return Integer.parseInt(version.split("\\.", 2)[0]);
  }
}
