package dev.gatehouse.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.engine.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("engines")
class ServerToolsTest {

  static List<EngineUnderTest> engines() {
    return ServersTest.engines();
  }

  static List<EngineUnderTest> mariadb() {
    return EngineUnderTest.mariadb();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_dump_tool_dumps_and_the_client_reads_it_back(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    try (TestDatabase database = engine.database();
        TestDatabase into = engine.database()) {
      database.run("create table dumped as select 7 as a");
      Tool tool = engine.tool(name(engine, "mysqldump", "mariadb-dump"));
      assertThat(newerOrSame(tool.version(), engine.asked())).isTrue();
      assertThat(tool.sameSeries())
          .isEqualTo(engine.product().series(tool.version()).equals(series(engine)));
      Path dump = work.resolve("dump.sql");
      String gtids = engine.product() == Product.MYSQL ? "--set-gtid-purged=OFF" : "--routines";
      run(tool, database, work, database.name(), gtids, "--result-file=" + dump);
      assertThat(dump).content(StandardCharsets.UTF_8).contains("CREATE TABLE `dumped`");
      run(engine.tool(name(engine, "mysql", "mariadb")), into, work, into.name(), "<" + dump);
      assertThat(into.one("select a from dumped")).isEqualTo("7");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_binlog_tool_reads_what_the_server_wrote(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      database.run("create table logged_by_the_server (a int)");
      Tool tool = engine.tool(name(engine, "mysqlbinlog", "mariadb-binlog"));
      assertThat(newerOrSame(tool.version(), engine.asked())).isTrue();
      String log = database.one("show binary logs").split("[|]", 2)[0];
      assertThat(run(tool, database, work, "--read-from-remote-server", log))
          .contains("create table logged_by_the_server");
    }
  }

  @ParameterizedTest
  @MethodSource("mariadb")
  void mariadb_backup_is_of_the_servers_series_or_missing_with_the_fix(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    // the embedded binaries have none, and Debian has none for 11.4
    if (engine.servedBy().startsWith("embedded")) {
      assertThatThrownBy(() -> engine.tool("mariadb-backup"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(
              "fix       put mariadb-backup %s on PATH".formatted(series(engine)));
      return;
    }
    Tool tool = engine.tool("mariadb-backup");
    assertThat(engine.product().series(tool.version())).isEqualTo(series(engine));
    try (TestDatabase database = engine.database()) {
      database.run("create table backed_up (a int) engine=innodb");
      run(
          tool,
          database,
          work,
          "--backup",
          "--target-dir=" + work.resolve("backup"),
          "--datadir=" + database.one("select @@datadir"));
      assertThat(work.resolve("backup").resolve(database.name()).resolve("backed_up.frm"))
          .isNotEmptyFile();
    }
  }

  private static String name(EngineUnderTest engine, String mysql, String mariadb) {
    return engine.product() == Product.MYSQL ? mysql : mariadb;
  }

  private static String series(EngineUnderTest engine) {
    return engine.product().series(engine.asked());
  }

  private static boolean newerOrSame(String tool, String server) {
    return Double.parseDouble(Product.MYSQL.series(tool))
        >= Double.parseDouble(Product.MYSQL.series(server));
  }

  private static String run(Tool tool, TestDatabase database, Path work, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                tool.path().toString(),
                "--no-defaults",
                "--host=" + database.host(),
                "--port=" + database.port(),
                "--user=" + database.account()));
    List<String> later = new ArrayList<>(List.of(arguments));
    // mariadb-backup wants its verb first
    if (later.get(0).equals("--backup")) {
      command.add(2, later.remove(0));
    }
    Path input = Path.of("/dev/null");
    if (later.get(later.size() - 1).startsWith("<")) {
      input = Path.of(later.remove(later.size() - 1).substring(1));
    }
    command.addAll(later);
    Path said = work.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .redirectOutput(said.toFile());
    builder.environment().put("MYSQL_PWD", database.secret().reveal(String::new));
    int exit = builder.start().waitFor();
    String text = new String(Files.readAllBytes(said), StandardCharsets.ISO_8859_1);
    assertThat(exit).as(text).isZero();
    return text;
  }
}
