package dev.gatehouse.mysql.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.Inline;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.ScriptReader.SessionState;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a script leaves changed in its session ends with it, by whatever way it did so. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class SessionOfScriptsTest {
  private static final String ROUTINE =
      "CREATE PROCEDURE careless() BEGIN SET SESSION time_zone = '+05:00'; SET SESSION"
          + " foreign_key_checks = 0; SET SESSION unique_checks = 0; SET SESSION"
          + " collation_connection = 'utf8mb4_general_ci'; SET SESSION group_concat_max_len = 5;"
          + " SET SESSION max_sort_length = 9; SET @hidden ="
          + " 7; UPDATE item SET id = id; END";

  private static final String LOOK =
      "SELECT @@sql_mode, @@time_zone, @@foreign_key_checks, @@unique_checks, @@autocommit,"
          + " @@character_set_client, @@character_set_results, @@character_set_connection,"
          + " @@collation_connection, @@group_concat_max_len, @@max_sort_length,"
          + " @@lc_time_names, @@transaction_isolation, CURRENT_ROLE(), DATABASE(), @a, @`b c`,"
          + " ABS(UNIX_TIMESTAMP() - UNIX_TIMESTAMP(SYSDATE())) < 3";

  @Parameter Served served = Served.all().get(0);

  private final ScriptReader scripts = MySql.dialect().scripts().orElseThrow();

  static List<Served> servers() {
    return Served.all();
  }

  private String look(Connection session) throws SQLException {
    String isolation =
        served.engine().toString().startsWith("MySQL")
            ? "@@transaction_isolation"
            : "@@tx_isolation";
    return Sql.one(session, LOOK.replace("@@transaction_isolation", isolation));
  }

  private List<String> executed(Connection session, String script) throws SQLException {
    List<ScriptStatement> statements = scripts.read(new Inline("script", script));
    SessionState before = scripts.remember(session, statements);
    for (ScriptStatement statement : statements) {
      scripts.execute(session, statement);
    }
    return before.restore();
  }

  @Test
  void settings_and_variables_end_with_the_script() throws Exception {
    try (TestDatabase database = served.engine().database()) {
      database.run("CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT)");
      database.run(ROUTINE);
      Target target = Targets.of(database);
      try (Connection session = MySql.dialect().openWriting(target)) {
        MySql.dialect().concurrency().begin(session);
        String before = look(session);
        assertThat(executed(session, "INSERT INTO item VALUES (1); SELECT 1")).isEmpty();
        assertThat(
                executed(
                    session,
                    "SET @a = 5, @`b c` = 'x'; SET time_zone = '+02:00', timestamp = 1000;"
                        + " SELECT @a; CALL careless()"))
            .contains("time_zone", "foreign_key_checks", "unique_checks")
            .contains("timestamp", "@a", "@b c", "@hidden", "max_sort_length");
        assertThat(look(session)).isEqualTo(before);
        assertThat(Sql.one(session, "SELECT @hidden")).isEqualTo("null");
        MySql.dialect().concurrency().rollback(session);
      }
    }
  }

  @Test
  void the_role_and_the_database_are_as_they_were() throws Exception {
    try (TestDatabase database = served.engine().database();
        TestDatabase other = served.engine().database()) {
      Account plain = database.newAccount("plain");
      String account = "'" + plain.name() + "'@'%'";
      database.run("CREATE ROLE r_" + plain.name());
      database.run("GRANT r_" + plain.name() + " TO " + account);
      for (String on : List.of(database.name(), other.name(), "gatehouse")) {
        database.run("GRANT ALL ON " + on + ".* TO " + account);
      }
      try (Connection session = MySql.dialect().openWriting(Targets.of(database, plain))) {
        String before = look(session);
        SessionState state = scripts.remember(session, List.of());
        Sql.run(session, "SET ROLE r_" + plain.name());
        Sql.run(session, "USE " + other.name());
        Sql.run(session, "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
        Sql.run(session, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
        assertThat(look(session)).isNotEqualTo(before);
        assertThat(state.restore()).contains("role", "default database", "sql_mode");
        assertThat(look(session)).isEqualTo(before);

        Sql.run(session, "SET ROLE r_" + plain.name());
        String inRole = look(session);
        state = scripts.remember(session, List.of());
        Sql.run(session, "SET ROLE NONE");
        assertThat(state.restore()).containsExactly("role");
        assertThat(look(session)).isEqualTo(inRole);
      } finally {
        database.run("DROP ROLE r_" + plain.name());
      }
    }
  }

  /** Without the right to see the list of variables, those in the text of a script are known. */
  @Test
  void a_plain_account_needs_no_right_for_it() throws Exception {
    try (TestDatabase database = served.engine().database()) {
      Account plain = database.newAccount("plain");
      for (String on : List.of(database.name(), "gatehouse")) {
        database.run("GRANT ALL ON " + on + ".* TO '" + plain.name() + "'@'%'");
      }
      try (Connection session = MySql.dialect().openWriting(Targets.of(database, plain))) {
        assertThat(executed(session, "SET @a = 5, time_zone = '+02:00'"))
            .containsExactly("time_zone", "@a");
        assertThat(Sql.one(session, "SELECT @a")).isEqualTo("null");
      }
    }
  }

  /** A check that asks for a table by its name would be answered by the script's own. */
  @Test
  void a_temporary_table_that_stands_before_another_fails_the_step(@TempDir Path work)
      throws Exception {
    try (TestDatabase database = served.engine().database()) {
      database.run(
          List.of(
              "CREATE TABLE item (id INT PRIMARY KEY)",
              "CREATE TABLE `we``ird` (id INT)",
              "CREATE VIEW items AS SELECT id FROM item",
              "CREATE PROCEDURE hides() CREATE TEMPORARY TABLE items (id INT)"));
      Target target = Targets.of(database);
      Map<String, List<String>> scripts =
          Map.of(
              "CREATE TEMPORARY TABLE other (id INT)", List.of(),
              "INSERT INTO item VALUES (1)", List.of(),
              "CREATE TEMPORARY TABLE item (id INT)", List.of("DROP TEMPORARY TABLE `item`"),
              "CREATE TEMPORARY TABLE `we``ird` LIKE item",
                  List.of("DROP TEMPORARY TABLE `we``ird`"),
              "CALL hides()", List.of("DROP TEMPORARY TABLE `items`"));
      for (Map.Entry<String, List<String>> script : scripts.entrySet()) {
        try (Connection session = MySql.dialect().openWriting(target)) {
          MySql.dialect().concurrency().begin(session);
          executed(session, script.getKey());
          assertThat(this.scripts.shadowing(session))
              .as(script.getKey())
              .extracting(ScriptReader.Shadow::drop)
              .isEqualTo(script.getValue());
          MySql.dialect().concurrency().rollback(session);
        }
      }
      RunRecord record =
          Runner.journalingTo(work)
              .run(
                  Plan.of(
                      runbook(
                          "shadows",
                          gate(
                              "g",
                              inOneTransaction(
                                      sql("CREATE TEMPORARY TABLE item (id INT)"),
                                      rows("select * from item").are(0))
                                  .cannotBeUndone("test"))),
                      target));
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(record.steps().get(0).findings().toString())
          .contains("a script left temporary tables in the way of the checks")
          .contains("end the script with DROP TEMPORARY TABLE `item`");
    }
  }
}
