package dev.gatehouse.mysql.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random scripts are cut as the product's own client does: the server tells what it was sent. */
class ClientOracleTest {
  private static final List<String> WHOLE =
      List.of(
          "SELECT %d",
          "SELECT %d, 'a;b', \"c;'d\"",
          "SELECT %d AS `a;``b`",
          "SELECT %d -- c;'\n + 1",
          "SELECT %d # c;\"\n + 1",
          "SELECT %d /* c; ' */ + 1",
          "SELECT %d /*! + 1 */",
          "SELECT %d, 'it''s \\' ;', '\\\\'",
          "SELECT %d--1",
          "SELECT\n%d\n, 'x\n;y'",
          "SELECT %d, \"\"\";\"",
          "/* first; */ SELECT %d",
          "-- first;\nSELECT %d",
          "SELECT %d AS \u00e4, '\u20ac;'",
          "SELECT %d\t-\t- 1",
          "-- only; this '\n",
          "/* only; \" */",
          "");

  @TempDir Path work = Path.of("");

  private int number;

  static List<EngineUnderTest> servers() {
    return Stream.concat(EngineUnderTest.mysql().stream(), EngineUnderTest.mariadb().stream())
        .toList();
  }

  /** MariaDB's client comes with its server. */
  @Test
  void scripts_are_cut_as_the_client_cuts_them() throws Exception {
    compared(EngineUnderTest.mariadb().get(0), 8, new Random(3));
  }

  @ParameterizedTest
  @MethodSource("servers")
  @Tag("nightly")
  void a_hundred_scripts_are_cut_as_the_client_cuts_them(EngineUnderTest engine) throws Exception {
    compared(engine, 100, new Random());
  }

  private void compared(EngineUnderTest engine, int scripts, Random random) throws Exception {
    Path client = engine.tool(engine.product() == Product.MYSQL ? "mysql" : "mariadb").path();
    try (OwnServer server =
            engine.another(data -> {}, "general-log=1", "log-output=TABLE", "loose-log-raw=1");
        TestDatabase database = server.database();
        Connection admin = database.connect()) {
      int statements = 0;
      for (int i = 0; i < scripts; i++) {
        number = 1000 * (i + 1);
        String script = "SELECT 'script " + i + "';\n" + script(random);
        sent(client, database, script);
        List<String> seen = seen(admin, "SELECT 'script " + i + "'");
        assertThat(seen).as(script).containsExactlyElementsOf(ours(script));
        statements += seen.size();
      }
      assertThat(statements).isGreaterThan(3 * scripts);
    }
  }

  private String script(Random random) {
    StringBuilder script = new StringBuilder();
    String delimiter = ";";
    for (int i = 0; i < 3 + random.nextInt(8); i++) {
      if (random.nextInt(4) == 0) {
        delimiter = any(random, List.of(";", "//", "$$", "|", ";;"));
        script.append(script.toString().endsWith("\n") ? "" : "\n");
        script.append(any(random, List.of("DELIMITER ", "delimiter  ", "  Delimiter ")));
        script.append(delimiter).append('\n');
      }
      number++;
      boolean body = !delimiter.startsWith(";") && random.nextInt(3) == 0;
      script.append(
          body
              ? "CREATE PROCEDURE p%d() BEGIN SELECT ';'; /* ; */ SELECT 1; END".formatted(number)
              : any(random, WHOLE).formatted(number));
      script.append(any(random, List.of("", " ", "\n"))).append(delimiter);
      script.append(any(random, List.of("", " ", "\n", "\n\n", delimiter + "\n")));
    }
    return script.append("\n").toString();
  }

  private static String any(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void sent(Path client, TestDatabase database, String script) throws Exception {
    Path file = Files.writeString(work.resolve("script.sql"), script);
    Path said = work.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                client.toString(),
                "--no-defaults",
                "--force",
                "--default-character-set=utf8mb4",
                "--host=" + database.host(),
                "--port=" + database.port(),
                "--user=" + database.account(),
                database.name())
            .redirectErrorStream(true)
            .redirectInput(file.toFile())
            .redirectOutput(said.toFile());
    builder.environment().put("MYSQL_PWD", database.secret().reveal(String::new));
    builder.start().waitFor();
    assertThat(said).content(StandardCharsets.UTF_8).contains("script ");
  }

  /** What the server was sent in the session that said this first. */
  private static List<String> seen(Connection admin, String first) throws Exception {
    String thread =
        Sql.one(
            admin,
            "SELECT thread_id FROM mysql.general_log WHERE command_type = 'Query'"
                + " AND CONVERT(argument USING utf8mb4) = \""
                + first
                + "\" ORDER BY event_time DESC LIMIT 1");
    List<String> seen = new ArrayList<>();
    try (var rows =
        admin
            .createStatement()
            .executeQuery(
                "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log"
                    + " WHERE command_type = 'Query' AND thread_id = "
                    + thread)) {
      while (rows.next()) {
        seen.add(tokens(rows.getString(1)));
      }
    }
    return seen.subList(seen.indexOf(tokens(first)), seen.size()).stream()
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  private static List<String> ours(String script) throws IOException {
    List<String> ours = new ArrayList<>();
    StatementParts.each(
        "script.sql",
        new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)),
        part -> ours.add(tokens(part.text())));
    return ours;
  }

  /** Where a statement begins and ends; the client leaves comments out. */
  private static String tokens(String sql) {
    return SqlTokens.of(sql).stream().map(ScriptToken::text).collect(Collectors.joining(" "));
  }
}
